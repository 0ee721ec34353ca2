"""Speaks the `hear` inputs of bench items with many voices, and keeps the sounds in the user's cache.

English is hibari's default voice at three pitches and paces (its others would have to be downloaded; of six
sentences in espeak-ng's English the transcriber lost content words in four). Other languages are espeak-ng's,
single words of them accent.py's. Which voice an item gets follows from its id alone.
"""

from __future__ import annotations

import functools
import hashlib
import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from duplex_cli.bench.accent import Accented
from duplex_cli.bench.items import Input, Item
from duplex_cli.bench.spoken import Utterance
from duplex_cli.errors import UserError
from duplex_cli.speech.espeak import open_speaker
from duplex_cli.speech.loudness import trimmed
from duplex_cli.speech.synthesis import DEFAULT_VOICE, Speaker, Voice, resampled
from duplex_cli.stream import SAMPLE_RATE

Samples = npt.NDArray[np.float32]

PITCHES = (0.85, 1.0, 1.1)
"""Of hibari's voice, times its own: a deeper and a higher speaker, spectrum and all. Within the spread of
adults' vocal tracts, which differ by some 15 % between the sexes (Peterson and Barney, 1952)."""

RATES = (0.75, 0.85, 0.95)
"""Paces of hibari: 2.4 to 3.2 words a second (3.5 at its own, counted on ten items), as in conversation."""

ESPEAK_RATES = (0.75, 0.8, 0.9)
"""Paces of espeak-ng, times 175 words a minute: its own default is hurried, above all for single words."""

SPANISH = "es-419"
"""Latin American: of three sentences Whisper read two nearly right, of European Spanish none."""

NOISE_SEED = 7
NOISE_S = 120.0
"""Length of the room noise, longer than any item of ours."""

KEY = "4"
"""Part of the cache's keys: raise it when what is made for the same words changes."""


class Utterer:
    """Voices by need; sounds by words, voice and pace in `folder`. Not thread-safe."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._voices = functools.cache(functools.partial(Voice, DEFAULT_VOICE))
        self._accented = functools.cache(Accented)
        self.used: set[str] = set()
        """Names of the voices that were asked for so far."""

    def utterances(self, item: Item, language: str = "en") -> dict[int, Utterance]:
        """All `hear` inputs of an item by number, spoken; `language` is that of inputs that tell none.

        Raises UserError where espeak-ng is needed and not installed.
        """
        return {
            number: self._utterance(item.id, given, language)
            for number, given in enumerate(item.inputs)
            if given.hear.split()
        }

    def noise(self, level_db: float) -> Input:
        """Room noise (pink, seeded) of `level_db` dBFS as an input; the same samples for every item."""
        path = self._folder / f"noise{level_db:g}.wav"
        if not path.exists():
            rng = np.random.default_rng(NOISE_SEED)
            n = round(NOISE_S * SAMPLE_RATE)
            spectrum = np.fft.rfft(rng.normal(0.0, 1.0, n))
            spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
            spectrum[0] = 0.0
            room = np.fft.irfft(spectrum, n)
            room *= 10 ** (level_db / 20) / np.sqrt(np.square(room).mean())
            soundfile.write(path, np.clip(room, -1, 1).astype(np.float32), SAMPLE_RATE, subtype="FLOAT")
        return Input(at=0.0, wav=str(path))

    def _utterance(self, item_id: str, given: Input, language: str) -> Utterance:
        name, rate = self._voice(item_id, "en" if given.foreign else given.lang or language)
        key = hashlib.sha256(json.dumps([KEY, name, rate, given.hear, given.foreign, given.lang]).encode())
        wav = self._folder / f"{key.hexdigest()[:24]}.wav"
        if wav.exists():
            sound, _ = soundfile.read(wav, dtype="float32")
        else:
            sound = self._say(given, name, rate)
            soundfile.write(wav, sound, SAMPLE_RATE, subtype="PCM_16")
        return Utterance(str(wav), word_ends(given.hear, len(sound) / SAMPLE_RATE))

    def _voice(self, item_id: str, language: str) -> tuple[str, float]:
        """Name and pace of the voice that speaks `language` in an item: always the same for the same id."""
        draw = int.from_bytes(hashlib.sha256(item_id.encode()).digest()[:8], "big")
        if language.split("-")[0] == "es":
            name, rates = f"espeak:{SPANISH}", ESPEAK_RATES
        elif language.split("-")[0] != "en":
            name, rates = f"espeak:{language}", ESPEAK_RATES
        else:
            name, rates = f"{DEFAULT_VOICE}@{PITCHES[draw // 64 % len(PITCHES)]}", RATES
        self.used.add(name)
        return name, rates[draw // 1024 % len(rates)]

    def _say(self, given: Input, name: str, rate: float) -> Samples:
        if name.startswith("espeak:"):
            return trimmed(_espeak(name.removeprefix("espeak:"), rate).say(given.hear))
        pitch = float(name.split("@")[1])
        if given.foreign:
            before, after = given.hear.split(given.foreign, 1)
            sound = self._accented(rate / pitch).say(before, given.foreign, given.lang, after)
        else:
            sound = self._voices(rate / pitch).say(given.hear)
        return trimmed(resampled(sound, round(SAMPLE_RATE * pitch)))


def _espeak(language: str, rate: float) -> Speaker:
    speaker = open_speaker(language, rate=rate)
    if speaker is None:
        raise UserError(f"no voice here speaks {language!r}; install espeak-ng, or leave out --spoken")
    return speaker


def word_ends(text: str, length_s: float) -> tuple[float, ...]:
    """When each word of an utterance of `length_s` seconds ends.

    Words take time in proportion to their letters plus one (docs/speech.md, Playback).
    """
    weights = np.cumsum([len(word) + 1 for word in text.split()])
    return tuple(float(length_s * w / weights[-1]) for w in weights)
