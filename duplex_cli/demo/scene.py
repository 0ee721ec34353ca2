"""What happens in the demo: what is said, what is typed, and what a good assistant says about it."""

from __future__ import annotations

from dataclasses import dataclass

from duplex_cli.bench.items import Expectation


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence spoken by the user from second `at`."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Typed:
    """A line of code typed from second `at`, character by character."""

    at: float
    text: str


SECONDS = 50.0
KEYS_PER_S = 14.0

SPOKEN = (
    Line(1.0, "Remind me to breathe in and out every four seconds."),
    Line(17.0, "Okay, stop."),
    Line(22.5, "I told her that we could meet on Friday."),
    Line(32.0, "The capital of Australia is Sydney."),
    Line(38.0, "In five seconds, remind me to check the oven."),
)

FILE = "report.py"
ON_SCREEN = ("import csv", "", "def total(rows):", "    result = 0")
TYPED = (
    Typed(19.5, "    for row in rows:"),
    Typed(21.5, "        result += row.amount"),
    Typed(26.0, "    retrun result"),
)

EXPECTED = (
    Expectation(start=7.0, end=8.6, say=(("in", "breathe"),)),
    Expectation(start=11.0, end=12.6, say=(("out", "breathe"),)),
    Expectation(start=15.0, end=16.6, say=(("in", "breathe"),)),
    Expectation(start=27.0, end=31.5, say=(("misspelled", "spelling", "return"),)),
    Expectation(start=33.5, end=37.0, say=(("canberra",),)),
    Expectation(start=44.5, end=47.0, say=(("oven",),)),
)
"""What should be said when. The spoken request ends near 3.9 s, so its marks are near 7.9, 11.9 and 15.9."""
