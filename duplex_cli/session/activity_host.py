"""Ears that hear no words, for a model that hears by itself: when somebody speaks, and when they stop."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from duplex_cli.perception.voice_activity import VoiceActivity
from duplex_cli.stream import SAMPLE_RATE, Percept


class ActivityHost:
    """As HearingHost, without a transcriber."""

    def __init__(self) -> None:
        self._activity = VoiceActivity()
        # The first run costs more than the others.
        self._activity.feed(np.zeros(SAMPLE_RATE // 10, np.float32))
        self._activity.reset(0.0)

    def feed(
        self, samples: NDArray[np.float32], start_s: float, whole: NDArray[np.float32] | None = None
    ) -> tuple[float, list[Percept]]:
        """Listen to float32[n] at 16 kHz that began at `start_s`."""
        told = self._activity.feed(samples)
        through = start_s + len(samples) / SAMPLE_RATE
        # With words the ears tell the pause when all of them are known; here it is known at once.
        pauses = [Percept(max(p.at, start_s), "pause") for p in told if p.text == "stop"]
        return through, [*told, *pauses]
