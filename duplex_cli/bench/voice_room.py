"""A room for dialogues: reverberation, noise, distance, coughs and keys, the echo of the loudspeaker.

All of it is made from fixed seeds, so that the same item is the same sound everywhere. Sound is float32[n] at
16 kHz.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import soxr

from duplex_cli.bench.voice_items import Echo
from duplex_cli.stream import SAMPLE_RATE

Samples = npt.NDArray[np.float32]

ROOM_SEED = 11
TAIL_S = 0.2
"""Length of the room's impulse responses: 60 dB down after it, as in a furnished room (RT60 0.2 to 0.4 s)."""

DIRECT_TO_TAIL_DB = 6.0
"""Energy of the direct sound over that of the tail at arm's length from a laptop."""

FAR_DB = -12.0
"""Speech of somebody three metres off beside one at half a metre: -15.6 dB by distance alone, and the room
gives some of it back."""

FAR_CUTOFF_HZ = 2500.0
"""A head turned away shadows what lies above some 2-3 kHz (Chu and Warnock, 2002, directivity of talkers)."""


def tail(
    delay_s: float = 0.0, direct_to_tail_db: float = DIRECT_TO_TAIL_DB, seed: int = ROOM_SEED
) -> Samples:
    """Impulse response: silence for `delay_s`, a direct sound, and a tail of decaying noise. Energy 1."""
    rng = np.random.default_rng(seed)
    n = round(TAIL_S * SAMPLE_RATE)
    decay = 10 ** (-3 * np.arange(n) / n)
    late = rng.normal(0.0, 1.0, n) * decay
    late *= 10 ** (-direct_to_tail_db / 20) / np.sqrt(np.square(late).sum())
    late[0] += 1.0
    late /= np.sqrt(np.square(late).sum())
    return np.concatenate([np.zeros(round(delay_s * SAMPLE_RATE)), late]).astype(np.float32)


def convolved(sound: Samples, response: Samples) -> Samples:
    """`sound` in the room, with its tail: float32[n + len(response) - 1]."""
    n = len(sound) + len(response) - 1
    size = 1 << (n - 1).bit_length()
    spectrum = np.fft.rfft(sound, size) * np.fft.rfft(response, size)
    return np.fft.irfft(spectrum, size)[:n].astype(np.float32)


def far(sound: Samples) -> Samples:
    """Speech from a few metres away, of somebody who looks elsewhere."""
    low_rate = round(2 * FAR_CUTOFF_HZ)
    dull = soxr.resample(soxr.resample(sound, SAMPLE_RATE, low_rate), low_rate, SAMPLE_RATE)
    wet = convolved(np.asarray(dull, np.float32), tail(direct_to_tail_db=0.0, seed=ROOM_SEED + 1))
    return (wet * 10 ** (FAR_DB / 20)).astype(np.float32)


def noise(seconds: float, level_db: float, seed: int) -> Samples:
    """Pink room noise of `level_db` dBFS."""
    rng = np.random.default_rng(seed)
    n = max(round(seconds * SAMPLE_RATE), 2)
    spectrum = np.fft.rfft(rng.normal(0.0, 1.0, n))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    spectrum[0] = 0.0
    made = np.fft.irfft(spectrum, n)
    return (made * 10 ** (level_db / 20) / np.sqrt(np.square(made).mean())).astype(np.float32)


def bodily(sound: str, seed: int) -> Samples:
    """A cough, sneeze, sniffle, cleared throat, or key strokes: noise shaped in time and colour.

    Rough likenesses: a burst, then breath; lengths from recordings described by Korpas et al. (1996): a cough
    lasts about 0.35 s, its burst 0.05 s. Level as speech at arm's length.
    """
    rng = np.random.default_rng(seed)
    parts = {
        # (length s, colour: share of the low band, attack s, pause after s)
        "cough": [(0.06, 0.3, 0.004, 0.0), (0.28, 0.6, 0.02, 0.15), (0.3, 0.6, 0.01, 0.0)],
        "sneeze": [(0.25, 0.7, 0.15, 0.05), (0.35, 0.2, 0.005, 0.0)],
        "sniffle": [(0.25, 0.05, 0.1, 0.2), (0.2, 0.05, 0.08, 0.0)],
        "throat": [(0.3, 0.9, 0.03, 0.1), (0.35, 0.9, 0.03, 0.0)],
        "keys": [(0.012, 0.1, 0.001, float(rng.uniform(0.08, 0.3))) for _ in range(24)],
    }[sound]
    pieces: list[npt.NDArray[np.float64]] = []
    for length, low, attack, pause in parts:
        n = round(length * SAMPLE_RATE)
        white = rng.normal(0.0, 1.0, n)
        brown = np.convolve(white, np.ones(24) / 24, mode="same") * 5
        t = np.arange(n) / SAMPLE_RATE
        envelope = np.minimum(1.0, t / attack) * np.exp(-3.0 * t / length)
        if sound == "throat":  # a rough voice: pulses at some 90 Hz
            envelope = envelope * (0.5 + 0.5 * np.sign(np.sin(2 * np.pi * 90 * t)))
        pieces += [(low * brown + (1 - low) * white) * envelope, np.zeros(round(pause * SAMPLE_RATE))]
    made = np.concatenate(pieces)
    level = 10 ** ((-32.0 if sound in ("keys", "sniffle") else -22.0) / 20)
    loud = made[np.abs(made) > np.abs(made).max() / 30]
    return np.clip(made * level / np.sqrt(np.square(loud).mean()), -0.9, 0.9).astype(np.float32)


class EchoPath:
    """What the loudspeaker plays, as the microphone gets it back: delayed, quieter, with the room's tail."""

    def __init__(self, echo: Echo) -> None:
        response = tail(echo.delay_ms / 1000.0, direct_to_tail_db=3.0, seed=ROOM_SEED + 2)
        self._response = (response * 10 ** (echo.db / 20)).astype(np.float32)
        self._pending = np.zeros(0, np.float32)

    def feed(self, spoken: Samples) -> Samples:
        """The echo in the same span of time as `spoken`; spans follow on from each other."""
        n = len(spoken)
        whole = convolved(spoken, self._response) if spoken.any() else np.zeros(n, np.float32)
        length = max(len(whole), len(self._pending))
        summed = np.zeros(length, np.float32)
        summed[: len(whole)] += whole
        summed[: len(self._pending)] += self._pending
        self._pending = summed[n:]
        return summed[:n]
