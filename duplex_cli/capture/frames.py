"""What there is to look at: one small contract, and the choice among its sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from duplex_cli.capture.privacy import PrivacyRules

Frame: TypeAlias = npt.NDArray[np.uint8]
"""uint8[height, width, 3], RGB."""

FrameKind = Literal["screen", "camera", "video", "folder", "none"]

SCREEN_FPS = 5.0
"""Looks a second at screen material: one each micro-turn of 200 ms, which is all that can be told apart."""


NO_RULES = PrivacyRules()


@dataclass(frozen=True, slots=True)
class FrameSpec:
    """Everything needed to open a source in another process; plain data, picklable."""

    kind: FrameKind
    path: str = ""
    """The video file or the folder of pictures; for a camera, a device path or address, or empty."""
    monitor: int = 0
    """0 is the whole desktop, 1 the first monitor, and so on; for a camera, its number from 0."""
    region: tuple[int, int, int, int] | None = None
    """x, y, width, height in pixels of the desktop."""
    window: str = ""
    """Part of a window's title, in any case."""
    fps: float = SCREEN_FPS
    """Most frames a second from recorded material; 0 is every frame (for movement)."""
    scale: float = 1.0
    """Pixels of the screen for one of the picture: 2 on a HiDPI screen whose type is twice as large."""
    privacy: PrivacyRules = NO_RULES
    """Windows of the screen that are not looked at."""


class FrameSource(Protocol):
    """A screen, a camera, or a recording in their place."""

    def read(self, until_s: float) -> list[tuple[float, Frame]]:
        """(session time, frame) of what is new, oldest first.

        A live source looks now and calls it `until_s`; a recording gives all not yet given up to then.
        """
        ...

    @property
    def ended(self) -> bool:
        """Nothing more will come."""
        ...

    @property
    def withheld(self) -> str:
        """What privacy keeps out now, in a few words for the view; empty if nothing."""
        ...

    def close(self) -> None: ...


class NoFrames:
    """Nothing to look at."""

    ended = True
    withheld = ""

    def read(self, until_s: float) -> list[tuple[float, Frame]]:
        return []

    def close(self) -> None:
        pass


def open_source(spec: FrameSpec) -> FrameSource:
    """The source that a spec describes, opened. Raises UserError if it cannot be had."""
    # Imported here, because each pulls in native libraries that the other kinds do not need.
    if spec.kind == "screen":
        from duplex_cli.capture.screen import ScreenSource

        return ScreenSource(spec.monitor, spec.region, spec.window, spec.privacy, spec.scale)
    if spec.kind == "camera":
        from duplex_cli.capture.camera import CameraSource

        return CameraSource(spec.path or spec.monitor)
    if spec.kind == "video":
        from duplex_cli.capture.recorded import VideoSource

        return VideoSource(spec.path, spec.fps)
    if spec.kind == "folder":
        from duplex_cli.capture.recorded import FolderSource

        return FolderSource(spec.path, spec.fps)
    return NoFrames()
