"""Whisper (many languages) on CTranslate2, with a window as long as the phrase instead of 30 s.

Radford et al. 2022, "Robust Speech Recognition via Large-Scale Weak Supervision". faster-whisper supplies the
mel features; its own `transcribe` always pads to 30 s, which is nearly all of the cost of a short phrase.
"""

from __future__ import annotations

import math
import zlib
from pathlib import Path

import ctranslate2
import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor
from numpy.typing import NDArray
from tokenizers import Tokenizer

from duplex_cli.errors import UserError
from duplex_cli.perception.transcriber import Reading, normalise
from duplex_cli.stream import SAMPLE_RATE

FILES = ("model.bin", "config.json", "tokenizer.json", "vocabulary.json")

BEAM = 5
"""Hypotheses kept while decoding. Five err as often as one in short windows, but two readings of theirs agree
sooner (a quarter less lag in long speech), for a tenth more of time (docs/hearing.md)."""

PAD_S = 2.0
"""Silence after the phrase. With 0.5 s the decoder loops, with 1 s now and then; with 2 s the error rate is
that of the 30 s window it was trained on, at a fifth of the cost (docs/hearing.md)."""

MIN_WINDOW_S = 6
"""With a window of 3 or 4 s single words loop ("no no no no" for one "no"), with 6 s none of five did."""

MAX_WINDOW_S = 30
"""Length of the trained position table of the encoder."""

TOKENS_PER_S = 10.0
"""Bound of tokens in a second of speech, against endless loops. The Spanish clips measured have four; chosen
far higher for fast speakers and for scripts that are cut into more pieces."""

TOKENS_SPARE = 8

MIN_LOGPROB = -1.3
"""Mean log-probability below which a first reading is noise. Hiss, hum, rumble, silence, dog and telephone
lie at -1.5 to -3.1, words at -0.2 to -1.2 but for two of espeak's; car horn and clicks (-0.9) overlap with
words and are left to voice activity, which hears nothing in them (docs/hearing.md)."""

MAX_COMPRESSION = 2.4
"""OpenAI's limit of characters to zlib bytes: text that compresses better is a loop."""

STOCK_LOGPROB = -0.75
"""A stock phrase (below) is believed only with more certainty than the worst of the Spanish sentences had."""

STOCK_TEXTS = frozenset(
    {
        "",
        "you",
        "thanks for watching",
        "thank you for watching",
        "gracias por ver",
        "gracias por ver el video",
        "gracias por ver el vídeo",
        "subtítulos realizados por la comunidad de amara.org",
        "subtítulos por la comunidad de amara.org",
        "suscríbete",
        "merci d'avoir regardé cette vidéo",
        "untertitel der amara.org-community",
        "sous-titres réalisés para la communauté d'amara.org",
    }
)
"""What Whisper says for silence: credits and thanks from the subtitles it was trained on."""


class Whisper:
    """A converted Whisper model in a directory. Not thread-safe.

    language: two-letter code of what is spoken, or None to find it at every phrase.
    Raises UserError if a file is missing or the language is not one of the model's.
    """

    def __init__(
        self, directory: Path, language: str | None = None, threads: int = 1, beam: int = BEAM
    ) -> None:
        missing = [name for name in FILES if not (directory / name).is_file()]
        if missing:
            raise UserError(
                f"{directory} has no {' and no '.join(missing)}; "
                "fetch it with: duplex models pull whisper-base"
            )
        self._tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
        if language is not None and self._tokenizer.token_to_id(f"<|{language}|>") is None:
            raise UserError(
                f"whisper knows no language {language!r}; give a two-letter code such as es or de"
            )
        self._language = language
        self._beam = beam
        self._features = FeatureExtractor()
        self._model = ctranslate2.models.Whisper(
            str(directory), device="cpu", compute_type="int8", intra_threads=threads, inter_threads=1
        )

    def transcribe(self, samples: NDArray[np.float32]) -> str:
        """Words in float32[n] at 16 kHz, at most 28 s; empty if it is judged not to be speech."""
        return self.read(samples).text

    def read(self, samples: NDArray[np.float32], prefix: str = "", lang: str = "") -> Reading:
        """See `Transcriber.read`. Samples beyond 28 s are not read."""
        encoded, seconds = self._encode(samples)
        lang = self._language or lang or self._model.detect_language(encoded)[0][0][0].strip("<|>")
        head = [
            self._token("<|startoftranscript|>"),
            self._token(f"<|{lang}|>"),
            self._token("<|transcribe|>"),
            self._token("<|notimestamps|>"),
        ]
        given = self._tokenizer.encode(f" {prefix}", add_special_tokens=False).ids if prefix else []
        spare = max(math.ceil(TOKENS_PER_S * seconds) - len(given), 0) + TOKENS_SPARE
        prompt = head + given
        result = self._model.generate(
            encoded,
            [prompt],
            beam_size=self._beam,
            max_length=min(len(prompt) + spare, 448),
            return_scores=True,
        )[0]
        # CTranslate2 counts what stands after <|notimestamps|> as output: the prefix comes back with the rest
        new = self._tokenizer.decode(result.sequences_ids[0][len(given) :], skip_special_tokens=True)
        text = f"{prefix}{new}" if prefix else new.strip()
        if _is_noise(new, result.scores[0], fresh=not prefix):
            text = prefix
        return Reading(text=text, lang=lang)

    def warm_up(self) -> None:
        self.read(np.zeros(SAMPLE_RATE, np.float32))

    def _token(self, text: str) -> int:
        token = self._tokenizer.token_to_id(text)
        if token is None:
            raise UserError(f"the model's tokenizer has no {text}; it isn't a multilingual Whisper")
        return token

    def _encode(self, samples: NDArray[np.float32]) -> tuple[ctranslate2.StorageView, float]:
        seconds = min(len(samples) / SAMPLE_RATE, MAX_WINDOW_S - PAD_S)
        window_s = min(max(math.ceil(seconds + PAD_S), MIN_WINDOW_S), MAX_WINDOW_S)
        padded = np.zeros(window_s * SAMPLE_RATE, np.float32)
        padded[: int(seconds * SAMPLE_RATE)] = samples[: int(seconds * SAMPLE_RATE)]
        mel = self._features(padded, padding=0)[None, :, : window_s * 100]  # 100 frames a second
        view = ctranslate2.StorageView.from_array(np.ascontiguousarray(mel, np.float32))
        return self._model.encode(view), seconds


def _is_noise(new: str, logprob: float, fresh: bool) -> bool:
    """Whether words read from a phrase are a hallucination. `fresh`: nothing of the phrase stood before.

    The model's own no-speech probability is not used: 0.3-0.9 for noise, 0.03-0.4 for speech, they overlap.
    """
    data = new.strip().encode()
    if len(data) / len(zlib.compress(data)) > MAX_COMPRESSION:
        return True
    if not fresh:
        return False  # the words of the prefix count as certain and would hide the rest
    plain = " ".join(normalise(word) for word in new.split())
    return logprob < MIN_LOGPROB or (plain in STOCK_TEXTS and logprob < STOCK_LOGPROB)
