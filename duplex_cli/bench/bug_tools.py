"""What the tools say of an item: while it is typed, in session time, and of the finished file at large."""

from __future__ import annotations

from dataclasses import dataclass

from duplex_cli.bench.bug_items import BugItem, Typing
from duplex_cli.clock import precise
from duplex_cli.code import thorough
from duplex_cli.code.document import Document
from duplex_cli.code.review import Reviewer, Told

LOOK_S = 0.2
"""The reviewer is asked once a micro-turn."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A finding and when it was there, the tools' own time included."""

    at: float
    told: Told


def findings(typing: Typing, *, types: bool) -> list[Heard]:
    """Findings in the order in which they came. While the tools run, nothing else is reviewed."""
    reviewer = Reviewer(types=types)
    shown = list(typing.shown)
    out: list[Heard] = []
    free_at = 0.0
    for tick in range(round(typing.duration / LOOK_S) + 1):
        now = round(tick * LOOK_S, 3)
        if now < free_at:
            continue
        while shown and shown[0][0] <= now:
            at, document = shown.pop(0)
            reviewer.show(document, at)
        started = precise()
        told = reviewer.review(now)
        free_at = now + precise() - started
        out += [Heard(free_at, t) for t in told]
    return out


def findable(item: BugItem, twin: tuple[str, ...], *, types: bool) -> bool:
    """Whether the tools, with all their rules on faults, find more in the finished file than in its twin."""
    before = thorough.messages(Document(item.file, twin), types=types)
    return bool(thorough.messages(Document(item.file, item.lines), types=types) - before)
