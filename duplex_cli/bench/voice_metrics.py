"""The tau-voice interaction metrics: who spoke at which 200 ms tick, and what that says. Pure, no judge.

Rules of tau2-bench (MIT, github.com/sierra-research/tau2-bench), in our own words and code; its golden
simulations are reproduced digit for digit in tests/test_bench_voice_metrics.py. Times are counted in whole
ticks: a latency of 0.4 s says that two whole ticks lay between, so it is up to 0.2 s less or more than real.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from duplex_cli.stream import TICK_S

Effect = Literal["vocal_tic", "non_directed"]

YIELD_TICKS = 10
"""2.0 s in which a real interruption has to make the assistant stop."""

WRONG_YIELD_TICKS = 5
"""1.0 s in which it must not stop for a backchannel, a tic or speech that is not directed at it."""

WRONG_ANSWER_TICKS = 10
"""2.0 s after a tic or non-directed speech in silence, in which it must not begin to speak."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Who speaks in one tick. `effects` are (kind, what was said) of sounds laid over the user."""

    user: bool = False
    agent: bool = False
    backchannel: bool = False
    """Whether the user's action in this tick is a backchannel."""
    effects: tuple[tuple[Effect, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """Speech without a break, ticks [start, end)."""

    start: int
    end: int
    over: bool
    """Whether the other one spoke at its first tick."""
    into: bool
    """Whether the other one spoke at the tick after its last."""
    backchannel: bool = False
    effects: frozenset[Effect] = frozenset()


@dataclass(slots=True)
class Tally:
    """What was counted so far, over any number of simulations."""

    simulations: int = 0
    responses: list[float] = field(default_factory=list)
    """Latency in seconds of each turn that was answered."""
    unanswered: int = 0
    yields: list[float] = field(default_factory=list)
    """Seconds until the assistant fell silent, for each real interruption that made it stop."""
    unyielded: int = 0
    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    """Backchannels, tics and non-directed speech by kind, borne rightly or not."""
    agent_interruptions: int = 0

    def judged(self, kind: str, right: bool) -> None:
        """Count one backchannel, tic or non-directed speech."""
        (self.right if right else self.wrong)[kind] += 1


def segments(ticks: Sequence[Tick], whose: Literal["user", "agent"]) -> list[Segment]:
    """Contiguous speech of one side."""
    speaks = [getattr(tick, whose) for tick in ticks]
    other = [tick.agent if whose == "user" else tick.user for tick in ticks]
    edges = [i for i, (a, b) in enumerate(pairwise([False, *speaks, False])) if a != b]
    found = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        kinds: frozenset[Effect] = frozenset(kind for tick in ticks[start:end] for kind, _ in tick.effects)
        into = end < len(ticks) and other[end]
        found.append(Segment(start, end, other[start], into, ticks[start].backchannel, kinds))
    return found


def count(tally: Tally, ticks: Sequence[Tick]) -> None:
    """Add one simulation to the tally."""
    ticks = without_stop_signal(ticks)
    user, agent = segments(ticks, "user"), segments(ticks, "agent")
    tally.simulations += 1
    tally.agent_interruptions += sum(segment.over for segment in agent)
    _count_turns(tally, user, agent)
    for segment in user:
        _count_user_segment(tally, segment, agent, ticks)
    for kind, start, end in effects_in_silence(ticks):
        _count_effect(tally, kind, start, end, agent)


def without_stop_signal(ticks: Sequence[Tick]) -> Sequence[Tick]:
    """A user segment of one tick at the very end is the signal that ends a simulation, not speech."""
    if len(ticks) >= 2 and ticks[-1].user and not ticks[-2].user:
        return ticks[:-1]
    return ticks


def effects_in_silence(ticks: Sequence[Tick]) -> list[tuple[Effect, int, int]]:
    """(kind, start, end) of tics and non-directed speech outside of the user's own speech."""
    found: list[tuple[Effect, int, int]] = []
    open_: dict[tuple[Effect, str], int] = {}
    for i, tick in enumerate([*ticks, Tick(user=True)]):
        active = () if tick.user else tick.effects
        for effect in [e for e in open_ if e not in active]:
            found.append((effect[0], open_.pop(effect), i))
        for effect in active:
            open_.setdefault(effect, i)
    return sorted(found, key=lambda f: f[1])


def _count_turns(tally: Tally, user: Sequence[Segment], agent: Sequence[Segment]) -> None:
    """A turn is user speech, no backchannel, that ends while the assistant is silent."""
    turns = [s for s in user if not s.backchannel and not s.into]
    for i, turn in enumerate(turns):
        answer = next((s.start for s in agent if s.start >= turn.end), None)
        again = turns[i + 1].start if i + 1 < len(turns) else None
        if answer is not None and (again is None or answer <= again):
            tally.responses.append(_gap_s(turn, answer))
        elif again is not None:
            tally.unanswered += 1


def _count_user_segment(
    tally: Tally, segment: Segment, agent: Sequence[Segment], ticks: Sequence[Tick]
) -> None:
    kind = _kind(segment)
    if segment.over:
        window = WRONG_YIELD_TICKS if kind else YIELD_TICKS
        stopped = next(
            (i for i in range(segment.start, min(segment.start + window, len(ticks))) if not ticks[i].agent),
            None,
        )
        if kind:
            tally.judged(kind, right=stopped is None)
        elif stopped is None:
            tally.unyielded += 1
        else:
            tally.yields.append((stopped - segment.start) * TICK_S)
    elif kind in ("vocal_tic", "non_directed") and segment.effects:
        tally.judged(kind, right=not _answered(agent, segment.start, segment.end))


def _kind(segment: Segment) -> str:
    """backchannel before vocal tic before non-directed; "" is a real turn or interruption."""
    if segment.backchannel and segment.over:
        return "backchannel"
    return next((kind for kind in ("vocal_tic", "non_directed") if kind in segment.effects), "")


def _count_effect(tally: Tally, kind: Effect, start: int, end: int, agent: Sequence[Segment]) -> None:
    """A sound outside of the user's speech. Talked through rightly it is not counted: that is their rule."""
    speaking = next((s for s in agent if s.start <= start < s.end), None)
    if speaking is None:
        tally.judged(kind, right=not _answered(agent, start, end))
    elif speaking.end - start <= WRONG_YIELD_TICKS:
        tally.judged(kind, right=False)


def _answered(agent: Sequence[Segment], start: int, end: int) -> bool:
    return any(start <= s.start <= end + WRONG_ANSWER_TICKS for s in agent)


def report(tally: Tally) -> dict[str, Any]:
    """The eight metrics and every denominator; None where there was nothing to count."""
    turns = len(tally.responses) + tally.unanswered
    interruptions = len(tally.yields) + tally.unyielded
    return {
        "response_latency_mean": _mean(tally.responses),
        "yield_latency_mean": _mean(tally.yields),
        "response_rate": len(tally.responses) / turns if turns else None,
        "yield_rate": len(tally.yields) / interruptions if interruptions else None,
        "agent_interruption_rate": tally.agent_interruptions / turns if turns else None,
        "selectivity_backchannel": _selectivity(tally, "backchannel"),
        "selectivity_vocal_tic": _selectivity(tally, "vocal_tic"),
        "selectivity_non_directed": _selectivity(tally, "non_directed"),
        "counts": {
            "n_simulations": tally.simulations,
            "response_total": turns,
            "yield_total": interruptions,
            "backchannel_total": _total(tally, "backchannel"),
            "vocal_tic_total": _total(tally, "vocal_tic"),
            "non_directed_total": _total(tally, "non_directed"),
            "agent_interrupts_count": tally.agent_interruptions,
        },
    }


def _gap_s(turn: Segment, answer: int) -> float:
    """As tau2-bench adds it up, so that the last digits of the mean are theirs too."""
    return answer * TICK_S - (turn.start * TICK_S + (turn.end - turn.start) * TICK_S)


def _mean(seconds: Sequence[float]) -> float | None:
    return float(np.mean(seconds)) if seconds else None


def _total(tally: Tally, kind: str) -> int:
    return tally.right[kind] + tally.wrong[kind]


def _selectivity(tally: Tally, kind: str) -> float | None:
    total = _total(tally, kind)
    return 1.0 - tally.wrong[kind] / total if total else None
