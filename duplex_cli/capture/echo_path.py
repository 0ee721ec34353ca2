"""Is there a way from the loudspeaker into the microphone, and how long is it? Measured on own speech."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from duplex_cli.capture.audio import Sound
from duplex_cli.stream import SAMPLE_RATE

BLOCK = 8192
"""Samples looked at together: 0.5 s, and as much again of zeros, for delays of up to 0.5 s."""

LONGEST_S = 0.45
"""Delays looked for; wireless loudspeakers reach 0.3 s."""

SPEECH_RMS = 10 ** (-45 / 20)
"""Own sound is speech above -45 dBFS: it is spoken at -20, and in a block of 0.5 s seldom falls below -30."""

FOUND = 8.0
"""Peak of the correlation over its own scatter at which there is a path. The largest of 7,200 values of mere
noise is about 4 (normal distribution)."""

ENOUGH = 6
"""Blocks of own speech without a peak, 3 s, after which there is no path: headphones."""

RISE = 10 ** (1.5 / 10)
"""Power heard during own speech over the room's own at which nothing of it is heard: an echo that adds
1.5 dB lies 4 dB under the noise. Half seconds of steady pink noise scatter by 0.4 dB."""

QUIET = 2
"""Blocks of own speech in a row that do not raise the microphone's level, after which there is no path. Not
one: the first may begin with a loudspeaker that wakes up."""

FRAME = 160
"""Samples of 10 ms, of which at least half must be own speech for a block to count as QUIET."""

KEEP = 0.8
"""Share of the blocks before in the mean: about five blocks, so that a device that changes is seen in 3 s."""


class EchoPathMeter:
    """Cross-correlation of played and heard sound, whitened (GCC-PHAT, Knapp and Carter 1976)."""

    def __init__(self) -> None:
        self.delay_s: float | None = None
        """From played to heard, seconds; None while unknown or where there is no path."""
        self.none = False
        """No path: own speech sounds and the microphone does not hear it."""
        self._near = np.zeros(0, np.float32)
        self._far = np.zeros(0, np.float32)
        self._mean: npt.NDArray[np.complex128] = np.zeros(BLOCK + 1, np.complex128)
        self._blocks = 0
        self._silent = 0
        self._quiet = 0
        self._room: float | None = None
        """Power of the quietest block in which nothing was played: the room's own noise."""

    def feed(self, near: Sound, far: Sound) -> None:
        """What was heard and what was played in the same span of time, float32[n] each."""
        self._near = np.concatenate([self._near, near])
        self._far = np.concatenate([self._far, far])
        # The echo of the block's last sound comes up to half a block later: near is taken twice as long.
        while len(self._near) >= 2 * BLOCK:
            self._look(self._near[: 2 * BLOCK], self._far[:BLOCK])
            self._near, self._far = self._near[BLOCK:], self._far[BLOCK:]

    def _look(self, near: Sound, far: Sound) -> None:
        if not far.any():
            power = float(np.square(near[:BLOCK]).mean())
            self._room = power if self._room is None else min(self._room, power)
        if float(np.sqrt(np.square(far).mean())) < SPEECH_RMS:
            return
        self._quiet = self._quiet + 1 if self._nothing_heard(near, far) else 0
        cross = np.fft.rfft(near) * np.conj(np.fft.rfft(far, 2 * BLOCK))
        self._mean = KEEP * self._mean + cross / (np.abs(cross) + 1e-12)
        self._blocks += 1
        likeness = np.fft.irfft(self._mean)[: round(LONGEST_S * SAMPLE_RATE)]
        peak = int(np.argmax(likeness))
        if self._blocks >= 2 and likeness[peak] >= FOUND * float(likeness.std()):
            self.delay_s, self.none, self._silent = peak / SAMPLE_RATE, False, 0
            return
        self._silent += 1
        if self._silent >= ENOUGH or self._quiet >= QUIET:
            self.delay_s, self.none = None, True

    def _nothing_heard(self, near: Sound, far: Sound) -> bool:
        frames = np.square(far[: len(far) // FRAME * FRAME]).reshape(-1, FRAME).mean(axis=1)
        spoken = float((frames > SPEECH_RMS**2).mean()) >= 0.5
        return spoken and self._room is not None and float(np.square(near).mean()) <= RISE * self._room
