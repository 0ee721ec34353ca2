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


SECONDS = 48.0
KEYS_PER_S = 14.0

SPOKEN = (
    Line(1.0, "Remind me to breathe in and out every four seconds."),
    Line(19.0, "Okay, stop."),
    Line(24.0, "I told her that we could meet on Friday."),
    Line(28.5, "The capital of Australia is Sydney."),
    Line(34.0, "In five seconds, remind me to check the oven."),
)

FILE = "report.py"
ON_SCREEN = ("import csv", "", "def total(rows):", "    result = 0")
TYPED = (
    Typed(21.5, "    for row in rows:"),
    Typed(23.5, "        result += row.amount"),
    Typed(26.0, "    if result = 0:"),
)

EXPECTED = (
    Expectation(start=7.0, end=8.6, say=(("in", "breathe"),)),
    Expectation(start=11.0, end=12.6, say=(("out", "breathe"),)),
    Expectation(start=15.0, end=16.6, say=(("in", "breathe"),)),
    Expectation(
        start=27.0, end=31.0, say=(("equal", "equals", "assignment", "==", "comparison", "compare"),)
    ),
    Expectation(start=30.0, end=33.5, say=(("canberra",),)),
    Expectation(start=40.5, end=43.0, say=(("oven",),)),
)
"""What should be said when. The spoken request ends near 3.9 s, so its marks are near 7.9, 11.9 and 15.9."""
