"""Whose turn it is to sound: pure decisions over the remarks that wait. Times are samples of session time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from duplex_cli.speech.remark import QueuedRemark
from duplex_cli.stream import SAMPLE_RATE

FADE_S = 0.03
"""Length of the fade when speech is cut, seconds: gone at once to the ear, and long enough not to click
(six periods of a 200 Hz voice)."""

SAME_MOMENT_S = 0.5
"""Two timed remarks nearer than this are of one moment: the later follows the earlier instead of cutting it,
so that both are heard. Half a second is a word and a half at 170 words a minute."""

HOLD_S = 1.5
"""An untimed remark does not begin in the last 1.5 s before a timed one that it would run into: a remark
that is cut after two words is worse than one that comes 1.5 s later."""

_FADE = round(FADE_S * SAMPLE_RATE)
_SAME_MOMENT = round(SAME_MOMENT_S * SAMPLE_RATE)
_HOLD = round(HOLD_S * SAMPLE_RATE)
_NEVER = 1 << 62


def timed(queue: Iterable[QueuedRemark]) -> list[tuple[int, QueuedRemark]]:
    """(start, remark) of those that have one, the earliest first."""
    starts = [(r.start, r) for r in queue if r.start is not None]
    return sorted(starts, key=lambda pair: pair[0])


def must_yield(current: QueuedRemark, queue: Iterable[QueuedRemark], t: int) -> bool:
    """Whether `current` has to fade out from sample t on for the sake of a timed remark."""
    for start, _ in timed(queue):
        near = t >= start - _FADE
        together = current.start is not None and current.began > start - _SAME_MOMENT
        ends_before = current.complete and t + current.remaining <= start
        if near and not together and not ends_before:
            return True
    return False


def choose(queue: Sequence[QueuedRemark], t: int) -> QueuedRemark | None:
    """The remark that begins at sample t where nothing sounds, or None while all have to wait."""
    starts = timed(queue)
    if starts and starts[0][0] <= t:
        return starts[0][1]
    first = next((remark for remark in queue if remark.start is None), None)
    if first is None or not starts:
        return first
    next_start = starts[0][0]
    runs_into_it = next_start - t < _HOLD and t + first.remaining > next_start
    return None if runs_into_it else first


def next_decision(queue: Iterable[QueuedRemark], t: int) -> int:
    """The next sample after t at which the answers could be others, for a timed remark's sake."""
    points = [p for start, _ in timed(queue) for p in (start - _FADE, start) if p > t]
    return min(points, default=t + _NEVER)
