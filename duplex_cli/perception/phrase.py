"""The audio of the phrase being spoken, and where it may be cut."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from duplex_cli.stream import SAMPLE_RATE

_HOP = SAMPLE_RATE // 50
"""Energy is looked at each 20 ms."""

_SMOOTH = 5
"""Hops averaged, 100 ms: a gap between words; a stop consonant's closure is shorter and averages out."""

_APART_S = 0.3
"""Least distance of two places that are offered, so that the second one is a different gap."""


class Phrase:
    """A stretch of float32 samples at 16 kHz that begins at `start_s` of the session."""

    def __init__(self, samples: NDArray[np.float32], start_s: float) -> None:
        self.samples = samples
        self.start_s = start_s

    @property
    def end_s(self) -> float:
        return self.start_s + len(self.samples) / SAMPLE_RATE

    @property
    def length_s(self) -> float:
        return len(self.samples) / SAMPLE_RATE

    def append(self, samples: NDArray[np.float32]) -> None:
        self.samples = np.concatenate([self.samples, samples])

    def end_at(self, end_s: float) -> None:
        """Drop what lies after `end_s`."""
        self.samples = self.samples[: max(self._index(end_s), 0)]

    def since(self, begin_s: float) -> NDArray[np.float32]:
        """Samples from `begin_s` on."""
        return self.samples[max(self._index(begin_s), 0) :]

    def cut(self, at_s: float) -> None:
        """Drop what lies before `at_s`."""
        index = max(self._index(at_s), 0)
        self.samples = self.samples[index:]
        self.start_s += index / SAMPLE_RATE

    def gaps(self, begin_s: float, end_s: float, count: int) -> list[float]:
        """The `count` quietest places between two times, quietest first: likely gaps between words."""
        begin, end = max(self._index(begin_s), 0), min(self._index(end_s), len(self.samples))
        hops = (end - begin) // _HOP
        if hops < _SMOOTH:
            return []
        power = np.square(self.samples[begin : begin + hops * _HOP]).reshape(hops, _HOP).mean(axis=1)
        smooth = np.convolve(power, np.full(_SMOOTH, 1 / _SMOOTH), mode="valid")
        found: list[float] = []
        for hop in np.argsort(smooth, kind="stable"):
            at = self.start_s + (begin + (int(hop) + _SMOOTH / 2) * _HOP) / SAMPLE_RATE
            if all(abs(at - other) >= _APART_S for other in found):
                found.append(at)
            if len(found) == count:
                break
        return found

    def _index(self, at_s: float) -> int:
        return round((at_s - self.start_s) * SAMPLE_RATE)
