"""A stopwatch's call counts from the last word of its sentence."""

from __future__ import annotations

import pytest

from duplex_cli.interaction.model import InteractionModel
from duplex_cli.profile import check
from duplex_cli.session.state import State
from duplex_cli.session.taking_in import absorb
from duplex_cli.session.watch_calls import LONGEST_TAIL_S, Ripe, hold, ripen
from duplex_cli.stream import Percept


@pytest.fixture
def state(mind: InteractionModel) -> State:
    return State(profile=check({"name": "t", "task": "t"}, "t"), mind=mind, day_s=0.0)


def heard(state: State, *words: tuple[float, str]) -> State:
    for at, word in words:
        state = absorb(state, [Percept(at, "hear", word)])
    return state


def test_it_waits_for_the_words_that_follow_and_counts_from_the_last_one(state: State) -> None:
    held = hold(heard(state, (1.0, "how"), (1.3, "long")), "elapsed: tea", 1.3)
    assert held is not None
    held, ripe = ripen(heard(held, (1.6, "exactly")), [], 1.8)
    assert ripe is None
    pause = Percept(2.2, "pause")
    held, ripe = ripen(absorb(held, [pause]), [pause], 2.2)
    assert ripe == Ripe("elapsed: tea", 1.6)
    assert ripen(held, [pause], 2.4)[1] is None


def test_after_the_pause_nothing_waits(state: State) -> None:
    silent = absorb(heard(state, (1.0, "stop")), [Percept(1.6, "pause")])
    assert hold(silent, "stop: tea", 1.0) is None


def test_other_calls_do_not_wait(state: State) -> None:
    assert hold(heard(state, (1.0, "minute")), "after one minute: tea", 1.0) is None


def test_who_talks_on_is_not_timed_from_the_end_of_the_talk(state: State) -> None:
    held = hold(heard(state, (1.0, "go")), "start: tea", 1.0)
    assert held is not None
    talk = [(1.0 + 0.33 * k, "and") for k in range(1, 12)]
    assert ripen(heard(held, *talk), [], 1.0 + LONGEST_TAIL_S)[1] == Ripe("start: tea", 1.0)
