"""Session time. The only module of duplex that may read the machine's clock or sleep."""

from __future__ import annotations

import threading
import time
from typing import Protocol


class Clock(Protocol):
    """Session time in seconds, 0.0 at the session's start, never running backwards."""

    def now(self) -> float:
        """Seconds of session time."""
        ...

    def wait_until(self, t: float) -> None:
        """Return once `now() >= t`."""
        ...


class ManualClock:
    """Moved by hand: tests, replay and `--fast`, where waiting costs nothing."""

    def __init__(self) -> None:
        self._now = 0.0

    def now(self) -> float:
        return self._now

    def wait_until(self, t: float) -> None:
        self._now = max(self._now, t)


class SampleClock:
    """Counts the audio samples that a device (or a pacer standing in for one) has passed.

    `advance` is called from the audio callback; `wait_until` sleeps on a condition in between.
    Should the device stop calling (unplugged), `stalled_s` tells for how long, and the owner of the
    stream drives the clock by a pacer until the device is back.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._samples = 0
        self._moved = threading.Condition()
        self._last_move = time.monotonic()

    def advance(self, samples: int) -> None:
        """Count `samples` more. Cheap enough for an audio callback."""
        with self._moved:
            self._samples += samples
            self._last_move = time.monotonic()
            self._moved.notify_all()

    @property
    def samples(self) -> int:
        return self._samples

    @property
    def stalled_s(self) -> float:
        """Seconds of real time since the last sample was counted."""
        return time.monotonic() - self._last_move

    def now(self) -> float:
        return self._samples / self._rate

    def wait_until(self, t: float) -> None:
        target = t * self._rate
        with self._moved:
            while self._samples < target:
                self._moved.wait(timeout=0.5)


def monotonic() -> float:
    """Real seconds from an arbitrary start: for measuring costs, never for session time."""
    return time.monotonic()


def precise() -> float:
    """Real seconds at the finest resolution, for measuring a tick's cost."""
    return time.perf_counter()


def cpu() -> float:
    """Processor time of this process, seconds: what work costs, whatever else the machine does."""
    return time.process_time()


def wall() -> float:
    """Unix time, for the date on a journal and for reminders at a time of day."""
    return time.time()


def pause(seconds: float) -> None:
    """Sleep in real time: for pacers, supervisors and polling, never inside a tick."""
    time.sleep(seconds)
