"""Material of the hearing tests: speech made by hibari and espeak-ng, recordings, noises, word error."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
import soxr
from hibari import Hibari
from numpy.typing import NDArray

from duplex_cli.perception.ears import Ears
from duplex_cli.perception.transcriber import normalise, words_of
from duplex_cli.stream import SAMPLE_RATE, Percept

SHARED = Path(__file__).parents[2] / "shared"
CHUNK = SAMPLE_RATE // 5
"""200 ms, as the worker feeds them."""

MONOLOGUE = (
    "This morning I walked along the river before the shops had opened.",
    "The water was very still and a thin mist was hanging over the old stone bridge.",
    "A man was feeding the ducks from a paper bag and he told me that he comes here every day since he "
    "stopped working at the factory.",
    "We talked about the weather and about the new road that the council wants to build behind the church.",
    "He said that nobody in the village had asked for it.",
    "Then I bought bread, butter and a newspaper and went home to make breakfast for the children.",
    "My daughter wanted eggs and my son wanted pancakes, so in the end we had both.",
    "After breakfast we packed a bag with towels and sandwiches and drove to the lake.",
    "The road was almost empty because most people were still asleep.",
    "At the lake we rented a small boat and rowed to the island in the middle.",
    "The children collected shells and built a castle out of wet sand.",
    "In the afternoon the wind became stronger and dark clouds came over the hills, so we rowed back as fast "
    "as we could and reached the car just before the rain began.",
    "On the way home we stopped at a farm and bought a basket of apples.",
    "The dog slept on the back seat and snored so loudly that nobody could hear the radio.",
    "In the evening we cooked soup and told stories by the fire until everybody was tired.",
)

SPANISH = (
    "El tren sale a las ocho de la mañana desde la estación central.",
    "Mi hermana vive en una casa pequeña cerca del río.",
    "Mañana por la tarde vamos a visitar el museo con los niños.",
    "¿Puede decirme dónde está la farmacia más cercana?",
    "El médico dijo que debo descansar y beber mucha agua.",
    "Ayer llovió toda la noche y las calles están mojadas.",
    "Necesito dos billetes para el concierto del sábado.",
    "La reunión empieza a las tres y termina a las cinco.",
)

COMMANDS = ("okay stop", "stop", "yes", "pause the timer", "never mind", "mute")


@cache
def _voice() -> Hibari:
    return Hibari()


@cache
def english(text: str, seed: int = 1) -> NDArray[np.float32]:
    """`text` spoken by hibari: float32[n] at 16 kHz."""
    return soxr.resample(np.asarray(_voice()(text, seed=seed), np.float32), 24_000, SAMPLE_RATE)


@cache
def spanish(text: str) -> NDArray[np.float32]:
    """`text` spoken by espeak-ng: float32[n] at 16 kHz."""
    wav = subprocess.run(
        ["espeak-ng", "-v", "es", "-s", "140", "-a", "70", "--stdout", text], check=True, capture_output=True
    ).stdout
    samples, rate = soundfile.read(io.BytesIO(wav), dtype="float32")
    return soxr.resample(samples, rate, SAMPLE_RATE)


def sounding(samples: NDArray[np.float32], level: float = 0.01) -> NDArray[np.float32]:
    """Without the silence at both ends."""
    loud = np.flatnonzero(np.abs(samples) > level)
    return samples[loud[0] : loud[-1] + 1]


def without_pauses(clips: Iterable[NDArray[np.float32]], gap_s: float = 0.08) -> NDArray[np.float32]:
    """Clips in a row, every pause in and between them cut to `gap_s`: somebody who never takes a breath."""
    hop, keep = SAMPLE_RATE // 100, round(gap_s * 100)
    parts: list[NDArray[np.float32]] = []
    for clip in clips:
        sound = sounding(clip)
        quiet = 0
        for begin in range(0, len(sound), hop):
            piece = sound[begin : begin + hop]
            quiet = quiet + 1 if np.abs(piece).max() < 0.01 else 0
            if quiet <= keep:
                parts.append(piece)
        parts.append(np.zeros(keep * hop, np.float32))
    return np.concatenate(parts)


def recording(name: str) -> NDArray[np.float32]:
    """A wav file below shared/data, which has 16 kHz mono only."""
    samples, rate = soundfile.read(SHARED / "data" / name, dtype="float32")
    assert rate == SAMPLE_RATE
    return np.asarray(samples, np.float32)


def noises(seconds: float) -> dict[str, NDArray[np.float32]]:
    """Sounds in which there is no word."""
    rng = np.random.default_rng(3)
    n = round(seconds * SAMPLE_RATE)
    clicks = np.zeros(n)
    for at in rng.integers(0, n - 400, round(8 * seconds)):  # a fast typist's eight keys a second
        clicks[at : at + 300] += rng.normal(0, 0.5, 300) * np.exp(-np.arange(300) / 60)
    sounds = {
        "silence": np.zeros(n),
        "hiss": rng.normal(0, 0.05, n),
        "loud hiss": rng.normal(0, 0.3, n),
        "rumble": np.cumsum(rng.normal(0, 0.0015, n)),
        "hum": 0.2 * np.sin(2 * np.pi * 50 * np.arange(n) / SAMPLE_RATE),
        "clicks": clicks,
    }
    for path in sorted((SHARED / "data/noise").glob("*.wav")):
        sounds[path.stem] = soundfile.read(path, dtype="float32")[0]
    return {name: np.clip(sound, -1, 1).astype(np.float32) for name, sound in sounds.items()}


def hear(
    ears: Ears, samples: NDArray[np.float32], start_s: float = 0.0, lead_s: float = 0.5, tail_s: float = 1.0
) -> list[tuple[float, Percept]]:
    """Feed silence, `samples` and silence in 200 ms chunks; (end of the chunk that told it, percept)."""
    lead, tail = (np.zeros(round(s * SAMPLE_RATE), np.float32) for s in (lead_s, tail_s))
    signal = np.concatenate([lead, samples, tail])
    told: list[tuple[float, Percept]] = []
    for begin in range(0, len(signal), CHUNK):
        chunk = signal[begin : begin + CHUNK]
        percepts = ears.feed(chunk, start_s + begin / SAMPLE_RATE)
        told += [(start_s + (begin + len(chunk)) / SAMPLE_RATE, percept) for percept in percepts]
    end_s = start_s + len(signal) / SAMPLE_RATE
    return told + [(end_s, percept) for percept in ears.finish()]


def text_of(told: Iterable[tuple[float, Percept]]) -> str:
    return " ".join(percept.text for _, percept in told if percept.kind == "hear")


_SAME = {"ok": "okay", "1": "uno", "2": "dos", "3": "tres", "5": "cinco", "8": "ocho"}


def plain(text: str) -> list[str]:
    """Words for comparison; figures and "ok" in the spelling of the material."""
    return [_SAME.get(word, word) for word in map(normalise, words_of(text))]


def word_errors(wanted: list[str], got: list[str]) -> int:
    """Levenshtein distance in words."""
    row = list(range(len(got) + 1))
    for i, a in enumerate(wanted, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(got, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]
