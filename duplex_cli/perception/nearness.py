"""Whether speech comes from where the user usually speaks, or from further off. By loudness alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from duplex_cli.stream import SAMPLE_RATE

WINDOW = SAMPLE_RATE // 10
"""Loudness of speech is that of its loudest 100 ms: a stressed vowel, which every phrase has."""

FAR_DB = 8.0
"""Speech so much below the user's usual loudness is taken to come from further off. Doubling the
distance costs
6 dB outdoors and less in a room, so this is somebody at three times the distance, or who has turned
away; one
person's phrases differ by 3 to 5 dB (standard deviation of levels in conversation, Pearsons et al.
1977)."""

LEARNS = 0.3
"""Share of a new phrase in the user's usual loudness: that of the last three or four phrases."""


def loudness(samples: NDArray[np.float32]) -> float:
    """RMS of the loudest 100 ms of float32[n], dBFS; -120 for less or for silence."""
    windows = len(samples) // (WINDOW // 2) - 1
    if windows < 1:
        return -120.0
    halves = np.square(samples[: (windows + 1) * (WINDOW // 2)]).reshape(windows + 1, -1).sum(axis=1)
    power = float((halves[:-1] + halves[1:]).max()) / WINDOW
    return max(-120.0, 10.0 * float(np.log10(power))) if power > 0.0 else -120.0


class Nearness:
    """Learns how loud the user is. Deterministic; not thread-safe."""

    def __init__(self) -> None:
        self.usual_db: float | None = None
        """Loudness of the user's phrases, dBFS; None before the first."""

    def far(self, phrase: NDArray[np.float32]) -> bool:
        """Whether a phrase, or what there is of it so far, comes from further off than usual."""
        return self.usual_db is not None and loudness(phrase) < self.usual_db - FAR_DB

    def learn(self, phrase: NDArray[np.float32]) -> None:
        """A phrase with words in it has ended; one from further off is not the user's."""
        if self.usual_db is None:
            self.usual_db = loudness(phrase)
        elif not self.far(phrase):
            self.usual_db += LEARNS * (loudness(phrase) - self.usual_db)
