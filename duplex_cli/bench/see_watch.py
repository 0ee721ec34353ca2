"""The eyes that `duplex bench see` measures: live, or in simulated time."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Protocol

import numpy as np
import psutil

from duplex_cli.bench.virtual_screen import Screen
from duplex_cli.capture.frames import Frame, FrameSource, FrameSpec, open_source
from duplex_cli.clock import cpu, monotonic, pause
from duplex_cli.profile import Profile
from duplex_cli.session.assemble import eyes_worker
from duplex_cli.session.senses import Sight
from duplex_cli.session.sight_host import Looked, SightHost
from duplex_cli.stream import TICK_S

DELAY_MS = 90
"""Between two keys: eleven a second, a fast typist."""

PAINTED_S, UNCHANGED_S, POLL_S = 0.03, 0.5, 0.015
"""In simulated time the screen is waited for: until it has changed and then rests for `PAINTED_S`; a key that
changes nothing is given up after `UNCHANGED_S`; real seconds."""

_NOTHING = np.zeros(0, np.float32)


class Watch(Protocol):
    """Eyes on a screen, looked after once a micro-turn as the session's loop does it."""

    seen: list[tuple[float, str]]
    """(when it came into the session's hands, text) of each percept."""

    def now(self) -> float:
        """Seconds since the watch began."""
        ...

    def cpu_s(self) -> float:
        """Processor time that looking has cost, seconds."""
        ...

    def run(self, seconds: float) -> None:
        """Look for so long."""
        ...

    def type(self, text: str) -> float:
        """Look while a text is typed; when its last key was pressed."""
        ...

    def close(self) -> None: ...


class LiveWatch:
    """In real time, the eyes in a process of their own."""

    def __init__(self, screen: Screen, profile: Profile) -> None:
        self.seen: list[tuple[float, str]] = []
        self._screen = screen
        with _on(screen):
            worker = eyes_worker(profile, None, _spec(profile))
        self._sight = Sight(worker, _ignore, 1.0 / profile.senses.fps)
        self._sight.wait_ready()
        self._process = psutil.Process(worker.pid)
        self._zero = monotonic()

    def now(self) -> float:
        return monotonic() - self._zero

    def cpu_s(self) -> float:
        times = self._process.cpu_times()
        return times.user + times.system

    def run(self, seconds: float) -> None:
        until = self.now() + seconds
        while self.now() < until:
            at = self.now()
            self._sight.feed(_NOTHING, at, at)
            pause(max(0.0, at + TICK_S - self.now()))
            self.seen += [(self.now(), p.text) for p in self._sight.gather(wait=False) if p.kind == "see"]

    def type(self, text: str) -> float:
        pressed: list[float] = []

        def press() -> None:
            # xdotool waits after each key: the last one is pressed by a call of its own, so that its time is
            # known. It counts from the call, a few milliseconds before the key.
            if text[:-1]:
                self._screen.type(text[:-1], DELAY_MS)
            pressed.append(self.now())
            self._screen.type(text[-1:], 1)

        hands = Thread(target=press, name="duplex-bench-typist")
        hands.start()
        while hands.is_alive():
            self.run(TICK_S)
        hands.join()
        return pressed[0]

    def close(self) -> None:
        self._sight.close()


class SimulatedWatch:
    """In simulated time: a look takes as long as its processor time, painting and typing take none.

    The same host as in the eyes' process runs in this one, on the same real screen. So a busy machine makes
    the measurement take longer, not its figures larger.
    """

    def __init__(self, screen: Screen, profile: Profile) -> None:
        self.seen: list[tuple[float, str]] = []
        self._at = 0.0
        self._keys: deque[tuple[float, str]] = deque()
        self._answer: tuple[float, Looked] | None = None
        self._stand_in = _Patient(screen, self._press)
        spec = _spec(profile)
        with _on(screen):
            self._stand_in.source = open_source(spec)
        self._host = SightHost(
            spec,
            text=True,
            motion=False,
            pictures=None,
            source=self._stand_in,
            now=self._now,
            wait=self._wait,
        )
        self._waited = self._began = 0.0
        self._spent = 0.0

    def now(self) -> float:
        return self._at

    def cpu_s(self) -> float:
        return self._spent

    def run(self, seconds: float) -> None:
        until = self._at + seconds
        while self._at < until - 1e-6:
            if self._answer is not None and self._answer[0] <= self._at:
                self.seen += [(self._at, p.text) for p in self._answer[1].percepts if p.kind == "see"]
                self._answer = None
            if self._answer is None:
                self._began, self._waited = self._counted(), 0.0
                looked = self._host.look(self._at)
                self._spent += self._counted() - self._began
                self._answer = (self._now(), looked)
            self._at = round(self._at + TICK_S, 6)

    def type(self, text: str) -> float:
        self._keys.extend((self._at + (n + 1) * DELAY_MS / 1000, sign) for n, sign in enumerate(text))
        last = self._keys[-1][0]
        while self._keys:
            self.run(TICK_S)
        return last

    def close(self) -> None:
        self._host.close()

    def _counted(self) -> float:
        """Processor time without that of waiting for the screen."""
        return cpu() - self._stand_in.uncounted_s

    def _now(self) -> float:
        """Simulated time within a look."""
        return self._at + self._waited + self._counted() - self._began

    def _wait(self, seconds: float) -> None:
        self._waited += seconds

    def _press(self) -> str:
        """The keys that are pressed by now."""
        keys = ""
        while self._keys and self._keys[0][0] <= self._now():
            keys += self._keys.popleft()[1]
        return keys


class _Patient:
    """A screen that is looked at once all keys pressed by then are painted; that waiting is not counted."""

    ended = False

    def __init__(self, screen: Screen, due: Callable[[], str]) -> None:
        self.uncounted_s = 0.0
        self.source: FrameSource
        self._screen = screen
        self._due = due

    @property
    def withheld(self) -> str:
        return self.source.withheld

    def read(self, until_s: float) -> list[tuple[float, Frame]]:
        started = cpu()
        keys = self._due()
        if keys:
            before = self._picture()
            self._screen.type(keys, 1)
            self._painted(before)
        self.uncounted_s += cpu() - started
        return self.source.read(until_s)

    def close(self) -> None:
        self.source.close()

    def _painted(self, before: Frame | None) -> None:
        last, since, began = before, monotonic(), monotonic()
        while True:
            pause(POLL_S)
            now = self._picture()
            if not _same(now, last):
                last, since = now, monotonic()
            changed = not _same(last, before)
            if monotonic() - since >= (PAINTED_S if changed else UNCHANGED_S):
                return
            if monotonic() - began > 4 * UNCHANGED_S:
                return

    def _picture(self) -> Frame | None:
        frames = self.source.read(0.0)
        return frames[-1][1] if frames else None


def _same(a: Frame | None, b: Frame | None) -> bool:
    return a is not None and b is not None and np.array_equal(a, b)


def _spec(profile: Profile) -> FrameSpec:
    return FrameSpec(kind="screen", fps=profile.senses.fps)


@contextmanager
def _on(screen: Screen) -> Iterator[None]:
    """What is opened meanwhile, in this process or one that it starts, is opened on this screen."""
    display = os.environ.get("DISPLAY")
    os.environ["DISPLAY"] = screen.display
    try:
        yield
    finally:
        if display is None:
            del os.environ["DISPLAY"]
        else:
            os.environ["DISPLAY"] = display


def _ignore(_note: str) -> None:
    """A restart of the eyes shows as lines that were not seen."""
