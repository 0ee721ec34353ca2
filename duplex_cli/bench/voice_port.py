"""The sound port of a dialogue: a track in place of the microphone, the echo of what is played over it."""

from __future__ import annotations

import numpy as np

from duplex_cli.bench.voice_items import Echo
from duplex_cli.bench.voice_room import EchoPath, Samples
from duplex_cli.capture.audio import AudioState, level_dbfs, silence
from duplex_cli.capture.echo import EchoCanceller
from duplex_cli.capture.file_audio import NullAudio


class RoomAudio(NullAudio):
    """Microphone = user's track + echo of the loudspeaker, through a real device's echo canceller."""

    def __init__(self, track: Samples, echo: Echo | None, fast: bool, keep: bool = True) -> None:
        """`track`: float32[n] at 16 kHz, silence after its end. `keep`: remember what was played."""
        self._keep = keep
        super().__init__(fast)
        self._track = track
        self._at = 0
        self._path = EchoPath(echo) if echo is not None else None
        self._canceller = EchoCanceller(0.0)
        self._parts: list[Samples] = []
        self._whole = silence(0)

    def _hear(self, n: int) -> Samples:
        near = self._track[self._at : self._at + n]
        if len(near) < n:
            near = np.concatenate([near, silence(n - len(near))])
        self._at += n
        if self._keep:
            self._parts.append(self.spoken)
        if self._path is not None:
            near = np.clip(near + self._path.feed(self.spoken), -1.0, 1.0)
        self._canceller.feed(near, self.spoken)
        self._whole = self._canceller.take_whole(n)
        return self._canceller.take(n)

    @property
    def whole(self) -> Samples:
        return self._whole

    @property
    def played(self) -> Samples:
        """All that the loudspeaker played so far."""
        return np.concatenate([silence(0), *self._parts])

    @property
    def erle_db(self) -> float | None:
        return self._canceller.erle_db

    @property
    def state(self) -> AudioState:
        return AudioState(
            mic="dialogue",
            speaker="room",
            echo="on",
            erle_db=self.erle_db,
            echo_delay_s=self._canceller.path.delay_s,
            no_echo_path=self._canceller.path.none,
            mic_dbfs=self._heard_dbfs,
            speaker_dbfs=level_dbfs(self.spoken),
        )
