"""One open sound device at whatever rate it takes, moving 16 kHz mono blocks in and out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import soxr

from duplex_cli.capture.audio import SampleQueue, Sound, silence
from duplex_cli.capture.exchange import BLOCK
from duplex_cli.capture.soundcards import SoundDevice, portaudio
from duplex_cli.errors import UserError
from duplex_cli.stream import SAMPLE_RATE

LATENCY_S = 0.04
"""Buffer asked of the device: four blocks, so that a late callback on a busy machine drops nothing."""


class RateBridge:
    """Passes blocks of a device's own rate through `move` at 16 kHz, with soxr both ways; copies if equal."""

    def __init__(self, rate: int, move: Callable[[Sound], Sound]) -> None:
        self._move = move
        self._same = rate == SAMPLE_RATE
        self._down = soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32")
        self._up = soxr.ResampleStream(SAMPLE_RATE, rate, 1, dtype="float32")
        self._ready = SampleQueue()

    def exchange(self, heard: Sound) -> Sound:
        """float32[n] heard in, float32[n] to play out, both at the device's rate."""
        if self._same:
            return self._move(heard)
        inner = np.asarray(self._down.resample_chunk(heard), dtype=np.float32)
        if inner.size:
            spoken = self._up.resample_chunk(self._move(inner))
            self._ready.push(np.asarray(spoken, dtype=np.float32))
        out = self._ready.take(heard.size)
        # The filters give their first samples late: silence in front makes up for that, once.
        return out if out.size == heard.size else np.concatenate([silence(heard.size - out.size), out])


class DeviceStream:
    """A started PortAudio stream with microphone, loudspeaker or both on one clock.

    Its callback only copies and, where the device refuses 16 kHz, resamples (soxr, both ways).
    """

    def __init__(
        self, mic: SoundDevice | None, speaker: SoundDevice | None, move: Callable[[Sound], Sound]
    ) -> None:
        """`move(heard) -> spoken` is called from PortAudio's thread. Raises UserError if none opens."""
        self._move = move
        self._bridge = RateBridge(SAMPLE_RATE, move)
        self._stream: Any = None
        self.dropouts = 0
        sound = portaudio()
        refusal = ""
        own_rate = (mic or speaker or _nothing()).rate
        for rate, block, mono in _attempts(own_rate):
            try:
                self._bridge = RateBridge(rate, self._move)
                self._stream = self._open(sound, mic, speaker, rate, block, mono)
                self._stream.start()
            except sound.PortAudioError as error:
                refusal = str(error.args[0])
                if self._stream is not None:
                    self._stream.close(ignore_errors=True)
                    self._stream = None
                continue
            latency = self._stream.latency
            both = latency if isinstance(latency, tuple) else (latency, latency)
            self.mic_delay_s = float(both[0]) if mic else 0.0
            self.speaker_delay_s = float(both[1]) if speaker else 0.0
            return
        names = " and ".join(f'"{device.name}"' for device in (mic, speaker) if device)
        raise UserError(
            f"the sound device {names} could not be opened ({refusal}); close the program that holds it, "
            "or choose another (see duplex devices)"
        )

    def _open(
        self,
        sound: Any,
        mic: SoundDevice | None,
        speaker: SoundDevice | None,
        rate: int,
        block: int,
        mono: bool,
    ) -> Any:
        common = {"samplerate": rate, "blocksize": block, "dtype": "float32", "latency": LATENCY_S}
        heard = 1 if mono or not mic else min(2, mic.channels)
        played = 1 if mono or not speaker else min(2, speaker.channels)
        if mic and speaker:
            return sound.Stream(
                device=(mic.index, speaker.index), channels=(heard, played), callback=self._both, **common
            )
        if mic:
            return sound.InputStream(device=mic.index, channels=heard, callback=self._in, **common)
        device = (speaker or _nothing()).index
        return sound.OutputStream(device=device, channels=played, callback=self._out, **common)

    @property
    def active(self) -> bool:
        """False once PortAudio has given the stream up."""
        return bool(self._stream.active)

    def _both(self, heard: Any, played: Any, frames: int, _time: Any, status: Any) -> None:
        played[:] = self._pass(_mono(heard), status)[:, None]

    def _in(self, heard: Any, frames: int, _time: Any, status: Any) -> None:
        self._pass(_mono(heard), status)

    def _out(self, played: Any, frames: int, _time: Any, status: Any) -> None:
        played[:] = self._pass(silence(frames), status)[:, None]

    def _pass(self, heard: Sound, status: Any) -> Sound:
        """One block at the device's rate, in and out, of equal length."""
        if status:
            self.dropouts += 1
        return self._bridge.exchange(heard)

    def close(self) -> None:
        """Let go of the device. Blocks for ever if its driver is stuck (sound_host.py says when)."""
        self._stream.abort(ignore_errors=True)
        self._stream.close(ignore_errors=True)


def _attempts(own_rate: int) -> list[tuple[int, int, bool]]:
    """Ways to open a device, best first: (rate, samples in a block or 0 for its choice, mono)."""
    rates = [(SAMPLE_RATE, BLOCK), (SAMPLE_RATE, 0)]
    if own_rate != SAMPLE_RATE:
        rates.append((own_rate, 0))
    return [(rate, block, mono) for rate, block in rates for mono in (True, False)]


def _mono(heard: npt.NDArray[np.float32]) -> Sound:
    """A copy of PortAudio's buffer, float32[n, channels], as one channel."""
    return heard[:, 0].copy() if heard.shape[1] == 1 else heard.mean(axis=1, dtype=np.float32)


def _nothing() -> SoundDevice:
    raise ValueError("a device stream needs a microphone, a loudspeaker or both")
