"""What runs in the ears' process. Each host is a file of its own: a process loads only what it needs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from duplex_cli.perception.ears import make_ears
from duplex_cli.stream import SAMPLE_RATE, Percept


class HearingHost:
    """Ears in a worker: `feed` answers (through_s, percepts)."""

    def __init__(self, **kwargs: Any) -> None:
        self._ears = make_ears(**kwargs)
        self._ears.warm_up()

    def reset(self) -> None:
        """As new, for another session."""
        self._ears.reset()

    def feed(
        self, samples: NDArray[np.float32], start_s: float, whole: NDArray[np.float32] | None = None
    ) -> tuple[float, list[Percept]]:
        """Hear float32[n] at 16 kHz that began at `start_s`; `whole` as for `Ears.feed`."""
        return start_s + len(samples) / SAMPLE_RATE, self._ears.feed(samples, start_s, whole)
