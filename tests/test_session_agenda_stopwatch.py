"""Stopwatches: started, asked for, stopped; their time falls due at once and in words."""

from __future__ import annotations

import pytest

from duplex_cli.session.agenda import Agenda, NotUnderstood, apply, due
from duplex_cli.session.stopwatch import in_words

NOON = 43200.0


def after(*calls: tuple[float, str]) -> tuple[Agenda, list[str]]:
    """The agenda after calls at their times, and all it let fall due right after each."""
    agenda, told = Agenda(), []
    for at, call in calls:
        agenda = apply(agenda, call, at, NOON)[0]
        agenda, fired = due(agenda, at)
        told += [d.text for d in fired]
    return agenda, told


def test_elapsed_time_falls_due_when_it_is_asked_for() -> None:
    agenda, told = after((5.2, "start: dishes"), (46.4, "elapsed: dishes"), (70.2, "elapsed: dishes"))
    assert told == ["forty-one seconds", "one minute and five seconds"]
    assert agenda.rules == ()


def test_a_stopped_one_stands_still() -> None:
    _, told = after((1.0, "start: run"), (31.0, "stop: run"), (90.0, "elapsed: run"), (99.0, "stop: run"))
    assert told == ["thirty seconds"] * 3


@pytest.mark.parametrize(
    ("asked", "told"),
    [("dishes", "thirty seconds"), ("the run", "ten seconds"), ("it", "ten seconds"), ("", "ten seconds")],
)
def test_by_name_or_else_the_latest(asked: str, told: str) -> None:
    assert after((0.0, "start: dishes"), (20.0, "start: run"), (30.0, f"elapsed: {asked}"))[1] == [told]


def test_the_same_words_beat_some_of_them() -> None:
    calls = ((0.0, "start: cube"), (20.0, "start: Rubik's cube"), (30.0, "elapsed: cube"))
    assert after(*calls)[1] == ["thirty seconds"]


def test_the_same_name_begins_anew() -> None:
    assert after((0.0, "start: run"), (20.0, "start: the run"), (30.0, "elapsed: run"))[1] == ["ten seconds"]


@pytest.mark.parametrize("call", ["elapsed: dishes", "stop: dishes", "elapsed", "stop"])
def test_without_any_there_is_nothing_to_tell(call: str) -> None:
    with pytest.raises(NotUnderstood):
        apply(Agenda(), call, 10.0, NOON)


def test_reminders_and_stopwatches_leave_each_other_alone() -> None:
    agenda, told = after((0.0, "every ten seconds: blink"), (1.0, "start: run"), (2.0, "cancel: all"))
    assert agenda.rules == ()
    assert [w.name for w in agenda.watches] == ["run"]
    agenda, told = after((0.0, "every ten seconds: blink"), (1.0, "start: run"), (2.0, "cancel: run"))
    assert agenda.watches == ()
    assert len(agenda.rules) == 1
    agenda, told = after((0.0, "start: run"), (1.0, "after ten seconds: blink"), (5.0, "elapsed: run"))
    assert told == ["five seconds"]
    assert [d.text for d in due(agenda, 20.0)[1]] == ["blink"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "zero seconds"), (1.4, "one second"), (20.0, "twenty seconds"),
        (99.6, "one minute and forty seconds"), (60.0, "one minute"), (3600.0, "one hour"),
        (7384.0, "two hours and three minutes"),
    ],
)  # fmt: skip
def test_in_words(seconds: float, words: str) -> None:
    assert in_words(seconds) == words
