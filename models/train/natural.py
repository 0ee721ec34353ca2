"""Requests written whole, as people say them, each with the calls that it comes to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from duplex_cli.session.agenda import BOTH
from duplex_cli.session.spoken_time import parse_duration
from models.train.corpora import table
from models.train.streams import Pick
from models.train.timer_times import When

_CALL = re.compile(r"(?P<verb>every|after|at) (?P<when>[^:]+(?::\d\d[^:]*)?): (?P<told>.+)")
_SCOPE = re.compile(r"(?:,? (?:for|until|till) .+| (?:\w+|\d+) times| twice| thrice)$")
"""What follows the period of "every": when it ends."""
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
    said, calls, _ = p.of(table("timer_natural"))
    return Natural(said, f"call {calls}", tuple(_rule(part) for part in calls.split(BOTH)))


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
