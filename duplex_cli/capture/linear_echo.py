"""Own speech subtracted from what the microphone hears, and nothing else done to it: for reading words.

AEC3 also suppresses what it cannot subtract, and with it most of a user who speaks at the same time: "okay"
came out as "out all", "actually" as "approaching". What is left here of own speech is louder, so it must not
decide *whether* somebody speaks; but *what* is said over own speech is read much better from it.

A Kalman filter for each frequency in partitions of the echo path (Enzner and Vary 2006, "Frequency-domain
adaptive Kalman filter for acoustic echo control in hands-free telephones"; partitioned: Kuech, Mabande and
Enzner 2014). It slows down by itself where the user speaks: no detector of double talk is needed.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from duplex_cli.capture.audio import SampleQueue, Sound, silence

BLOCK = 320
"""Samples of a block and of a partition: 20 ms, by which the residue is late."""

PARTITIONS = 20
"""The longest path: 0.4 s, of which devices take up to 0.3 s and the room's early part the rest."""

PRIOR = 0.01
"""Expected power of the path in each partition before anything was heard: an echo 7 dB under own speech,
spread over all of them. Much more (10 in all) lets noise drive the filter away before it has learnt."""

STAYS = 0.999**2
"""Share of a path's power that is the same a block later: half of it has changed after 7 s."""

SMOOTH = 0.7
"""Memory of the noise's spectrum from block to block: 0.06 s, so that it follows the user's syllables."""


class LinearEcho:
    """Deterministic; not thread-safe. Costs 0.02 s of one core for a second of own speech, else nothing."""

    def __init__(self) -> None:
        bins = BLOCK + 1
        self._frame = np.zeros(2 * BLOCK)
        self._played: npt.NDArray[np.complex128] = np.zeros((PARTITIONS, bins), np.complex128)
        self._path: npt.NDArray[np.complex128] = np.zeros((PARTITIONS, bins), np.complex128)
        self._doubt = np.full((PARTITIONS, bins), PRIOR)
        self._noise: npt.NDArray[np.float64] | None = None
        self._turn = 0
        self._near, self._far, self._rest = SampleQueue(), SampleQueue(), SampleQueue()
        self._rest.push(silence(BLOCK))

    def feed(self, near: Sound, far: Sound) -> None:
        """What was heard and what was played in the same samples, as many as there are."""
        self._near.push(near)
        self._far.push(far)
        while len(self._near) >= BLOCK:
            self._rest.push(self._block(self._near.take(BLOCK), self._far.take(BLOCK)))

    def take(self, n: int) -> Sound:
        """What was heard less own speech: as many samples as were fed, BLOCK samples late."""
        return self._rest.take(n)

    def _block(self, near: Sound, far: Sound) -> Sound:
        self._frame = np.concatenate([self._frame[BLOCK:], far])
        self._played = np.concatenate([np.fft.rfft(self._frame)[None], self._played[:-1]])
        if not self._played.any():
            return near
        echo = np.fft.irfft((self._path * self._played).sum(axis=0))[BLOCK:]
        rest = near - echo
        self._learn(rest)
        return rest.astype(np.float32)

    def _learn(self, rest: npt.NDArray[np.float64]) -> None:
        error = np.fft.rfft(np.concatenate([np.zeros(BLOCK), rest]))
        power = _power(error)
        self._noise = power if self._noise is None else SMOOTH * self._noise + (1 - SMOOTH) * power
        played = _power(self._played)
        # Half of each frame is the block before: hence 0.5, as in the diagonal form of the filter.
        gain = self._doubt / (0.5 * (self._doubt * played).sum(axis=0) + self._noise + 1e-8)
        self._doubt = STAYS * (1 - 0.5 * gain * played) * self._doubt
        self._doubt += (1 - STAYS) * (_power(self._path) + PRIOR)  # with PRIOR it never stops learning
        self._path += gain * self._played.conj() * error
        # Each partition is BLOCK samples long; one of them is cut to that in each block, in turn.
        part = self._turn % PARTITIONS
        self._turn += 1
        response = np.fft.irfft(self._path[part])
        response[BLOCK:] = 0.0
        self._path[part] = np.fft.rfft(response)


def _power(spectrum: npt.NDArray[np.complex128]) -> npt.NDArray[np.float64]:
    return np.square(spectrum.real) + np.square(spectrum.imag)
