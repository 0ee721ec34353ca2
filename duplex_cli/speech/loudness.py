"""Trims, levels and pads synthesized speech, so that it begins when it is said to begin. Pure."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from duplex_cli.stream import SAMPLE_RATE

Samples = npt.NDArray[np.float32]

TARGET_DBFS = -20.0
"""RMS of the speech, silences left out, dBFS: the usual speech level of telephony and voice chat, with room
for the crest of about 15 dB that hibari's voice has."""

PEAK_LIMIT = 0.89
"""Largest sample, -1 dBFS: the gain is lowered where a peak would exceed it, so nothing is ever clipped."""

MAX_GAIN_DB = 30.0
"""Most that a clip is raised: hibari speaks at -27 dBFS and its faintest single vowel at -36."""

WINDOW_S = 0.005
"""Window over which loudness is measured, seconds: one period of a 200 Hz voice."""

ONSET_DB = 40.0
"""Speech begins at the first window within 40 dB of the loudest. hibari's own silences lie 60 to 120 dB
down, the fricatives that begin "five" or "three" 25 to 40 dB down (measured on 14 clips)."""

LEAD_S = 0.01
"""Kept before the onset, seconds, faded in: no attack is clipped, and speech still begins within 20 ms."""

RELEASE_S = 0.04
"""Kept after the last window within ONSET_DB, seconds, faded out."""

PAUSES_S = {".": 0.25, "!": 0.25, "?": 0.25, "…": 0.3, ":": 0.15, ";": 0.15, ",": 0.12, "-": 0.12, "—": 0.12}
"""Silence after a clause by its last mark, seconds, because the next one follows at once. About a third of
hibari's own (0.3 s before and 0.45 s after each sentence): the making of the next clause may add to it."""

PAUSE_S = 0.05
"""The same after a clause without a mark."""


def onset_and_end(speech: Samples) -> tuple[int, int]:
    """(first, past the last) sample of the windows within ONSET_DB of the loudest; (0, 0) for silence."""
    window = round(WINDOW_S * SAMPLE_RATE)
    count = -(-len(speech) // window)
    padded = np.zeros(count * window, np.float32)
    padded[: len(speech)] = speech
    power = np.square(padded.reshape(count, window)).mean(axis=1)
    if count == 0 or power.max() <= 0.0:
        return 0, 0
    loud = np.flatnonzero(power >= power.max() * 10 ** (-ONSET_DB / 10))
    return int(loud[0]) * window, min((int(loud[-1]) + 1) * window, len(speech))


def trimmed(speech: Samples) -> Samples:
    """Speech without the silence around it: at most LEAD_S before, RELEASE_S after, both faded.

    float32[n] at 16 kHz in and out; empty for silence.
    """
    onset, end = onset_and_end(speech)
    if end == 0:
        return np.zeros(0, np.float32)
    first = max(onset - round(LEAD_S * SAMPLE_RATE), 0)
    last = min(end + round(RELEASE_S * SAMPLE_RATE), len(speech))
    out = speech[first:last].copy()
    lead, release = onset - first, last - end
    out[:lead] *= np.linspace(0.0, 1.0, lead, endpoint=False, dtype=np.float32)
    out[len(out) - release :] *= np.linspace(1.0, 0.0, release, dtype=np.float32)
    return out


def levelled(speech: Samples) -> Samples:
    """Speech at TARGET_DBFS, unless its peak would exceed PEAK_LIMIT or it needed more than MAX_GAIN_DB."""
    onset, end = onset_and_end(speech)
    if end == 0:
        return speech
    rms = float(np.sqrt(np.square(speech[onset:end]).mean()))
    gain = min(
        10 ** (TARGET_DBFS / 20) / rms, PEAK_LIMIT / float(np.abs(speech).max()), 10 ** (MAX_GAIN_DB / 20)
    )
    return (speech * gain).astype(np.float32)


def pause_after(text: str) -> float:
    """Seconds of silence that should follow a clause before the next one of the same remark."""
    last = text.rstrip().rstrip("\"'”’)]»*_`")[-1:]
    return PAUSES_S.get(last, PAUSE_S)


def clause_clip(sentences: list[Samples], text: str) -> Samples:
    """One clip of a clause's sentences as synthesized: trimmed, joined, levelled, with its pause."""
    parts: list[Samples] = []
    for sentence in sentences:
        if len(speech := trimmed(sentence)):
            parts += [speech, np.zeros(round(PAUSES_S["."] * SAMPLE_RATE), np.float32)]
    if not parts:
        return np.zeros(0, np.float32)
    pause = np.zeros(round(pause_after(text) * SAMPLE_RATE), np.float32)
    return np.concatenate([levelled(np.concatenate(parts[:-1])), pause])
