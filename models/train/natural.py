"""Requests written whole, as people say them, each with the calls that it comes to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from duplex_cli.session.agenda import BOTH
from duplex_cli.session.spoken_time import parse_duration
from models.train.corpora import table
from models.train.streams import Pick
from models.train.timer_times import When

_CALL = re.compile(r"(?P<verb>every|after|at) (?P<when>[^:]+(?::\d\d[^:]*)?): (?P<told>.+)")
_SCOPE = re.compile(r"(?:,? (?:for|until|till) .+| (?:\w+|\d+) times| twice| thrice)$")
"""What follows the period of "every": when it ends."""
KINDS = {
    "after": 10, "every": 10, "at": 14, "several": 24, "limit": 18, "corrected": 16, "rambling": 10,
    "alarm": 8,
}  # fmt: skip
"""Weights of the kinds of request, by what is hard rather than by what is frequent."""
FAR_S = 7200.0
"""Where a time of day falls due is not seen in a session: further off than any."""


@dataclass(frozen=True)
class Natural:
    """A request and the rules that one call sets for it: (verb, when, what is told)."""

    said: str
    call: str
    rules: tuple[tuple[str, When, str], ...]


def natural(p: Pick) -> Natural:
    """One such request of this side of the split."""
    said, calls, _ = p.of(_rows()[p.random.choices(list(KINDS), list(KINDS.values()))[0]])
    return Natural(said, f"call {calls}", tuple(_rule(part) for part in calls.split(BOTH)))


@cache
def _rows() -> dict[str, tuple[tuple[str, ...], ...]]:
    """The rows of the table by their kind."""
    rows = table("timer_natural")
    return {kind: tuple(row for row in rows if row[2] == kind) for kind in KINDS}


def _rule(call: str) -> tuple[str, When, str]:
    found = _CALL.fullmatch(call)
    if found is None:
        raise ValueError(f"timer_natural: {call!r} is no call of a timer")
    verb, when, told = found["verb"], found["when"], found["told"]
    if verb == "every":
        when = _SCOPE.sub("", when)
    span = FAR_S if verb == "at" else parse_duration(when)
    if span is None:
        raise ValueError(f"timer_natural: {when!r} is no duration that code reads")
    return verb, When(when, span), told
