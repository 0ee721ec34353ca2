"""Sound and pictures on their way to a native model: their names, and where they are had from.

A percept of kind "sound" or "look" names its medium in `frame`: "mic:48000+3200" is 3,200 samples of the
microphone's track from sample 48,000 on, anything else a picture in the journal's `frames`. Live the media
come out of memory, in replay out of the journal: the very same numbers (`as_recorded`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
import soundfile
from numpy.typing import NDArray

from duplex_cli.errors import UserError
from duplex_cli.interaction.media import Medium, Picture, Sound
from duplex_cli.session.journal import FRAMES
from duplex_cli.stream import Percept

KINDS = ("sound", "look")
"""Kinds of percepts that bring a medium."""

KEPT = 128
"""Media kept in memory: those of the 60 lines that a restarted model is given back, with room to spare."""

MIC_TRACK = "mic.flac"
_SOUND = re.compile(r"mic:(\d+)\+(\d+)")


def sound_name(start: int, count: int) -> str:
    """Name of `count` samples of the microphone's track from sample `start` on."""
    return f"mic:{start}+{count}"


def media_of(percepts: Iterable[Percept]) -> tuple[str, ...]:
    """Names of the media that come with percepts, in their order."""
    return tuple(p.frame for p in percepts if p.kind in KINDS)


def as_recorded(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Sound as it comes back from the journal's 16-bit FLAC: rounded to 1/32768 and clipped, as libsndfile
    does where clipping is on (flac.c, f2flac16_clip_array; soundfile turns it on)."""
    steps = np.clip(np.rint(samples * np.float32(32768.0)), -32768.0, 32767.0)
    return (steps / np.float32(32768.0)).astype(np.float32)


class MediaStore:
    """The last media of a live session."""

    def __init__(self) -> None:
        self._media: dict[str, Medium] = {}

    def put(self, name: str, medium: Medium) -> None:
        self._media[name] = medium
        while len(self._media) > KEPT:
            del self._media[next(iter(self._media))]

    def get(self, name: str) -> Medium | None:
        """The medium of that name, or None if it is too old."""
        return self._media.get(name)


class RecordedMedia:
    """The media of a recorded session."""

    def __init__(self, folder: Path) -> None:
        """`folder` is the journal's."""
        self._folder = folder

    def get(self, name: str) -> Medium:
        """The medium of that name. Raises UserError if the recording does not hold it."""
        match = _SOUND.fullmatch(name)
        return self._sound(int(match[1]), int(match[2])) if match else self._picture(name)

    def _sound(self, start: int, count: int) -> Sound:
        path = self._folder / MIC_TRACK
        try:
            samples, _ = soundfile.read(path, frames=count, start=start, dtype="float32")
        except (OSError, soundfile.LibsndfileError) as error:
            raise UserError(f"{path} cannot be read ({error}); the session cannot be replayed") from error
        if len(samples) < count:
            raise UserError(f"{path} ends before sample {start + count}; the session cannot be replayed")
        return Sound(np.asarray(samples, np.float32))

    def _picture(self, name: str) -> Picture:
        path = self._folder / FRAMES / name
        if Path(name).name != name or not path.is_file():
            raise UserError(f"the picture {name} is not in {self._folder}; the session cannot be replayed")
        pixels = cv2.imread(str(path), cv2.IMREAD_COLOR)
        if pixels is None:
            raise UserError(f"{path} is damaged; the session cannot be replayed")
        return Picture(np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), np.uint8))
