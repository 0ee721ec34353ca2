"""Twins of the sound device: a recording in place of the microphone, a WAV in place of the loudspeaker."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Literal

import numpy as np

from duplex_cli.capture.audio import AudioState, Render, Sound, level_dbfs, sample_at, silence
from duplex_cli.capture.exchange import Exchange, Pacer
from duplex_cli.capture.line import Line
from duplex_cli.capture.media import AudioReader
from duplex_cli.capture.sound_host import Choice
from duplex_cli.clock import Clock, ManualClock, SampleClock
from duplex_cli.errors import UserError
from duplex_cli.stream import SAMPLE_RATE


class WavSink:
    """Speech written as it is spoken: 16-bit mono WAV whose header is right after every write.

    A killed process thus leaves a file that plays up to the last write.
    """

    def __init__(self, path: str | Path) -> None:
        """Raises UserError if it cannot be written."""
        self.path = Path(path).expanduser()
        try:
            self._file = self.path.open("wb", buffering=0)
        except OSError as error:
            raise UserError(
                f"{self.path} cannot be written ({error.strerror}); choose another place for the speech"
            ) from error
        self._wave = wave.open(self._file, "wb")  # noqa: SIM115 - closed by close()
        self._wave.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        self._wave.writeframes(b"")

    def write(self, samples: Sound) -> None:
        if samples.size:
            self._wave.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())

    def close(self) -> None:
        self._wave.close()
        self._file.close()


class NullAudio:
    """Nothing is heard; time passes, and what would be spoken is rendered on it, and written if asked."""

    def __init__(self, fast: bool = False, wav: str | Path | None = None) -> None:
        """`fast`: the clock is moved by the loop, not by real time. `wav`: where the speech goes."""
        self.fast = fast
        self._wav_path = wav
        self._sample_clock = SampleClock(SAMPLE_RATE)
        self.clock: Clock = ManualClock() if fast else self._sample_clock
        self._exchange: Exchange | None = None
        self._pacer: Pacer | None = None
        self._sink: WavSink | None = None
        self._returned = 0
        self._heard = silence(0)
        self._heard_dbfs = level_dbfs(silence(0))
        self.spoken = silence(0)

    def open(self, render: Render) -> None:
        self._sink = WavSink(self._wav_path) if self._wav_path is not None else None
        advance = (lambda n: None) if self.fast else self._sample_clock.advance
        self._exchange = Exchange(render, advance, keep_heard=False)
        self._start(self._exchange)

    def _start(self, exchange: Exchange) -> None:
        if self.fast:
            exchange.hand_over(self)
        else:
            self._pacer = Pacer(exchange)
            self._pacer.start()

    @property
    def _running(self) -> Exchange:
        if self._exchange is None:
            raise ValueError("the audio port is not open")
        return self._exchange

    def read(self, until_s: float) -> Sound:
        exchange = self._running
        exchange.check()
        goal = sample_at(until_s)
        if self.fast and goal > exchange.passed:
            self.clock.wait_until(until_s)
            exchange.move(self, silence(goal - exchange.passed))
        self.spoken = exchange.spoken.take(min(goal, exchange.passed) - self._returned)
        if self._sink is not None:
            self._sink.write(self.spoken)
        heard = self._heard = self._hear(self.spoken.size)
        self._returned += heard.size
        self._heard_dbfs = level_dbfs(heard)
        return heard

    def _hear(self, n: int) -> Sound:
        return silence(n)

    @property
    def whole(self) -> Sound:
        return self._heard

    def played_through(self) -> float:
        return max(0.0, self._running.passed / SAMPLE_RATE - self.speaker_delay_s)

    @property
    def speaker_delay_s(self) -> float:
        return 0.0

    @property
    def round_trip_s(self) -> float:
        return self.speaker_delay_s  # a file is heard without any delay

    @property
    def ended_at(self) -> float | None:
        return None

    @property
    def level_dbfs(self) -> float:
        return self._heard_dbfs

    @property
    def state(self) -> AudioState:
        return AudioState(
            speaker=self._sink.path.name if self._sink else "",
            mic_dbfs=self._heard_dbfs,
            speaker_dbfs=level_dbfs(self.spoken),
        )

    def close(self) -> None:
        if self._pacer is not None:
            self._pacer.close()
        if self._sink is not None:
            self._sink.close()
            self._sink = None


class FileAudio(NullAudio):
    """A recording is heard instead of a microphone, silence after its end; speech goes to `sink`."""

    def __init__(
        self,
        path: str | Path,
        sink: Literal["device", "wav"] | None = None,
        fast: bool = False,
        wav: str | Path | None = None,
        speaker: str | int | None = None,
    ) -> None:
        """`path`: wav, flac, mp3, ogg, or the audio track of a video. `sink`: "device" plays speech on
        `speaker` and, if `wav` is given too, writes it; "wav" writes it to `wav`; None drops it.
        Raises UserError if the recording cannot be read.
        """
        if sink == "device" and fast:
            raise UserError(
                "--fast cannot be played on a loudspeaker; leave it out, or write the speech to a file"
            )
        if sink == "wav" and wav is None:
            raise ValueError('sink="wav" needs a path')
        super().__init__(fast, wav)
        self._reader = AudioReader(path)
        self._speaker = speaker
        self._plays = sink == "device"
        self._line: Line | None = None

    def _start(self, exchange: Exchange) -> None:
        if self._plays:
            line = Line(exchange, Choice(speaker=self._speaker, want_mic=False))
            line.open()
            self._line = line
        else:
            super()._start(exchange)

    def _hear(self, n: int) -> Sound:
        heard = self._reader.take(n)
        return heard if heard.size == n else np.concatenate([heard, silence(n - heard.size)])

    @property
    def speaker_delay_s(self) -> float:
        return self._line.opened.speaker_delay_s if self._line else 0.0

    @property
    def ended_at(self) -> float | None:
        return self._reader.samples / SAMPLE_RATE if self._reader.ended else None

    @property
    def state(self) -> AudioState:
        line = self._line
        speaker = line.opened.speaker if line else (self._sink.path.name if self._sink else "")
        return AudioState(
            mic=self._reader.path.name,
            speaker=speaker,
            mic_dbfs=self._heard_dbfs,
            speaker_dbfs=level_dbfs(self.spoken),
            unplugged=bool(line and line.unplugged),
            dropouts=line.dropouts if line else 0,
            hint="the loudspeaker is gone; it is looked for each second" if line and line.unplugged else "",
        )

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None
        super().close()
