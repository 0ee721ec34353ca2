"""Scores of speech that a picture should bring about: PAUC and temporal IoU, judge-free. Pure.

**PAUC** (ProactiveVideoQA; ../shared/benchmarks.md: "turn-weighted area under score over time, omega 0.5,
silence = 25"). A turn is a span of time in which the picture answers the question. Its score over time is
`SILENT` until something is said within the span, then the score of what has been said in it so far: 1 if all
of the answer is there, a half if a part is, 0 if none is or something wrong is said. The turn's figure is
omega times the mean of that score over the span, plus (1 - omega) times the score at its end: so silence
makes 25, the right words at once 100, at the last moment 62.5, wrong ones less than silence. The figure of a
set of clips is the mean over all their turns. The original gives the score by a language model; ours by
words, as the other benches do, so the figures stand beside the published ones, not on the same scale.

**Temporal IoU** (Charades): of the interval between the remark that told the start of an action and the one
that told its stop, and the true interval: intersection over union, 0 where either was not told.
"""

from __future__ import annotations

from collections.abc import Sequence

from duplex_cli.bench.items import Expectation
from duplex_cli.bench.matching import Said, plain

OMEGA = 0.5
"""Weight of when against what."""

SILENT = 0.25
"""Score while nothing has been said: better than a wrong answer, worse than half of the right one."""


def answer_score(text: str, wanted: Expectation) -> float:
    """1 if `text` has a word of every group, 0.5 if of some, 0 if of none or if it has one that is wrong."""
    words = plain(text)
    if any(plain(wrong) in words for wrong in wanted.never):
        return 0.0
    met = sum(any(plain(word) in words for word in group) for group in wanted.say)
    return 1.0 if met == len(wanted.say) else 0.5 if met else 0.0


def turn_score(remarks: Sequence[Said], wanted: Expectation) -> float:
    """PAUC of one turn, 0 to 1."""
    score, at, area, said = SILENT, wanted.start, 0.0, ""
    for remark in sorted(remarks, key=lambda r: r.at):
        if not wanted.start <= remark.at <= wanted.end:
            continue
        area += score * (remark.at - at)
        at, said = remark.at, f"{said} {remark.text}"
        score = answer_score(said, wanted)
    area += score * (wanted.end - at)
    span = wanted.end - wanted.start
    return OMEGA * (area / span if span else score) + (1 - OMEGA) * score


def strays(remarks: Sequence[Said], turns: Sequence[Expectation]) -> int:
    """Remarks outside every turn."""
    return sum(not any(t.start <= r.at <= t.end for t in turns) for r in remarks)


def told_interval(
    remarks: Sequence[Said], start_words: Sequence[str], stop_words: Sequence[str]
) -> tuple[float, float] | None:
    """When the start and, after it, the stop of an action were told; None if either was not."""
    start = next((r.at for r in remarks if _has(r, start_words) and not _has(r, stop_words)), None)
    if start is None:
        return None
    stop = next((r.at for r in remarks if r.at > start and _has(r, stop_words)), None)
    return None if stop is None else (start, stop)


def interval_iou(told: tuple[float, float] | None, true: tuple[float, float]) -> float:
    """Intersection over union of two intervals, 0 where none was told."""
    if told is None:
        return 0.0
    shared = max(0.0, min(told[1], true[1]) - max(told[0], true[0]))
    return shared / (told[1] - told[0] + true[1] - true[0] - shared)


def _has(remark: Said, words: Sequence[str]) -> bool:
    said = plain(remark.text)
    return any(plain(word) in said for word in words)
