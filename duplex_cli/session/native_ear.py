"""The ear of a native model: the microphone's own sound, while somebody speaks or something sounds.

Silence costs no embedding. Whether there is sound is told by level alone, at once and the same in every run:
the tick that voice activity needs to be sure would be the first one of every sentence.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from duplex_cli.interaction.media import Medium, Sound
from duplex_cli.session.native_media import MediaStore, as_recorded, sound_name
from duplex_cli.session.workers import Worker
from duplex_cli.stream import SAMPLE_RATE, Percept

FRAME = 320
"""Samples whose level is taken together: 20 ms, half a syllable's shortest part."""

OVER_FLOOR_DB = 10.0
"""So far above the room's own noise something sounds. Steady noise varies by 3 dB from frame to frame at 20
ms (chi-squared of 320 samples), the quietest vowels of quiet speech lie 15 dB over a living room's noise."""

QUIETEST_DBFS = -60.0
"""Below this nothing counts: the residue of our own voice behind echo cancelling is -72 to -79 (facts.md)."""

LEAST_FRAMES = 2
"""Frames of a tick that must sound: one alone is a click."""

FLOOR_S = 3.0
"""The room's noise is the quietest frame of so many seconds: nobody speaks so long without a gap."""

HOLD_TICKS = 1
"""Ticks given after the last that sounded: the fall of a word's end carries whether more is to come."""

LONGEST_S = 1.0
"""Most sound for one tick, seconds, where slots were missed; what is older is left out."""


class Sounding:
    """Whether something sounds, tick by tick. Deterministic."""

    def __init__(self) -> None:
        self._quietest: deque[tuple[float, float]] = deque()
        self._at = 0.0
        self._hold = 0

    def feed(self, samples: NDArray[np.float32]) -> bool:
        """Whether the tick's sound, float32[n], is to be given to the model."""
        levels = frame_levels(samples)
        if not len(levels):
            return False
        self._at += len(samples) / SAMPLE_RATE
        floor = min((level for _, level in self._quietest), default=QUIETEST_DBFS)
        self._quietest.append((self._at, float(levels.min())))
        while self._at - self._quietest[0][0] > FLOOR_S:
            self._quietest.popleft()
        loud = int((levels > max(QUIETEST_DBFS, floor + OVER_FLOOR_DB)).sum()) >= LEAST_FRAMES
        self._hold = HOLD_TICKS + 1 if loud else max(0, self._hold - 1)
        return self._hold > 0


def frame_levels(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Level of each whole FRAME, dBFS (root mean square; silence is -120)."""
    whole = len(samples) - len(samples) % FRAME
    power = np.square(samples[:whole].reshape(-1, FRAME), dtype=np.float64).mean(axis=1)
    return (10.0 * np.log10(np.maximum(power, 1e-12))).astype(np.float32)


class NativeEar:
    """A sense that puts the sound itself to the model. In the session's own process: it only cuts and
    names."""

    name = "native ear"
    ended = True

    def __init__(self, store: MediaStore, announce: Callable[[str, Medium], None]) -> None:
        """`announce` is told each medium as soon as it is there, so that it can be encoded ahead."""
        self._store = store
        self._announce = announce
        self._sounding = Sounding()
        self._before: NDArray[np.float32] = np.empty(0, np.float32)
        """The tick before, while it was not given: the first sound of a word lies there."""
        self._percepts: list[Percept] = []

    def feed(self, mic: NDArray[np.float32], start_s: float, until_s: float) -> None:
        if not len(mic):
            return
        start = round(start_s * SAMPLE_RATE)
        if not self._sounding.feed(mic):
            self._before = mic
            return
        samples = np.concatenate([self._before, mic])[-round(LONGEST_S * SAMPLE_RATE) :]
        self._before = np.empty(0, np.float32)
        name = sound_name(start + len(mic) - len(samples), len(samples))
        sound = Sound(as_recorded(samples))
        self._store.put(name, sound)
        self._announce(name, sound)
        self._percepts.append(Percept(until_s, "sound", frame=name))

    def gather(self, wait: bool) -> list[Percept]:
        told, self._percepts = self._percepts, []
        return told

    def wait_ready(self) -> None:
        return

    @property
    def workers(self) -> list[Worker]:
        return []

    def close(self) -> None:
        return
