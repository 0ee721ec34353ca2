"""What every source of sound offers, and the small things that all of them share."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from duplex_cli.clock import Clock
from duplex_cli.stream import SAMPLE_RATE

Sound: TypeAlias = npt.NDArray[np.float32]
"""float32[n], mono, 16 kHz, in [-1, 1]."""

Render: TypeAlias = Callable[[int, int], Sound]
"""`render(start_sample, n) -> float32[n]`: what the loudspeaker plays from that sample of the session on.

It is called once for every sample and in order, possibly from the audio callback: it must only copy.
"""

FLOOR_DBFS = -120.0
"""Level told for digital silence, dBFS: below the least step of 16-bit sound (-96 dBFS)."""


@dataclass(frozen=True, slots=True)
class AudioState:
    """How the sound devices are, for the terminal view."""

    mic: str = ""
    """Name of the microphone or file; empty if there is none."""
    speaker: str = ""
    """Name of the loudspeaker or file; empty if speech is not played."""
    echo: Literal["on", "off"] = "off"
    """Whether own speech is taken out of what the microphone hears."""
    erle_db: float | None = None
    """Echo return loss enhancement over the last seconds of own speech, dB; None before the first."""
    echo_delay_s: float | None = None
    """From the loudspeaker into the microphone, as measured on own speech; None while it is not known."""
    no_echo_path: bool = False
    """Own speech sounds and the microphone does not hear it: headphones."""
    mic_dbfs: float = FLOOR_DBFS
    """RMS level of what the last `read` returned."""
    speaker_dbfs: float = FLOOR_DBFS
    """RMS level of what the loudspeaker played meanwhile."""
    unplugged: bool = False
    """The device is gone: the session goes on with silence, and the device is looked for each second."""
    dropouts: int = 0
    """Blocks at which the device said that it lost or lacked samples."""
    hint: str = ""
    """One sentence on something to mend; empty if all is well."""

    @property
    def echo_told(self) -> str:
        """The state of echo cancelling in a few words, for the view."""
        if self.echo == "off":
            return "echo off"
        if self.no_echo_path:
            return "no echo path"
        delay = "" if self.echo_delay_s is None else f", {self.echo_delay_s * 1000:.0f} ms"
        return f"echo on{delay}" + ("" if self.erle_db is None else f", -{max(self.erle_db, 0):.0f} dB")


class AudioPort(Protocol):
    """A microphone and a loudspeaker on one clock, or files in their place."""

    def open(self, render: Render) -> None:
        """Start. Raises UserError if a device or file cannot be had."""
        ...

    @property
    def clock(self) -> Clock:
        """Session time; counts samples from 0 at `open`."""
        ...

    def read(self, until_s: float) -> Sound:
        """All samples heard since the last read, up to `until_s`, each exactly once; never waits.

        With echo cancelling whole frames of 10 ms are made: what is missing comes with the next read.
        """
        ...

    @property
    def spoken(self) -> Sound:
        """What the loudspeaker was given during the samples that the last `read` returned, same length."""
        ...

    @property
    def whole(self) -> Sound:
        """What the last `read` returned, same length, with own speech only subtracted (`linear_echo`)."""
        ...

    def played_through(self) -> float:
        """Session time up to which the loudspeaker has sounded (given to it, less its own delay), seconds."""
        ...

    @property
    def speaker_delay_s(self) -> float:
        """From `render` to the air, seconds: what is rendered for time t sounds at t plus this."""
        ...

    @property
    def round_trip_s(self) -> float:
        """From `render` to the air and from the air into `read`, seconds.

        What is rendered for time t sounds when the air is at t plus this, by the session's own ears.
        """
        ...

    @property
    def ended_at(self) -> float | None:
        """Session time at which recorded sound ended; None before that, and always for a microphone."""
        ...

    @property
    def level_dbfs(self) -> float:
        """RMS level of what the last `read` returned."""
        ...

    @property
    def state(self) -> AudioState: ...

    def close(self) -> None:
        """Stop and let go of the devices; may be called twice."""
        ...


def level_dbfs(samples: Sound) -> float:
    """RMS level in dB relative to a full-scale square wave; FLOOR_DBFS for silence or nothing."""
    if not samples.size:
        return FLOOR_DBFS
    rms = math.sqrt(float(np.dot(samples, samples)) / samples.size)
    return max(FLOOR_DBFS, 20 * math.log10(rms)) if rms > 0 else FLOOR_DBFS


def silence(n: int) -> Sound:
    """`n` samples of nothing."""
    return np.zeros(n, dtype=np.float32)


def sample_at(seconds: float) -> int:
    """Index of the sample at a session time, rounded to the nearest."""
    return round(seconds * SAMPLE_RATE)


class SampleQueue:
    """Samples in, samples out, in order and each once. One thread may push while another takes."""

    def __init__(self) -> None:
        self._blocks: deque[Sound] = deque()
        self._head = 0
        self._pushed = 0
        self._taken = 0

    def __len__(self) -> int:
        return self._pushed - self._taken

    def push(self, block: Sound) -> None:
        """Add a block; the queue keeps the array, so the caller must not change it afterwards."""
        self._blocks.append(block)
        self._pushed += block.size

    def take(self, n: int) -> Sound:
        """The oldest `n` samples, or as many as there are."""
        n = max(0, min(n, len(self)))
        out = np.empty(n, dtype=np.float32)
        filled = 0
        while filled < n:
            block = self._blocks[0]
            piece = block[self._head : self._head + n - filled]
            out[filled : filled + piece.size] = piece
            filled += piece.size
            self._head += piece.size
            if self._head == block.size:
                self._blocks.popleft()
                self._head = 0
        self._taken += n
        return out
