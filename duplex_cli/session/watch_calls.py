"""Stopwatch calls wait for the end of the sentence that they answer. Pure.

"How much time has gone by" is whole before "since I started" is said, "time me while I tie this knot" before
"go": the model calls at the word that completes a request, but what is timed ends or begins with the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from duplex_cli.session.agenda import is_watch
from duplex_cli.session.state import State
from duplex_cli.stream import Percept

LONGEST_TAIL_S = 2.0
"""Of words after the call that still belong to its request; who goes on longer talks of something else."""


@dataclass(frozen=True, slots=True)
class Ripe:
    """A call that waits no longer, and the session time at which it counts."""

    call: str
    at: float


def hold(state: State, call: str, perceived_at: float) -> State | None:
    """The state with a stopwatch's call put off until the sentence has ended; None if it need not wait."""
    if not is_watch(call) or state.fell_silent:
        return None
    return replace(state, held_watch=(call, perceived_at))


def ripen(state: State, percepts: Sequence[Percept], t: float) -> tuple[State, Ripe | None]:
    """The call that was held, once the user has paused or talked on too long."""
    if state.held_watch is None:
        return state, None
    call, perceived_at = state.held_watch
    heard_at = state.heard_at if state.heard_at is not None else perceived_at
    paused = any(p.kind == "pause" for p in percepts)
    if not paused and t - perceived_at < LONGEST_TAIL_S:
        return state, None
    at = heard_at if heard_at - perceived_at < LONGEST_TAIL_S else perceived_at
    return replace(state, held_watch=None), Ripe(call, at)
