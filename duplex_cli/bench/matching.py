"""Were the right things said at the right times? The rules of ../shared/benchmarks.md, judge-free. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from duplex_cli.bench.items import Expectation, Item


@dataclass(frozen=True, slots=True)
class Said:
    """A remark as it came out: when it began, its words, the gate's probability."""

    at: float
    text: str
    p: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one item went."""

    right: bool
    acts: int
    acts_right: int
    silences: int
    silences_right: int
    false_interjections: int
    late_s: tuple[float, ...]
    """For each expectation met, seconds from the opening of its window to the remark."""


def plain(text: str) -> str:
    """Lower case, without accents, words separated by single spaces, with a space at both ends."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in folded if not unicodedata.combining(c))
    return " " + " ".join(re.findall(r"\w+(?:'\w+)?", letters.replace("’", "'"))) + " "


def meets(said: Said, wanted: Expectation) -> bool:
    """Whether a remark lies in the window and has the words that are wanted and none that are not."""
    if wanted.silent or not wanted.start <= said.at <= wanted.end:
        return False
    words = plain(said.text)
    return all(any(plain(a) in words for a in group) for group in wanted.say) and not any(
        plain(n) in words for n in wanted.never
    )


def judge(item: Item, remarks: Sequence[Said]) -> Verdict:
    """Score an item. A remark serves one expectation; one that meets none is a false interjection."""
    wanted = [e for e in item.expect if not e.silent]
    free = sorted(remarks, key=lambda r: r.at)
    late: list[float] = []
    for expectation in sorted(wanted, key=lambda e: e.end):
        match = next((r for r in free if meets(r, expectation)), None)
        if match is not None:
            free.remove(match)
            late.append(match.at - expectation.start)
    false = [r for r in free if not any(meets(r, e) for e in wanted)]
    stretches = _silent_stretches(item)
    quiet = sum(not any(a <= r.at <= b for r in false) for a, b in stretches)
    broken = any(e.silent and e.start <= r.at <= e.end for e in item.expect for r in remarks)
    return Verdict(
        right=len(late) == len(wanted) and not false and not broken,
        acts=len(wanted),
        acts_right=len(late),
        silences=len(stretches),
        silences_right=quiet,
        false_interjections=len(false),
        late_s=tuple(late),
    )


def _silent_stretches(item: Item) -> list[tuple[float, float]]:
    """Windows that demand silence, and what lies between the windows that expect speech."""
    stretches = [(e.start, e.end) for e in item.expect if e.silent]
    at = 0.0
    for expectation in sorted((e for e in item.expect if not e.silent), key=lambda e: e.start):
        if expectation.start > at:
            stretches.append((at, expectation.start))
        at = max(at, expectation.end)
    if at < item.duration:
        stretches.append((at, item.duration))
    return stretches
