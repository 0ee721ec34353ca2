"""Repetitions counted by vision code; the model says the number when the task asks for it."""

from __future__ import annotations

from collections.abc import Callable

from models.train.corpora import table
from models.train.streams import Pick, Stream

ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def words(n: int) -> str:
    """17 -> "seventeen", 0 to 199."""
    if n < 20:
        return ONES[n]
    if n < 100:
        return TENS[n // 10 - 2] + ("" if n % 10 == 0 else f"-{ONES[n % 10]}")
    return "one hundred" + ("" if n == 100 else f" {words(n - 100)}")


def spoken_count(n: int) -> str:
    return words(n)[:1].upper() + words(n)[1:] + "."


def counting(s: Stream, noise: Callable[[Stream], None]) -> None:
    """A set of repetitions, with talk in between. The number comes from the percept."""
    p = s.pick
    lines = {
        kind: [text for k, text in table("workout") if k == kind]
        for kind in ("begin", "during", "end", "again")
    }
    if p.maybe(0.5):
        s.hear(p.of(lines["begin"]))
    n = p.random.choice([1, 1, 1, 1, p.random.randint(2, 110)])
    again = p.random.randint(2, 8) if p.maybe(0.25) else 0
    for done in range(p.random.randint(4, 14)):
        if p.maybe(0.12):
            s.put("motion", p.random.choice(["start", "stop"]))
            s.wait(0.2, 1)
        if p.maybe(0.12):
            noise(s)
        if again and done == again:  # the code that counts begins anew, the model has nothing to do
            s.hear(p.of(lines["again"]))
            n = 1
        elif p.maybe(0.15):
            s.hear(p.of(lines["during"]))
        s.wait(0.8, 3.5)
        s.put("rep", str(n), f"say {spoken_count(n)}", "rep")
        n += 1
    if p.maybe(0.4):
        s.hear(p.of(lines["end"]))


def uncounted(s: Stream, noise: Callable[[Stream], None]) -> None:
    """Repetitions under a task that does not ask for a count."""
    for n in range(1, s.pick.random.randint(3, 8)):
        s.wait(0.8, 3)
        s.put("rep", str(n))
        if s.pick.maybe(0.3):
            noise(s)


def picked_number(p: Pick) -> int:
    return p.random.randint(1, 60)
