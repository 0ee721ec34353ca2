"""Spans and times of day as people say them, with the seconds they mean."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from duplex_cli.session.stopwatch import number
from models.train.streams import Pick


@dataclass(frozen=True)
class When:
    """A time as it is said. `tail` refines it where it ends the request ("two hours" ... "and a half")."""

    text: str
    seconds: float
    tail: str = ""
    open: bool = False
    """It is likely to go on, so that only the pause shows that it is whole: "at three" ... "thirty"."""


_COMMON = (*range(2, 13), 5, 10, 10, 15, 15, 20, 20, 30, 30, 14, 16, 18, 24, 25, 35, 40, 45, 50, 60, 90)
_UNITS = (("seconds", 1), ("minutes", 60), ("hours", 3600), ("secs", 1), ("mins", 60))
_SPANS = (
    ("half an hour", 1800), ("an hour", 3600), ("a minute", 60), ("one minute", 60), ("half a minute", 30),
    ("one hour", 3600), ("a quarter of an hour", 900), ("a couple of minutes", 120), ("1 hour", 3600),
    ("two and a half minutes", 150), ("three quarters of an hour", 2700), ("one and a half minutes", 90),
    ("a couple of hours", 7200), ("five and a half seconds", 5.5), ("a few seconds", 3), ("1 minute", 60),
    ("a few minutes", 180), ("a couple of seconds", 2), ("one second", 1), ("a full minute", 60),
    ("about ten minutes", 600), ("exactly twenty seconds", 20), ("an hour or so", 3600),
    ("about half an hour", 1800), ("two and a half hours", 9000), ("three and a half minutes", 210),
)  # fmt: skip
_TAILS = (
    ("an hour", "and a half", 5400), ("a minute", "and a half", 90), ("one hour", "and ten minutes", 4200),
    ("two minutes", "and thirty seconds", 150), ("one minute", "and 20 seconds", 80),
    ("an hour", "and a quarter", 4500), ("three minutes", "and ten seconds", 190),
    ("two hours", "and fifteen minutes", 8100),
)  # fmt: skip
_PERIODS = (
    ("minute", 60), ("hour", 3600), ("half hour", 1800), ("half an hour", 1800), ("second", 1),
    ("couple of minutes", 120), ("single minute", 60), ("other minute", 120), ("quarter of an hour", 900),
    ("half minute", 30), ("10 or so seconds", 10), ("few minutes", 180), ("couple of seconds", 2),
    ("few seconds", 3), ("full minute", 60), ("other second", 2),
)  # fmt: skip
_HOURS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NOONS = ("noon", "noon", "midday", "midnight", "twelve")
_FEW = ("a minute", "one minute", "two minutes", "three minutes", "four minutes", "five minutes",
        "six minutes", "seven minutes", "eight minutes", "nine minutes")  # fmt: skip
_CLOCKS = (
    "half past {h}",
    "quarter past {h}",
    "quarter to {h}",
    "{h} thirty",
    "{h} fifteen",
    "{h} o'clock",
    "{d} o'clock",
    "{d}:30",
    "{d}:{mm}",
    "{h} pm",
    "{d} am",
    "{d} pm",
    "ten past {h}",
    "five to {h}",
    "twenty past {h}",
    "{h} forty five",
    "noon",
    "midnight",
    "midday",
    "{D}:00",
    "a quarter to {h}",
    "ten to {h}",
    "{h} twenty",
    "half {h}",
    "{h} in the evening",
    "{h} tonight",
    "{h} in the morning",
    "a quarter past {h}",
    "{h} sharp",
    "{h} ten",
    "twenty to {h}",
    "{d}:15",
    "{d}:45",
)
_MINUTES = (
    "{h} oh {oh}",
    "{h} oh {oh}",
    "{h} oh {oh} pm",
    "{h} oh {oh} am",
    "{one} past {h}",
    "{one} past {h}",
    "{one} past {half}",
    "{one} past {half}",
    "{one} to {h}",
    "{one} to {half}",
    "{one} after {h}",
    "{one} before {h}",
    "{d}:{m0}",
    "{d}:{m0}",
    "{d}:{m0} pm",
    "{d}:{mm} am",
    "{D}:{m0}",
    "{D}:{mm}",
    "{h} {of}",
    "{h} {of}",
    "{h} {of} pm",
    "{m} past {h}",
    "{m} to {h}",
    "{m} past {h}",
    "quarter past {half}",
    "ten to {half}",
    "five past {half}",
    "half past {h} in the evening",
    "{h} o {oh}",
    "{m} after {h}",
    "twenty five to {h}",
    "twenty five past {h}",
    "five past {h}",
    "ten till {h}",
    "quarter of {h}",
)
_REFINED = re.compile(r"(.*) (pm|am|tonight|in the (?:morning|afternoon|evening))$")
_TENS = re.compile(r"^[a-z]+ (?:twenty|thirty|forty|fifty)$")
""" "Three forty" may yet become "three forty two"."""
_DAYTIMES = ("pm", "am", "in the morning", "in the afternoon", "in the evening", "tonight")


def count(p: Pick) -> int:
    """A number of units, mostly a round one."""
    return p.random.randint(2, 75) if p.maybe(0.12) else p.random.choice(_COMMON)


def written(p: Pick, n: int) -> str:
    """`n` as transcribers write it: in digits or in words, with a hyphen or without."""
    if p.maybe(0.35):
        return str(n)
    return number(n) if p.maybe(0.5) else number(n).replace("-", " ")


def few(p: Pick) -> str:
    """How many times, as a figure or a word."""
    return written(p, p.random.choice((2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 8, 10)))


def plain(p: Pick) -> When:
    """A number and a unit in the plural."""
    n = count(p)
    unit, size = p.random.choices(_UNITS, [50, 38, 6, 3, 3])[0]
    return When(f"{written(p, n)} {unit}", n * size)


def span(p: Pick, plural: bool = False, last: bool = False) -> When:
    """How long: "ten minutes". `plural`: the sentence says that they "are" over; `last`: nothing follows."""
    if last and p.maybe(0.04):
        text, tail, seconds = p.random.choice(_TAILS)
        return When(text, seconds, tail)
    if not plural and p.maybe(0.16):
        return When(*p.of(_SPANS))
    return plain(p)


def adjective(p: Pick) -> When:
    """How long, before a noun: "ten minute", "30 second", "half hour"."""
    n = count(p)
    unit, size = p.random.choices((("second", 1), ("minute", 60), ("hour", 3600)), [40, 55, 5])[0]
    joint = "-" if p.maybe(0.1) else " "
    return When(f"{written(p, n)}{joint}{unit}", n * size)


def period(p: Pick, plural: bool = False) -> When:
    """What follows "every": "ten seconds", "minute", "other minute"."""
    if not plural and p.maybe(0.16):
        return When(*p.of(_PERIODS))
    n = count(p)
    unit, size = p.random.choices(_UNITS, [62, 30, 4, 2, 2])[0]
    return When(f"{written(p, n)} {unit}", n * size)


def clock(p: Pick, last: bool = False) -> When:
    """A time of day; when it comes is left to chance, as the sessions' time of day is not told."""
    r = p.random
    k = r.randrange(12)
    hour, digit = _HOURS[k], k + 1
    wait = r.choice((r.uniform(20, 300), r.uniform(60, 4000)))
    if p.maybe(0.2):
        return When(r.choice((hour, str(digit))), wait, open=True)
    form = _CLOCKS if p.maybe(0.5) else _MINUTES
    text = p.of(form).format(
        h=hour,
        d=digit,
        D=digit + 11 + (k == 0),
        m=number(r.randint(1, 29)),
        one=_FEW[r.randrange(9)],
        oh=_HOURS[r.randrange(9)],
        of=number(r.randint(10, 59)).replace("-", " "),
        mm=f"{r.randint(0, 59):02}",
        m0=f"{r.randint(1, 9):02}",
        half=r.choice(_NOONS),
    )
    core, tail = text, ""
    if found := _REFINED.match(text):
        core, tail = found[1], found[2]
    elif last and not re.search(r"noon|night|midday|1[3-9]:|2\d:|sharp", text) and p.maybe(0.15):
        tail = r.choice(_DAYTIMES)
    if (
        not last or core in _HOURS or core.isdigit()
    ):  # "six" alone is not whole, so "six tonight" is one piece
        return When(text, wait)
    return When(core, wait, tail, open=not tail and bool(_TENS.search(core)))


def limit(p: Pick, every: float = 0.0) -> When:
    """An end for what repeats each `every` seconds, not before its second time: "for ten minutes"."""
    while True:
        k = count(p)
        n = written(p, k)
        form, lasts = p.random.choice(
            (
                (f"{n} times", math.inf), (f"{n} times", math.inf), (f"for {n} rounds", math.inf),
                (f"for {n} minutes", 60.0 * k), (f"for {n} minutes", 60.0 * k),
                (f"for the next {n} minutes", 60.0 * k), (f"for {n} seconds", k),
                (f"for the next {n} seconds", k), ("for half an hour", 1800), ("for an hour", 3600),
                ("for the next hour", 3600), ("for a minute", 60), ("twice", math.inf),
                ("three times", math.inf), ("five times", math.inf),
                (f"until {clock(p).text}", math.inf),
                ("for a couple of minutes", 120), ("for ten rounds", math.inf),
                ("for three rounds", math.inf),
            )
        )  # fmt: skip
        if lasts >= 2 * every:
            return When(form, 0.0)
