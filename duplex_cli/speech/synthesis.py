"""Words into sound: the default voice is hibari's, on one thread, trimmed and levelled.

hibari makes its onnxruntime sessions with one intra-op and one inter-op thread, which means no thread pool
and so nothing that spins: after loading and speaking, the process has no thread more than after the import
(tests/test_speech_synthesis.py counts them).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import soxr
from hibari import SAMPLE_RATE as HIBARI_RATE
from hibari import Hibari
from hibari.voices import DEFAULT as DEFAULT_VOICE
from hibari.voices import VOICES, sha256_of, voice_path

from duplex_cli.errors import UserError
from duplex_cli.speech.loudness import clause_clip
from duplex_cli.speech.spoken_form import spoken_form
from duplex_cli.stream import SAMPLE_RATE

Samples = npt.NDArray[np.float32]

MIN_RATE, MAX_RATE = 0.5, 2.0
"""Rates of speech that hibari was made for, 1.0 being its own pace (its README)."""

NOISE_SEED = 0
"""Seed of hibari's noise part: the same words always give the same samples, as a replay needs."""

_WARM_UP = "Ready, kwzt."
"""Loads the lexicon, the tagger and, by a word that no lexicon has, the net for unknown words."""


class Speaker(Protocol):
    """What turns words into sound: `Voice`, or `espeak.EspeakVoice` for other languages."""

    def say(self, text: str) -> Samples:
        """One clause as float32[n] at 16 kHz; empty where there is nothing to pronounce."""
        ...

    def warm_up(self) -> None:
        """Do now what the first `say` would else wait for."""
        ...


@dataclass(frozen=True, slots=True)
class VoiceInfo:
    """A voice that can be asked for by name."""

    name: str
    language: str
    """BCP-47."""
    gender: str
    size: int
    """Bytes of its model."""
    licence: str
    present: bool
    """On this machine; a voice that is not is downloaded when it is first constructed."""


def voices() -> list[VoiceInfo]:
    """The voices of hibari, the default first."""
    found = [
        VoiceInfo(
            name, about["language"], about["gender"], about["bytes"], "Apache-2.0", _here(name) is not None
        )
        for name, about in VOICES.items()
    ]
    return sorted(found, key=lambda v: v.name != DEFAULT_VOICE)


class Voice:
    """An English voice by name, at `rate` times its own pace (0.5 to 2). Not thread-safe.

    Raises UserError for an unknown name, a rate out of range, or a voice that cannot be downloaded.
    """

    def __init__(self, name: str = DEFAULT_VOICE, rate: float = 1.0) -> None:
        if name not in VOICES:
            raise UserError(f"unknown voice {name!r}; choose one of: {', '.join(v.name for v in voices())}")
        check_rate(rate)
        try:
            _set_aside_if_damaged(name)
            self._hibari = Hibari(voice=name, threads=1)
        except RuntimeError as error:  # hibari's own, when a voice cannot be fetched
            raise UserError(
                f"voice {name!r} is not on this machine and could not be downloaded; "
                f"go online once, or use the voice {DEFAULT_VOICE!r}"
            ) from error
        self._rate = rate

    def say(self, text: str) -> Samples:
        """One clause as float32[n] at 16 kHz: speech within 20 ms of its beginning, at about -20 dBFS,
        followed by the pause that its last mark asks for. Empty where there is nothing to pronounce.
        """
        spoken = spoken_form(text)
        if not any(c.isalnum() for c in spoken):
            return np.zeros(0, np.float32)
        sentences = self._hibari.stream(spoken, speed=self._rate, seed=NOISE_SEED)
        return clause_clip([resampled(s, HIBARI_RATE) for s in sentences if len(s)], text)

    def warm_up(self) -> None:
        """Load all that the first clause would else wait half a second for."""
        self.say(_WARM_UP)


def check_rate(rate: float) -> None:
    """Raises UserError unless MIN_RATE <= rate <= MAX_RATE."""
    if not MIN_RATE <= rate <= MAX_RATE:
        raise UserError(f"voice rate {rate:g} is out of range; use {MIN_RATE:g} to {MAX_RATE:g}")


def resampled(samples: Samples, rate: int) -> Samples:
    """float32[n] at `rate` -> float32[n'] at 16 kHz."""
    return np.asarray(soxr.resample(samples, rate, SAMPLE_RATE), dtype=np.float32)


def _here(name: str) -> Path | None:
    try:
        return Path(voice_path(name, download_missing=False))
    except FileNotFoundError:
        return None


def _set_aside_if_damaged(name: str) -> None:
    """hibari checks what it downloads, not what it finds; onnxruntime would end in a traceback."""
    path = _here(name)
    if path is not None and not VOICES[name]["bundled"] and sha256_of(path) != VOICES[name]["sha256"]:
        path.replace(path.with_name(path.name + ".damaged"))
