"""Own speech taken out of what the microphone hears: WebRTC's echo canceller (AEC3) and its measure."""

from __future__ import annotations

import math

import numpy as np
from pywebrtc_audio import AudioProcessor

from duplex_cli.capture.audio import SampleQueue, Sound
from duplex_cli.capture.echo_path import EchoPathMeter
from duplex_cli.capture.linear_echo import LinearEcho
from duplex_cli.stream import SAMPLE_RATE

FRAME = SAMPLE_RATE // 100
"""Samples of one frame of WebRTC's audio processing: 10 ms."""

OWN_SPEECH_RMS = 10 ** (-50 / 20)
"""Frames whose far end is louder than -50 dBFS count as own speech in the told ERLE. Chosen: well under
speech (about -20 dBFS) and over the noise in its pauses; it does not touch the cancelling itself."""

ERLE_MEMORY_S = 1.0
"""Time constant of the means behind the told ERLE: as fast as a level meter, slower than syllables."""


class EchoCanceller:
    """Feeds frames of heard and spoken sound to AEC3 and keeps the far-end level and the loss it reached."""

    def __init__(self, delay_s: float) -> None:
        """`delay_s`: from loudspeaker to microphone as the device tells it; a hint, AEC3 searches."""
        self._processor = AudioProcessor(
            sample_rate=SAMPLE_RATE,
            echo_cancellation=True,
            noise_suppression=True,
            high_pass_filter=True,
            stream_delay_ms=max(0, round(delay_s * 1000)),
        )
        # Where there is no echo, cancelling it would only thin out a user who speaks at the same time.
        self._plain = AudioProcessor(
            sample_rate=SAMPLE_RATE, echo_cancellation=False, noise_suppression=True, high_pass_filter=True
        )
        self.path = EchoPathMeter()
        self._linear = LinearEcho()
        self._before = 0.0
        self._after = 0.0
        self._ready = SampleQueue()

    def feed(self, heard: Sound, spoken: Sound) -> None:
        """Both of the same length, a multiple of FRAME samples."""
        self.path.feed(heard, spoken)
        self._linear.feed(heard, spoken)
        keep = math.exp(-FRAME / SAMPLE_RATE / ERLE_MEMORY_S)
        for start in range(0, heard.size, FRAME):
            near, far = heard[start : start + FRAME], spoken[start : start + FRAME]
            clean = np.asarray(self._processor.process(near, far), dtype=np.float32)
            plain = np.asarray(self._plain.process(near, far), dtype=np.float32)
            if math.sqrt(float(np.dot(far, far)) / FRAME) > OWN_SPEECH_RMS:
                self._before = keep * self._before + float(np.dot(near, near))
                self._after = keep * self._after + float(np.dot(clean, clean))
            self._ready.push(plain if self.path.none else clean)

    def take(self, n: int) -> Sound:
        """The oldest `n` cleaned samples, or as many as there are."""
        return self._ready.take(n)

    def take_whole(self, n: int) -> Sound:
        """The same samples with own speech subtracted and the user left whole: what to read words from."""
        return self._linear.take(n)

    @property
    def erle_db(self) -> float | None:
        """Power heard over power left while own speech played (ITU-T G.168), dB; None before any.

        A person who speaks at the same time lowers it: it is a reading for the view, not a test.
        """
        if self._before <= 0:
            return None
        return 10 * math.log10(self._before / max(self._after, 1e-12))
