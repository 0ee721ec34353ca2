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
_SAID_TIMES = re.compile(
    rf"\b(?P<what>(?P<n>{_NUMBER}(?:[\s-]{_NUMBER})*|a couple of|a few|a dozen)\s+"
    rf"(?:more\s+)?(?:times|rounds|reps|repetitions|cycles|sets)"
    rf"|(?P<word>(?<=only )once|(?<=just )once|twice|thrice))\b(?!\s+(?:an?|the|per|every|each|as|that)\b)"
)
"""A count of times that is an end: not "three times a day", not "twice as fast"."""
_SAID_SPAN = re.compile(
    r"\bfor (?:exactly |only |just )?(?P<span>(?:the next |the coming |another )?\S+(?: \S+){0,3})"
)
_SAID_NEXT = re.compile(r"\bfor the (?:next|coming) (?P<span>\S+(?: \S+){0,3})")
_SAID_UNTIL = re.compile(r"\b(?:until|till|til) (?P<clock>\S+(?: \S+){0,4})")
LEADING_WORDS = 10
"""Of the words before "every", those of the same request: "for the next minute say focus …"."""
_WHEN = re.compile(r"(?:every|after) (?P<when>[^:]+)")
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


def said_scope(
    heard: str, told: str, period_s: float, at: float, day_s: float
) -> tuple[int | None, float | None]:
    """(times, until) that the user said after "every", of what is `told` each `period_s`; or (None, None).

    A small model leaves out an end that trails its request ("but only twice"). What belongs to what is
    told is no end ("rest my eyes for twenty seconds"), nor is a span in which the rule would not come twice.
    """
    before, every, heard = _HESITATION.sub("", heard.lower()).rpartition("every ")
    first = " ".join(heard.split()[:2]), " ".join(heard.split()[:1])
    if not every or period_s not in (*find_durations(heard), *map(parse_duration, first)):
        return None, None
    own = told.lower()
    for counted in reversed(list(_SAID_TIMES.finditer(heard))):
        amount = (counted["word"] or counted["n"]).strip()
        n = _COUNTS.get(amount) or parse_duration(f"{amount} seconds")
        if n and counted["what"] not in own:
            return int(n), None
    ranges = [*_SAID_NEXT.finditer(" ".join(before.split()[-LEADING_WORDS:])), *_SAID_SPAN.finditer(heard)]
    for ranged in reversed(ranges):
        words = _NEXT.sub("", ranged["span"])
        span = next(iter(find_durations(words)), None) or parse_duration(words.split()[0])
        if span and span >= 2 * period_s and span not in find_durations(own):
            return None, at + span
    for ranged in reversed(list(_SAID_UNTIL.finditer(heard))):
        clocks = find_clocks(ranged["clock"], day_s)
        if clocks and clocks[0][1] >= period_s:
            return None, at + clocks[0][1]
    return None, None


def grounded(when: str, heard: str) -> float | None:
    """The duration `when`, or the one said last if neither it nor its number was said ("make it twelve")."""
    written = parse_duration(when)
    heard = _HESITATION.sub("", heard)
    said = find_durations(heard)
    figures = numbers(when)
    if written is None:  # "after six", of "six, make that sixteen seconds": the unit came with the last
        return said[-1] if said and figures else None
    if not said or written in said or (figures and figures <= numbers(heard)):
        return written
    if not figures and re.search(rf"\b(?:every|each|of)\s+{re.escape(when.lower())}\b", heard.lower()):
        return written  # "every full minute", "every hour": no amount, and yet said so
    return said[-1]


def without_invented(parts: list[str], heard: str) -> list[str]:
    """The rules in one call without those that say nothing of their own.

    In those either the duration is one that nobody said, while another rule has the one that was said
    ("three times and then no more" is no second rule, "every day: no more"); or both it and the words stand
    in earlier ones: a small model at times goes round in circles.
    """
    whens = [_WHEN.match(part.strip()) for part in parts]
    spans = [(parse_duration(w["when"]), grounded(w["when"], heard)) if w else (None, None) for w in whens]
    right = {said for written, said in spans if written is not None and written == said}
    found: list[str] = []
    durations: set[float | None] = set()
    told: set[str] = set()
    for part, (written, said) in zip(parts, spans, strict=True):
        words = part.partition(": ")[2].strip().lower()
        unsaid = written is not None and written != said and said in right
        if not unsaid and (written is None or said not in durations or words not in told):
            found.append(part)
        durations.add(said)
        told.add(words)
    return found


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
