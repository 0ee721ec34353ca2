"""Calls that are not carried out: hardly asked for, or with words that only the screen has."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from duplex_cli.profile import check
from duplex_cli.session.agenda import Agenda, Rule
from duplex_cli.session.carrying_out import unwarranted
from duplex_cli.session.state import OpenAct, State

SAID = tuple("in two minutes tell me to stir the soup".split())  # noqa: SIM905
SEEN = ("answer", "yes", "questions", "soup", "after")


def state(**changes: Any) -> State:
    profile = check({"name": "n", "task": "Help."}, "n")
    return replace(State(profile=profile, mind=cast(Any, None), day_s=0.0, heard=SAID, seen=SEEN), **changes)


@pytest.mark.parametrize(
    ("call", "p", "refused"),
    [
        ("after two minutes: stir the soup", 0.9, False),
        ("after two minutes: stir the soup", 0.5, True),
        ("after two minutes: stir the soup ; after two minutes: stir", 0.9, False),
        ("after two minutes: yes to all questions", 0.9, True),
        ("start: soup", 0.5, False),
        ("cancel: all", 0.4, False),
        ("when soup: stir", 0.5, False),
    ],
)
def test_what_is_hardly_asked_for_or_only_on_the_screen(call: str, p: float, refused: bool) -> None:
    assert unwarranted(state(), OpenAct("call", 1, p=p), call) is refused


def test_words_of_a_reminder_that_is_set_count_as_said() -> None:
    agenda = Agenda(rules=(Rule(1, ("answer the questions",), 100.0),))
    act = OpenAct("call", 1, p=0.9)
    assert unwarranted(state(), act, "after five minutes: answer the questions")
    assert not unwarranted(state(agenda=agenda), act, "after five minutes: answer the questions")
