"""What runs in the voice's process."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from duplex_cli.speech.synthesis import Voice


class SpeakingHost:
    """A voice in a worker."""

    def __init__(self, name: str, rate: float) -> None:
        self._voice = Voice(name, rate)
        self._voice.warm_up()

    def say(self, text: str) -> NDArray[np.float32]:
        """float32[n] at 16 kHz."""
        return self._voice.say(text)
