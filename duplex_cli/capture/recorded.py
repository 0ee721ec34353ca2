"""Recorded pictures in place of a screen or camera: a video file, or a folder of pictures."""

from __future__ import annotations

import math
import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from av.error import FFmpegError

from duplex_cli.capture.frames import SCREEN_FPS, Frame
from duplex_cli.capture.media import existing, folder_pictures, moving, open_container
from duplex_cli.errors import UserError

SAME_LOOK_S = 1e-6
"""Slack for comparing times that were computed on different ways."""

_SECONDS = re.compile(r"\d+(\.\d+)?")
_NUMBERED = re.compile(r".*?[_\-](\d+)")


class _Looks:
    """Which frames a live source would have seen that looks at 0, 1/fps, 2/fps …: at each look the newest.

    So the last of a burst of changes is never lost, and the outcome does not depend on how `read` is called.
    """

    def __init__(self, timeline: Iterator[tuple[float, Any]], fps: float) -> None:
        """`timeline`: (seconds, something to be decoded), in order of time; `fps` 0 is every frame."""
        self._timeline = timeline
        self._fps = fps
        self._next = next(timeline, None)
        self._held: tuple[float, Any] | None = None

    def upto(self, until_s: float) -> Iterator[tuple[float, Any]]:
        until_s += SAME_LOOK_S
        while True:
            newest = self._held or self._next
            if newest is None or newest[0] > until_s:
                return
            if self._held is None:
                self._advance()
            look = self._look(newest[0])
            while self._fps and self._next is not None and self._next[0] <= min(look + SAME_LOOK_S, until_s):
                newest = self._next
                self._advance()
            self._held = newest
            if look > until_s:
                return
            self._held = None
            yield newest

    def _look(self, at: float) -> float:
        """When the frame of that time is looked at."""
        return at if self._fps == 0 else math.ceil((at - SAME_LOOK_S) * self._fps) / self._fps

    def _advance(self) -> None:
        self._next = next(self._timeline, None)

    @property
    def over(self) -> bool:
        return self._next is None and self._held is None


class VideoSource:
    """The pictures of a video (mp4, mkv, webm, gif …) at their own time stamps, from the file's start."""

    withheld = ""

    def __init__(self, path: str | Path, fps: float = SCREEN_FPS) -> None:
        """`fps`: at most so many a second, 0 for all. Raises UserError if it has no readable pictures."""
        self.path = existing(path)
        self._container = open_container(self.path)
        streams = moving(self._container)
        if not streams:
            self._container.close()
            raise UserError(f"{self.path} has no pictures; give a video such as screen.mp4")
        self._stream = streams[0]
        self._stream.thread_type = "NONE"  # one core is enough, and the rest belongs to the model
        self._start = (self._container.start_time or 0) / av.time_base
        self._looks = _Looks(self._frames(), fps)
        if self._looks.over:
            self._container.close()
            raise UserError(f"no picture of {self.path} can be decoded; give another video")

    def _frames(self) -> Iterator[tuple[float, Any]]:
        last = -math.inf
        for packet in self._container.demux(self._stream):
            try:
                frames = packet.decode()
            except FFmpegError:
                continue  # a damaged packet is a picture less, not the end
            for frame in frames:
                at = max(0.0, frame.time - self._start) if frame.time is not None else max(0.0, last)
                if at >= last:
                    last = at
                    yield at, frame

    def read(self, until_s: float) -> list[tuple[float, Frame]]:
        return [(at, _upright(frame)) for at, frame in self._looks.upto(until_s)]

    @property
    def ended(self) -> bool:
        return self._looks.over

    def close(self) -> None:
        self._container.close()


def _upright(frame: Any) -> Frame:
    """RGB, turned as the recording says (telephones store upright pictures on their side)."""
    picture = frame.to_ndarray(format="rgb24")
    turns = round(frame.rotation / 90) % 4  # degrees, counter-clockwise
    return np.ascontiguousarray(np.rot90(picture, turns)) if turns else picture


class FolderSource:
    """A folder of .png and .jpg pictures, each at the time that its name tells.

    All names numbers, such as `3.png` and `12.5.png`: seconds. All ending in a number after _ or -, such
    as `frame_000123.png`: pictures counted at `fps` a second, the lowest number at 0 s. Otherwise: in
    order of their names, `fps` a second. Pictures that cannot be read are left out and counted.
    """

    withheld = ""

    def __init__(self, folder: str | Path, fps: float = SCREEN_FPS) -> None:
        """Raises UserError if it is not a folder with at least one readable picture."""
        self.path = existing(folder)
        if not self.path.is_dir():
            raise UserError(f"{self.path} is not a folder; give a folder of .png or .jpg pictures")
        self._pictures = deque(_timed(folder_pictures(self.path), fps or SCREEN_FPS))
        self.damaged: list[str] = []
        """Names of the pictures met so far that could not be read."""
        self._drop_damaged()
        if not self._pictures:
            raise UserError(
                f"the folder {self.path} holds no picture that can be read; put .png or .jpg into it"
            )

    def _drop_damaged(self) -> None:
        while self._pictures and _picture(self._pictures[0][1]) is None:
            self.damaged.append(self._pictures.popleft()[1].name)

    def read(self, until_s: float) -> list[tuple[float, Frame]]:
        seen: list[tuple[float, Frame]] = []
        while self._pictures and self._pictures[0][0] <= until_s + SAME_LOOK_S:
            at, path = self._pictures.popleft()
            picture = _picture(path)
            if picture is None:
                self.damaged.append(path.name)
            else:
                seen.append((at, picture))
        return seen

    @property
    def ended(self) -> bool:
        return not self._pictures

    def close(self) -> None:
        self._pictures.clear()


def _timed(pictures: list[Path], fps: float) -> list[tuple[float, Path]]:
    stems = [path.stem for path in pictures]
    if all(_SECONDS.fullmatch(stem) for stem in stems):
        times = [float(stem) for stem in stems]
    elif all(numbers := [_NUMBERED.fullmatch(stem) for stem in stems]):
        counted = [int(number.group(1)) for number in numbers if number]
        times = [(count - min(counted)) / fps for count in counted]
    else:
        times = [index / fps for index in range(len(pictures))]
    return sorted(zip(times, pictures, strict=True), key=lambda timed: timed[0])


def _picture(path: Path) -> Frame | None:
    """RGB, or None if it cannot be read. By way of bytes, as OpenCV cannot open every name on Windows."""
    try:
        data = np.fromfile(path, dtype=np.uint8)
    except OSError:
        return None
    picture = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    if picture is None:
        return None
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), dtype=np.uint8)
