"""Stopwatches, kept in code so that elapsed times are exact. Pure: values in, values out.

The model starts one (`call start: dishes`) and asks for its time (`call elapsed: dishes`, `call stop:
dishes`); the agenda answers with a `due` percept in words ("forty-one seconds"), which a small model copies.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from duplex_cli.session.names import content

Watches = tuple["Stopwatch", ...]

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """One stopwatch; times are session seconds, `stopped_at` is None while it runs."""

    name: str
    started_at: float
    stopped_at: float | None = None

    def elapsed(self, at: float) -> float:
        """Seconds from its start to its stop, or to `at` while it runs."""
        return (at if self.stopped_at is None else self.stopped_at) - self.started_at


def start(watches: Watches, name: str, at: float) -> Watches:
    """A stopwatch called `name` runs from `at`; one of the same name begins anew."""
    return (*(w for w in watches if content(w.name) != content(name)), Stopwatch(name, at))


def find(watches: Watches, name: str) -> Stopwatch | None:
    """The one whose name shares most words with `name`; the latest where none does. None without any."""
    wanted = content(name)

    def likeness(watch: Stopwatch) -> tuple[int, bool]:
        words = content(watch.name)
        return len(words & wanted), words == wanted

    return max(reversed(watches), key=likeness, default=None)


def stop(watches: Watches, watch: Stopwatch, at: float) -> Watches:
    """`watch` stands still at `at`, if it did not before; its time can still be asked for."""
    stopped = replace(watch, stopped_at=at if watch.stopped_at is None else watch.stopped_at)
    return tuple(stopped if w is watch else w for w in watches)


def in_words(seconds: float) -> str:
    """Whole seconds as they are spoken, two units at most: "one minute and five seconds"."""
    whole = max(0, round(seconds))
    hours, minutes = whole // 3600, whole // 60 % 60
    units = [(hours, "hour"), (minutes, "minute"), (whole % 60 if not hours else 0, "second")]
    parts = [f"{number(n)} {unit}{'' if n == 1 else 's'}" for n, unit in units if n]
    return " and ".join(parts) or "zero seconds"


def number(n: int) -> str:
    """`n` in words; digits from 100, which no session reaches in hours."""
    if n < len(_ONES):
        return _ONES[n]
    if n >= 100:
        return str(n)
    tens = _TENS[n // 10 - 2]
    return f"{tens}-{_ONES[n % 10]}" if n % 10 else tens
