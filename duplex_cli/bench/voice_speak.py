"""Puts a dialogue's user into sound: many voices, laid at their times, in a room."""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from duplex_cli.bench import voice_room as room
from duplex_cli.bench.utter import PITCHES, RATES
from duplex_cli.bench.voice_items import Dialogue, Utterance
from duplex_cli.capture.media import AudioReader
from duplex_cli.errors import UserError
from duplex_cli.speech.espeak import EspeakVoice, open_speaker
from duplex_cli.speech.loudness import levelled, trimmed
from duplex_cli.speech.synthesis import DEFAULT_VOICE, Voice, resampled
from duplex_cli.stream import SAMPLE_RATE

Samples = room.Samples

ESPEAK = ("en-us", "en-gb", "en-gb-scotland", "en-us+f3", "en-gb+m3", "en-us+m7")
"""Variants of espeak-ng: robotic, but of other makers, pitches and accents than hibari."""

ESPEAK_RATE = 0.85
"""Times 175 words a minute: 150, as in conversation."""

SPARE_S = 0.4
"""Least silence before the end of a dialogue after its last sound."""

KEY = "voice-1"
"""Part of the cache's keys: raise it when what is made for the same words changes."""


@dataclass(frozen=True, slots=True)
class Laid:
    """An utterance on the track, in seconds of the dialogue."""

    given: Utterance
    start: float
    end: float


class UserVoices:
    """Speaks utterances; sounds by words and voice in `folder`. Not thread-safe."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._hibari = functools.cache(functools.partial(Voice, DEFAULT_VOICE))
        self.used: set[str] = set()

    def track(self, item: Dialogue, folder: Path) -> tuple[Samples, list[Laid]]:
        """The user's side of a dialogue as float32[duration * 16000], and where each utterance lies.

        `folder` is that of the items' file. Raises UserError where something does not fit or cannot be read.
        """
        seed = draw(item.id)
        total = round(item.duration * SAMPLE_RATE)
        track = np.zeros(total, np.float32)
        if item.noise_db is not None:
            track += room.noise(item.duration, item.noise_db, seed % 2**32)[:total]
        laid: list[Laid] = []
        for number, given in enumerate(item.user):
            dry = self.sound(item, given, number, folder) * 10 ** (given.gain_db / 20)
            wet = room.far(dry) if given.far else room.convolved(dry, room.tail())
            before = laid[-1].end if laid else 0.0
            start_s = given.at if given.at is not None else before + given.gap
            end_s = start_s + len(dry) / SAMPLE_RATE
            if end_s + SPARE_S > item.duration:
                raise UserError(
                    f"{item.id}: utterance {number + 1} ends at {end_s:.1f} s; make the duration longer"
                )
            start = round(start_s * SAMPLE_RATE)
            wet = wet[: total - start]
            track[start : start + len(wet)] += wet
            laid.append(Laid(given, start_s, end_s))
        return np.clip(track, -1.0, 1.0), laid

    def sound(self, item: Dialogue, given: Utterance, number: int, folder: Path) -> Samples:
        if given.sound:
            return room.bodily(given.sound, draw(f"{item.id}/{number}") % 2**32)
        if given.wav:
            reader = AudioReader(folder / given.wav)
            return trimmed(reader.take(round(item.duration * SAMPLE_RATE)))
        voice = given.voice or default_voice(item.id)
        self.used.add(voice)
        rate = RATES[draw(item.id) // 1024 % len(RATES)]
        key = hashlib.sha256(json.dumps([KEY, voice, rate, given.say]).encode()).hexdigest()[:24]
        path = self._folder / f"{key}.wav"
        if path.exists():
            return np.asarray(soundfile.read(path, dtype="float32")[0], np.float32)
        sound = self._spoken(given.say, voice, rate)
        if not len(sound):
            raise UserError(f"{item.id}: {given.say!r} cannot be spoken; write words")
        soundfile.write(path, sound, SAMPLE_RATE, subtype="PCM_16")
        return sound

    def _spoken(self, words: str, voice: str, rate: float) -> Samples:
        maker, _, name = voice.partition("@" if voice.startswith("hibari") else ":")
        if maker == "hibari":
            pitch = _pitch(voice, name)
            sound = self._hibari(rate / pitch).say(words)
            return trimmed(resampled(sound, round(SAMPLE_RATE * pitch)))
        if maker != "espeak" or not name:
            raise UserError(f"no voice {voice!r} here; write hibari@1.1 or espeak:en-gb")
        if open_speaker("es") is None:
            raise UserError("espeak-ng is missing; install it, or leave out the items with its voices")
        return levelled(trimmed(EspeakVoice(name, ESPEAK_RATE).say(words)))


def _pitch(voice: str, name: str) -> float:
    try:
        pitch = float(name)
    except ValueError as error:
        raise UserError(f"no voice {voice!r} here; write hibari@1.1 or espeak:en-gb") from error
    if not 0.7 <= pitch <= 1.4:
        raise UserError(f"voice {voice!r}: the pitch must lie between 0.7 and 1.4")
    return pitch


def draw(text: str) -> int:
    """A number that depends on the text alone."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def default_voice(item_id: str) -> str:
    """Of an item that names none: hibari at one of three pitches, or for one of four items espeak-ng."""
    n = draw(item_id)
    if n % 4 == 0 and open_speaker("es") is not None:
        return f"espeak:{ESPEAK[n // 4 % len(ESPEAK)]}"
    return f"hibari@{PITCHES[n // 64 % len(PITCHES)]}"
