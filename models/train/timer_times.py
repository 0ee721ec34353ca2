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
_DAYTIMES = ("pm", "am", "in the morning", "in the afternoon", "in the evening", "tonight")


def count(p: Pick) -> int:
    """A number of units, mostly a round one."""
    return p.random.randint(2, 75) if p.maybe(0.12) else p.random.choice(_COMMON)


def written(p: Pick, n: int) -> str:
    """`n` as transcribers write it: in digits or in words, with a hyphen or without."""
    if p.maybe(0.35):
        return str(n)
    return number(n) if p.maybe(0.5) else number(n).replace("-", " ")


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
    text = r.choice(
        (
            f"half past {hour}", f"quarter past {hour}", f"quarter to {hour}", f"{hour} thirty",
            f"{hour} fifteen", f"{hour} o'clock", f"{digit} o'clock", f"{digit}:30",
            f"{digit}:{r.randint(10, 59)}", f"{hour} pm", f"{digit} am", f"{digit} pm", f"ten past {hour}",
            f"five to {hour}", f"twenty past {hour}", f"{hour} forty five", "noon", "midnight",
            f"{digit + 12}:00", f"{digit}:05", f"a quarter to {hour}", f"ten to {hour}", f"{hour} twenty",
        )
    )  # fmt: skip
    tail = ""
    if last and not re.search(r"[ap]m|noon|night|1[3-9]:|2\d:", text) and p.maybe(0.15):
        tail = r.choice(_DAYTIMES)
    return When(text, wait, tail)


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
