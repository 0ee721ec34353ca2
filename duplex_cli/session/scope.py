"""How long and how often: the spans that a call names, checked against what was said, and its end.

A scope is "for D", "until CLOCK", "N times", "for N rounds", "twice".
"""

from __future__ import annotations

import re

from duplex_cli.session.spoken_time import find_clocks, find_durations, numbers, parse_clock, parse_duration

_NUMBER = (
    r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    r"|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred)"
)
_TIMES = re.compile(
    rf"[,\s]+(?:for\s+)?(?:the\s+next\s+|exactly\s+|just\s+|only\s+)?"
    rf"(?P<n>{_NUMBER}(?:[\s-]{_NUMBER})*|a couple of|a few|a dozen)\s+"
    rf"(?:more\s+)?(?:times|rounds?|reps|repetitions?|cycles?|sets?)(?:\s+(?:in\s+a\s+row|in\s+total|total|only))?$"
    rf"|[,\s]+(?P<word>once|twice|thrice)(?:\s+(?:in\s+total|only))?$",
    re.IGNORECASE,
)
_HESITATION = re.compile(r"\b(?:um+|uh+|erm?|you know|like)\b\s*", re.IGNORECASE)
_COUNTS = {"once": 1, "twice": 2, "thrice": 3, "a couple of": 2, "a few": 3, "a dozen": 12}
_FOR = re.compile(r"[,\s]+(?P<kind>for|until|till)\s+(?P<span>.+)$", re.IGNORECASE)

_NEXT = re.compile(r"^(?:the\s+|this\s+)?(?:next\s+|coming\s+|whole\s+)?", re.IGNORECASE)
""" "For the next hour": "hour" alone is one."""


def scope_of(when: str, at: float, day_s: float) -> tuple[str, int | None, float | None]:
    """Split "four seconds for two minutes" or "minute, 5 times" into the period and its scope."""
    counted = _TIMES.search(when)
    if counted:
        amount = (counted["word"] or counted["n"]).lower()
        n = _COUNTS.get(amount) or parse_duration(f"{amount} seconds")
        if n:
            return when[: counted.start()], int(n), None
    ranged = _FOR.search(when)
    if ranged is None:
        return when, None, None
    if ranged["kind"].lower() == "for":
        span = parse_duration(_NEXT.sub("", ranged["span"]))
    else:
        span = parse_clock(ranged["span"], day_s)
    return when[: ranged.start()], None, at + span if span else None


def grounded(when: str, heard: str) -> float | None:
    """The duration `when`, or the one said last if neither it nor its number was said ("make it twelve")."""
    written = parse_duration(when)
    heard = _HESITATION.sub("", heard)
    said = find_durations(heard)
    figures = numbers(when)
    if written is None and not figures:
        return None
    if not said or written in said or (figures and figures <= numbers(heard)):
        return written
    if not figures and re.search(rf"\b(?:every|each|of)\s+{re.escape(when.lower())}\b", heard.lower()):
        return written  # "every full minute", "every hour": no amount, and yet said so
    return said[-1]


def grounded_clock(when: str, heard: str, day_s: float) -> float | None:
    """Seconds until the time of day `when`, or until the one that was said, if it is another one.

    A small model drops a figure of "twelve oh one": then what was heard last with a number in common serves.
    """
    written = parse_clock(when, day_s)
    said = find_clocks(heard, day_s)
    if not said or any(wait == written for _, wait in said):
        return written
    figures = numbers(when)
    alike = [wait for clock, wait in said if numbers(clock) & figures]
    return (alike or [wait for _, wait in said])[-1]
