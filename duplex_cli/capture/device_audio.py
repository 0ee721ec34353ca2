"""Microphone and loudspeaker for real: one full-duplex stream, its sample count is the session's clock."""

from __future__ import annotations

import sys

from duplex_cli.capture.audio import (
    AudioState,
    Render,
    SampleQueue,
    Sound,
    level_dbfs,
    sample_at,
    silence,
)
from duplex_cli.capture.echo import FRAME, EchoCanceller
from duplex_cli.capture.exchange import Exchange
from duplex_cli.capture.line import Line
from duplex_cli.capture.sound_host import Choice
from duplex_cli.clock import SampleClock
from duplex_cli.stream import SAMPLE_RATE

DEAF_SAMPLES = 2 * SAMPLE_RATE
"""2 s of exact zeros: no real microphone is so still; macOS gives them instead of an error."""

DEAF_HINTS = {
    "darwin": "the microphone gives only zeros; allow your terminal in System Settings > "
    "Privacy & Security > Microphone, and start it anew",
    "win32": "the microphone gives only zeros; allow it in Settings > Privacy & security > Microphone",
}
DEAF_HINT = "the microphone gives only zeros; is it muted, or the wrong one? (see duplex devices)"


class DeviceAudio:
    """The real `AudioPort`. Survives unplugging: until the device is back it hears silence."""

    def __init__(
        self,
        mic: str | int | None = None,
        speaker: str | int | None = None,
        want_mic: bool = True,
        want_speaker: bool = True,
    ) -> None:
        """`mic`, `speaker`: part of a name, an index, or None for the system's default."""
        if not (want_mic or want_speaker):
            raise ValueError("DeviceAudio needs a microphone or a loudspeaker; use NullAudio")
        self.clock = SampleClock(SAMPLE_RATE)
        self._choice = Choice(mic, speaker, want_mic, want_speaker)
        self._exchange: Exchange | None = None
        self._line: Line | None = None
        self._echo: EchoCanceller | None = None
        self._far = SampleQueue()
        self._returned = 0
        self._fed = 0
        self._zeros = 0
        self._mic_dbfs = level_dbfs(silence(0))
        self.spoken = silence(0)
        self.whole = silence(0)

    def open(self, render: Render) -> None:
        self._exchange = Exchange(render, self.clock.advance, keep_heard=self._choice.want_mic)
        line = Line(self._exchange, self._choice)
        line.open()
        self._line = line
        if self._choice.want_mic and self._choice.want_speaker:
            self._echo = EchoCanceller(line.opened.mic_delay_s + line.opened.speaker_delay_s)

    @property
    def _running(self) -> tuple[Exchange, Line]:
        if self._exchange is None or self._line is None:
            raise ValueError("the audio port is not open")
        return self._exchange, self._line

    def read(self, until_s: float) -> Sound:
        exchange, _ = self._running
        exchange.check()
        goal = min(sample_at(until_s), exchange.passed)
        if self._echo is not None:
            heard = self._cleaned(exchange, self._echo, goal)
        elif self._choice.want_mic:
            heard = exchange.heard.take(goal - self._returned)
            self._watch_zeros(heard)
        else:
            heard = silence(max(0, goal - self._returned))
        far = self._far if self._echo is not None else exchange.spoken
        self.spoken = far.take(heard.size)
        self.whole = self._echo.take_whole(heard.size) if self._echo is not None else heard
        self._returned += heard.size
        self._mic_dbfs = level_dbfs(heard)
        return heard

    def _cleaned(self, exchange: Exchange, echo: EchoCanceller, goal: int) -> Sound:
        """Samples up to `goal`, echo-cancelled; fewer where the last frame of 10 ms is not whole yet."""
        frames = min(-(-goal // FRAME), exchange.passed // FRAME)
        n = frames * FRAME - self._fed
        if n > 0:
            near, far = exchange.heard.take(n), exchange.spoken.take(n)
            self._watch_zeros(near)
            echo.feed(near, far)
            self._far.push(far)
            self._fed += n
        return echo.take(goal - self._returned)

    def _watch_zeros(self, heard: Sound) -> None:
        away = self._line is not None and self._line.unplugged  # silence in place of a device is no hint
        if heard.size:
            self._zeros = 0 if away or heard.any() else self._zeros + heard.size

    def played_through(self) -> float:
        exchange, line = self._running
        return max(0.0, exchange.passed / SAMPLE_RATE - line.opened.speaker_delay_s)

    @property
    def speaker_delay_s(self) -> float:
        _, line = self._running
        return line.opened.speaker_delay_s

    @property
    def round_trip_s(self) -> float:
        _, line = self._running
        return line.opened.mic_delay_s + line.opened.speaker_delay_s

    @property
    def ended_at(self) -> float | None:
        return None

    @property
    def level_dbfs(self) -> float:
        return self._mic_dbfs

    @property
    def state(self) -> AudioState:
        _, line = self._running
        return AudioState(
            mic=line.opened.mic,
            speaker=line.opened.speaker,
            echo="on" if self._echo else "off",
            erle_db=self._echo.erle_db if self._echo else None,
            echo_delay_s=self._echo.path.delay_s if self._echo else None,
            no_echo_path=bool(self._echo and self._echo.path.none),
            mic_dbfs=self._mic_dbfs,
            speaker_dbfs=level_dbfs(self.spoken),
            unplugged=line.unplugged,
            dropouts=line.dropouts,
            hint=self._hint(line),
        )

    def _hint(self, line: Line) -> str:
        if line.unplugged:
            return "the sound device is gone; plug it in again, it is looked for each second"
        if self._choice.want_mic and self._zeros >= DEAF_SAMPLES:
            return DEAF_HINTS.get(sys.platform, DEAF_HINT)
        return ""

    def close(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()
