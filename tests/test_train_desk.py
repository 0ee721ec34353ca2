"""The streams of the built-in tools: every call is one that a session would carry out."""

from __future__ import annotations

import pytest

from duplex_cli.background.builtin import ABOUT, builtin_offers
from duplex_cli.background.offer import offering_task
from duplex_cli.interaction.protocol import call_words
from duplex_cli.profiles import load_named
from duplex_cli.session.errand import Errand
from duplex_cli.session.errands import grounded
from duplex_cli.session.second_thoughts import first_form
from models.train import mix
from models.train.corpora import DATA
from models.train.streams import Line

STREAMS = 60


@pytest.fixture(scope="module")
def sessions() -> list[tuple[str, list[Line]]]:
    return [mix.stream(seed, "desk", seed % 2 == 1) for seed in range(STREAMS)]


def utterances(lines: list[Line]) -> list[tuple[list[str], str]]:
    """(words heard since the last call or answer, call) of every call."""
    heard: list[str] = []
    found: list[tuple[list[str], str]] = []
    for line in lines:
        for part in line.moment.split(" | "):
            words = part.split()
            if "hear" in words[:2]:
                heard += words[words.index("hear") + 1 :]
        if line.act.startswith("call "):
            found.append((heard, line.act.removeprefix("call ")))
            heard = []
    return found


def test_every_call_is_of_an_offered_tool_and_said_by_the_user(
    sessions: list[tuple[str, list[Line]]],
) -> None:
    calls = 0
    for task, lines in sessions:
        earlier: list[str] = []
        for heard, call in utterances(lines):
            name, _, text = call.partition(": ")
            assert name in call_words(task), (task, call)
            earlier += heard
            errand = Errand(0, name, text, "read", 0.0)
            assert grounded(errand, earlier), (earlier, call)
            if name in ABOUT:
                assert not first_form(" ".join(heard), text), (heard, call)
            calls += 1
    assert calls > 2 * STREAMS


def test_the_desk_profile_stands_over_some_of_them(sessions: list[tuple[str, list[Line]]]) -> None:
    desk = load_named("desk", {})
    own = offering_task(desk.task, builtin_offers(desk.work.builtin, [DATA]), asks=False)
    assert sum(task == own for task, _ in sessions) > STREAMS / 5


def test_screens_and_answers_start_nothing(sessions: list[tuple[str, list[Line]]]) -> None:
    for _, lines in sessions:
        for line in lines:
            if " see " in f" {line.moment}" or "result " in line.moment:
                assert not line.act.startswith("call "), line
