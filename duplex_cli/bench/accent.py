"""English sentences with words of another language, in one voice: as an English speaker would say them.

Spliced from two voices the foreign word was lost: Whisper base, told to find the language itself, left it out
or wrote an English one for 4 of 4 words, and for 9 of 10 of espeak-ng alone; spoken like this it wrote
all ten down as they sound ("cosina", "paraguas").
"""

from __future__ import annotations

import subprocess

import numpy as np
import numpy.typing as npt
from hibari import SAMPLE_RATE as HIBARI_RATE
from hibari import Hibari

from duplex_cli.errors import UserError
from duplex_cli.speech.espeak import open_speaker
from duplex_cli.speech.loudness import levelled, trimmed
from duplex_cli.speech.synthesis import DEFAULT_VOICE, resampled

Samples = npt.NDArray[np.float32]

SEED = 0
"""Of hibari's noise part: the same words are always the same samples."""

TIMEOUT_S = 10.0
"""espeak-ng tells a word's sounds in milliseconds; after ten seconds it hangs."""

PHONEMES = {
    "tʃ": "ʧ", "dʒ": "ʤ", "aɪ": "I", "aʊ": "W", "ɔø": "Y", "eɪ": "A", "oʊ": "O", "ɔ̃": "ɔn", "ɑ̃": "ɑn",
    "ɛ̃": "æn", "ː": "", "a": "ɑ", "e": "ɛ", "o": "O", "θ": "s", "x": "h", "r": "ɹ", "ɲ": "nj", "ʎ": "j",
    "β": "b", "ɣ": "ɡ", "ʝ": "j", "ð": "d", "œ": "ɜɹ", "ø": "ɜɹ", "y": "u", "ʁ": "ɹ", "ç": "ʃ", "ɐ": "ɚ",
}  # fmt: skip
"""Sounds of Spanish, German and French (IPA, as espeak-ng writes it) -> the nearest that hibari's English
voice has (misaki's alphabet). What is not here and not in that alphabet is left out."""


class Accented:
    """hibari's voice with some words of another language. Not thread-safe."""

    def __init__(self, rate: float) -> None:
        """`rate` times hibari's own pace."""
        self._hibari = Hibari(voice=DEFAULT_VOICE, threads=1)
        self._rate = rate

    def say(self, before: str, foreign: str, language: str, after: str) -> Samples:
        """Three pieces of one sentence as float32[n] at 16 kHz, `foreign` in its own sounds.

        Raises UserError if espeak-ng, which knows these, is missing or does not know the language.
        """
        sounds = " ".join(
            part for part in (self._english(before), ipa(foreign, language), self._english(after))
        )
        wave = self._hibari.from_ids(
            self._hibari.ids(sounds.strip()), self._rate, np.random.default_rng(SEED)
        )
        return trimmed(levelled(resampled(np.asarray(wave, np.float32), HIBARI_RATE)))

    def _english(self, text: str) -> str:
        return " ".join(self._hibari.phonemize(text)).rstrip(" .") if text.strip() else ""


def ipa(words: str, language: str) -> str:
    """How words of a BCP-47 language sound, in hibari's alphabet. Raises UserError."""
    missing = f"no voice here speaks {language!r}; install espeak-ng, or leave out --spoken"
    if open_speaker(language) is None:  # espeak-ng itself falls back to English without a word
        raise UserError(missing)
    command = ["espeak-ng", "-q", "--ipa", "-v", language, "--stdin"]
    try:
        done = subprocess.run(
            command, input=words.encode(), capture_output=True, timeout=TIMEOUT_S, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise UserError(missing) from error
    sounds = " ".join(done.stdout.decode().split())
    for written, ours in PHONEMES.items():  # longer ones stand first
        sounds = sounds.replace(written, ours)
    return sounds
