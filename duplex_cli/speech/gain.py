"""A gain that moves without a click, the same however the blocks fall."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from duplex_cli.stream import SAMPLE_RATE

RAMP_S = 0.02
"""Time from full to nothing, seconds: short enough to feel immediate, and at 20 ms no step of the gain
exceeds 1/320 a sample, far below what clicks."""


class Ramp:
    """A gain from 0 to 1 that moves to its target at a constant speed. Starts at 1. Not thread-safe."""

    def __init__(self) -> None:
        self._from = 1.0
        self._to = 1.0
        self._since = 0

    def aim(self, target: float, t: int) -> None:
        """Move towards `target` from sample t on."""
        self._from = float(self._between(np.array([t]))[0])
        self._to = target
        self._since = t

    def apply(self, block: npt.NDArray[np.float32], start: int) -> None:
        """Multiply a block that begins at sample `start`, in place."""
        if self._from == self._to == 1.0:
            return
        block *= self._between(np.arange(start, start + len(block))).astype(np.float32)

    def _between(self, at: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        # From absolute positions and not from the block before, so that block sizes leave no trace.
        step = (at - self._since) / (RAMP_S * SAMPLE_RATE)
        if self._to < self._from:
            return np.maximum(self._to, self._from - step)
        return np.minimum(self._to, self._from + step)
