"""The one place where session samples pass: heard sound in, rendered speech out, the clock one on."""

from __future__ import annotations

import threading
from collections.abc import Callable

from duplex_cli import clock
from duplex_cli.capture.audio import Render, SampleQueue, Sound, silence
from duplex_cli.stream import SAMPLE_RATE

BLOCK = SAMPLE_RATE // 100
"""Samples moved at once where we choose: 10 ms, the frame of WebRTC's echo canceller."""


class Exchange:
    """Moves blocks between a driver (device callback, pacer or loop) and the session.

    At most one driver moves samples at a time: `owner` names it, and whoever else calls gets silence
    and moves nothing. So a device that wakes up again after it was given up cannot count samples twice.
    """

    def __init__(self, render: Render, advance: Callable[[int], None], keep_heard: bool) -> None:
        """`advance(n)` counts n samples on the clock; `keep_heard` False drops the microphone's side."""
        self._render = render
        self._advance = advance
        self._keep_heard = keep_heard
        self._lock = threading.Lock()
        self._owner: object = None
        self._failure: Exception | None = None
        self.passed = 0
        """Samples moved since the session's start."""
        self.heard = SampleQueue()
        self.spoken = SampleQueue()

    def hand_over(self, owner: object) -> None:
        """From now on only `owner` moves samples."""
        with self._lock:
            self._owner = owner

    def owned_by(self, owner: object) -> bool:
        return self._owner is owner

    def move(self, owner: object, heard: Sound) -> Sound:
        """Pass one block: takes what was heard, returns what the loudspeaker plays in that time.

        `heard` must be the caller's no longer. An error of `render` goes up, and again from `check`.
        """
        with self._lock:
            if self._owner is not owner:
                return silence(heard.size)
            try:
                spoken = self._render(self.passed, heard.size)
            except Exception as error:  # kept for `check`: an audio callback has nobody to raise to
                self._failure = error
                raise
            self.spoken.push(spoken)
            if self._keep_heard:
                self.heard.push(heard)
            self.passed += heard.size
            self._advance(heard.size)
            return spoken

    def check(self) -> None:
        """Raise the error that `render` raised in another thread, if it did."""
        if self._failure is not None:
            raise self._failure


class Pacer:
    """Drives an exchange in real time without a device, 10 ms blocks of silence heard, without drift.

    It works by the total that is due since its start, so a late wake-up is caught up and never adds up.
    """

    def __init__(self, exchange: Exchange, late_s: float = 0.0) -> None:
        """`late_s`: seconds of real time that have already passed undriven, to be caught up at once."""
        self._exchange = exchange
        self._start = clock.monotonic() - late_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="duplex-pacer", daemon=True)

    def start(self) -> None:
        self._exchange.hand_over(self)
        self._thread.start()

    def _run(self) -> None:
        moved = 0
        while not self._stop.is_set() and self._exchange.owned_by(self):
            due = int((clock.monotonic() - self._start) * SAMPLE_RATE)
            if due - moved >= BLOCK:
                self._exchange.move(self, silence(BLOCK))
                moved += BLOCK
            else:
                self._stop.wait((moved + BLOCK - due) / SAMPLE_RATE)

    def close(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=1.0)
