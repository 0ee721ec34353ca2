"""Speaks the `hear` inputs of bench items with many voices, and keeps the sounds in the user's cache.

English is hibari's (its five voices, and espeak-ng's for every sixth item), words of other languages are
espeak-ng's, put between the English ones. Which voice and pace an item gets follows from its id alone.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from duplex_cli.bench.items import Input, Item
from duplex_cli.bench.spoken import Utterance
from duplex_cli.errors import UserError
from duplex_cli.speech.espeak import EspeakVoice, open_speaker
from duplex_cli.speech.loudness import levelled, trimmed
from duplex_cli.speech.synthesis import Speaker, Voice, voices
from duplex_cli.stream import SAMPLE_RATE

Samples = npt.NDArray[np.float32]

RATES = (0.9, 1.0, 1.1)
"""Paces of hibari: 2.4 to 3.1 words a second, about what people take in conversation."""

ESPEAK_RATES = (0.75, 0.85, 0.95)
"""Paces of espeak-ng, times 175 words a minute: its own default is hurried, above all for single words."""

ESPEAK_ENGLISH = ("en-us", "en-gb")
ESPEAK_SHARE = 6
"""One item in so many is all espeak-ng's: a robot's voice, but another timbre than hibari's net."""

SPANISH = ("es", "es-419")

GAP_S = 0.04
"""Silence where one voice hands over to the other inside a sentence: that of a stop consonant."""

NOISE_SEED = 7
NOISE_S = 120.0
"""Length of the room noise, longer than any item of ours."""

KEY = "2"
"""Part of the cache's keys: raise it when what is made for the same words changes."""


class Utterer:
    """Voices by need; sounds by words, voice and pace in `folder`. Not thread-safe."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._speakers: dict[tuple[str, float], Speaker] = {}
        self._missing: set[str] = set()
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
        pieces = [
            (text, *self._voice(item_id, spoken)) for text, spoken in pieces_of(given, language) if text
        ]
        key = hashlib.sha256(json.dumps([KEY, pieces]).encode()).hexdigest()[:24]
        wav, about = self._folder / f"{key}.wav", self._folder / f"{key}.json"
        if wav.exists() and about.exists():
            return Utterance(str(wav), tuple(json.loads(about.read_text(encoding="utf-8"))))
        clips = [(text, self._say(text, name, rate)) for text, name, rate in pieces]
        sound, ends = joined(clips)
        soundfile.write(wav, sound, SAMPLE_RATE, subtype="PCM_16")
        about.write_text(json.dumps(ends), encoding="utf-8")
        return Utterance(str(wav), tuple(ends))

    def _voice(self, item_id: str, language: str) -> tuple[str, float]:
        """Name and pace of the voice that speaks `language` in an item: always the same for the same id."""
        draw = int.from_bytes(hashlib.sha256(item_id.encode()).digest()[:8], "big")
        if language.split("-")[0] == "es":
            name, rates = f"espeak:{SPANISH[draw % len(SPANISH)]}", ESPEAK_RATES
        elif language.split("-")[0] != "en":
            name, rates = f"espeak:{language}", ESPEAK_RATES
        elif draw // 8 % ESPEAK_SHARE == 0 and shutil.which("espeak-ng"):
            name, rates = f"espeak:{ESPEAK_ENGLISH[draw % len(ESPEAK_ENGLISH)]}", ESPEAK_RATES
        else:
            name, rates = self._hibari(draw // 64), RATES
        self.used.add(name)
        return name, rates[draw // 1024 % len(rates)]

    def _hibari(self, draw: int) -> str:
        """One of hibari's voices; the one that comes with it where another cannot be downloaded."""
        known = voices()
        chosen = known[draw % len(known)]
        if not chosen.present and chosen.name not in self._missing:
            try:
                Voice(chosen.name)
            except UserError:
                self._missing.add(chosen.name)
        return known[0].name if chosen.name in self._missing else chosen.name

    def _say(self, text: str, name: str, rate: float) -> Samples:
        if (name, rate) not in self._speakers:
            self._speakers[name, rate] = _open(name, rate)
        return trimmed(self._speakers[name, rate].say(text))


def _open(name: str, rate: float) -> Speaker:
    if not name.startswith("espeak:"):
        return Voice(name, rate)
    language = name.removeprefix("espeak:")
    speaker = EspeakVoice(language, rate) if language.startswith("en") else open_speaker(language, rate=rate)
    if speaker is None:
        raise UserError(f"no voice here speaks {language!r}; install espeak-ng, or leave out --spoken")
    return speaker


def pieces_of(given: Input, language: str) -> list[tuple[str, str]]:
    """(words, language) one after the other: the foreign words of an input apart from the rest."""
    if not given.foreign:
        return [(given.hear, given.lang or language)]
    before, after = given.hear.split(given.foreign, 1)
    rest = after.lstrip(".,;:!?")
    pieces = [(before.strip(), "en"), (given.foreign, given.lang or language), (rest.strip(), "en")]
    return [(text, spoken) for text, spoken in pieces if any(c.isalnum() for c in text)]


def joined(clips: Sequence[tuple[str, Samples]]) -> tuple[Samples, list[float]]:
    """Clips of words one after the other, and when each word ends, seconds.

    Inside a clip words take time in proportion to their letters plus one (docs/speech.md, Playback).
    """
    parts: list[Samples] = []
    ends: list[float] = []
    begin = 0.0
    for text, clip in clips:
        if parts:
            parts.append(np.zeros(round(GAP_S * SAMPLE_RATE), np.float32))
            begin += GAP_S
        weights = np.cumsum([len(word) + 1 for word in text.split()])
        length = len(clip) / SAMPLE_RATE
        ends += [float(begin + length * w / weights[-1]) for w in weights]
        parts.append(clip)
        begin += length
    return levelled(np.concatenate(parts)), [round(end, 4) for end in ends]
