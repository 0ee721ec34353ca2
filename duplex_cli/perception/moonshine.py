"""Moonshine tiny (English) on onnxruntime: audio of any length in, text out, no padding to 30 s.

Jeffries et al. 2024, "Moonshine: Speech Recognition for Live Transcription and Voice Commands".
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from tokenizers import Tokenizer

from duplex_cli.errors import UserError
from duplex_cli.perception.transcriber import Reading, normalise
from duplex_cli.stream import SAMPLE_RATE

FILES = ("encoder_model.ort", "decoder_model_merged.ort", "tokenizer.json")

TOKENS_PER_S = 6.5
"""Upper bound of tokens in a second of English speech, from the model's authors; more is a loop."""

TOKENS_SPARE = 4
"""Tokens allowed beyond that: short commands are dense ("Okay, stop." is five tokens in 0.7 s)."""

MIN_SAMPLES = SAMPLE_RATE // 2
"""Shorter audio is padded with silence to this: the encoder's strides need 895 samples, and below half a
second the reading of a real word becomes "You" or nothing."""

MOST_WORDS_PER_S = 4.0
"""Of a phrase that is heard twice in a row. English has about three (shared/benchmarks.md: one each 0.33 s);
the case that this is for had 4.3."""
MIN_LOGPROB = -1.0
"""Mean log-probability of the new tokens below which a reading is noise: dog bark -1.5 and -1.9, silence
-1.2, against -0.5 for the least certain of the recorded words (docs/hearing.md)."""

NOISE_TEXTS = frozenset({"", "you"})
"""What the model says for silence, hiss and clicks, sometimes with certainty; nobody says it on its own."""

_START, _END = 1, 2
_HEADS, _HEAD_DIM = 8, 36


def once(text: str, seconds: float) -> str:
    """`text` without its second half, where that only says the first again and faster than people speak.

    On a short phrase that is cut off at its end the decoder at times begins anew ("Never mind, never mind."
    in 0.9 s). Who says a thing twice takes the time for it.
    """
    words = text.split()
    half, odd = divmod(len(words), 2)
    if odd or half < 2 or len(words) <= MOST_WORDS_PER_S * seconds:
        return text
    first = " ".join(words[:half])
    return first.rstrip(",") if normalise(first) == normalise(" ".join(words[half:])) else text


class Moonshine:
    """The three FILES in a directory. Not thread-safe. Raises UserError if one is missing or unreadable."""

    def __init__(self, directory: Path, threads: int = 1) -> None:
        missing = [name for name in FILES if not (directory / name).is_file()]
        if missing:
            raise UserError(
                f"{directory} has no {' and no '.join(missing)}; "
                "fetch it with: duplex models pull moonshine-tiny-en"
            )
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        providers = ["CPUExecutionProvider"]
        self._encoder = ort.InferenceSession(str(directory / FILES[0]), options, providers=providers)
        self._decoder = ort.InferenceSession(str(directory / FILES[1]), options, providers=providers)
        self._tokenizer = Tokenizer.from_file(str(directory / FILES[2]))
        self._cache_names = [i.name for i in self._decoder.get_inputs() if i.name.startswith("past_")]

    def transcribe(self, samples: NDArray[np.float32]) -> str:
        """Words in float32[n] at 16 kHz; empty if it is judged not to be speech."""
        return self.read(samples).text

    def read(self, samples: NDArray[np.float32], prefix: str = "", lang: str = "") -> Reading:
        """See `Transcriber.read`; `lang` is ignored, the model knows English only."""
        if len(samples) < MIN_SAMPLES:
            samples = np.concatenate([samples, np.zeros(MIN_SAMPLES - len(samples), np.float32)])
        given = self._tokenizer.encode(prefix, add_special_tokens=False).ids if prefix else []
        limit = math.ceil(TOKENS_PER_S * len(samples) / SAMPLE_RATE) + TOKENS_SPARE
        new, logprob = self._decode(
            np.ascontiguousarray(samples, np.float32)[None], given, max(limit - len(given), TOKENS_SPARE)
        )
        text = once(self._tokenizer.decode(given + new).strip(), len(samples) / SAMPLE_RATE)
        if logprob < MIN_LOGPROB or normalise(text) in NOISE_TEXTS:
            text = prefix
        return Reading(text=text, lang="en")

    def warm_up(self) -> None:
        self.read(np.zeros(SAMPLE_RATE, np.float32))

    def _decode(self, audio: NDArray[np.float32], given: list[int], limit: int) -> tuple[list[int], float]:
        """Greedy continuation of `given` by at most `limit` tokens, and its mean log-probability."""
        mask = np.ones(audio.shape, np.int64)
        hidden = self._encoder.run(None, {"input_values": audio, "attention_mask": mask})[0]
        cache = {name: np.zeros((0, _HEADS, 1, _HEAD_DIM), np.float32) for name in self._cache_names}
        step, tokens, total, count = [_START, *given], list[int](), 0.0, 0
        while len(tokens) < limit:
            first = not count
            logits, *present = self._decoder.run(
                None,
                {
                    "encoder_attention_mask": mask,
                    "input_ids": np.array([step], np.int64),
                    "encoder_hidden_states": hidden,
                    "use_cache_branch": np.array([not first]),
                    **cache,
                },
            )
            row = np.asarray(logits)[0, -1]
            token = int(row.argmax())
            total -= math.log(float(np.exp(row - row[token]).sum()))
            count += 1
            if token == _END:
                break
            tokens.append(token)
            step = [token]
            # the keys of the audio stay those of the first step; later steps return them empty
            cache |= {
                name: value
                for name, value in zip(self._cache_names, present, strict=True)
                if first or ".decoder." in name
            }
        return tokens, total / max(count, 1)
