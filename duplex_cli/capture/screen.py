"""The screen, looked at with mss: the whole desktop, a monitor, a region or one window."""

from __future__ import annotations

import contextlib
import ctypes
import sys
from typing import Any

import cv2
import mss
import numpy as np
from mss.exception import ScreenShotError

from duplex_cli.capture.frames import Frame
from duplex_cli.capture.privacy import Hidden, Mask, PrivacyRules, hidden
from duplex_cli.capture.windows import INSTEAD, Desktop, check_display, find_window, open_desktop
from duplex_cli.errors import UserError

Box = dict[str, int]
"""left, top, width, height in pixels of the desktop, as mss takes it."""

CORE_GRAPHICS = "/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics"


UNTOLD = "private windows cannot be told apart here"
"""Said where nothing was denied by name, and the platform does not tell which windows there are."""

_GONE = (OSError, ScreenShotError, AssertionError)
"""What mss and python-xlib raise when the X server is gone; mss only asserts that an answer came."""


class ScreenSource:
    """Looks at the screen once for every `read`. A window is followed as it moves.

    A window is cut out of what the desktop shows: where another covers it, that other one is seen.
    What the privacy rules deny is black in every frame; a frame during which windows moved is given up.
    """

    ended = False

    def __init__(
        self,
        monitor: int = 0,
        region: tuple[int, int, int, int] | None = None,
        window: str = "",
        privacy: PrivacyRules | None = None,
        scale: float = 1.0,
    ) -> None:
        """`monitor` 0 is the whole desktop; `region` is x, y, width, height; `window` part of a title.

        Pictures are made smaller by `scale`; places stay in pixels of the desktop.

        Raises UserError without a display or permission, or if there is no such monitor, place or window,
        or if windows are to be kept out and the platform does not tell them apart.
        """
        _check_permission()
        self._window = window
        self._scale = scale
        self._privacy = privacy or PrivacyRules(private=False)
        self._mask = Mask(only_allowed=bool(self._privacy.allow))
        self.withheld = ""
        self._desktop: Desktop | None = None
        self._grabber: Any = None
        try:
            self._connect()
            self._box = self._first_box(monitor, region)
            if self._privacy.strict and self._hidden() is None:
                raise UserError(
                    "privacy.deny or privacy.allow is set, but there is no window manager that tells which "
                    f"window is on top, so nothing is captured; remove those keys, or {INSTEAD}"
                )
        except UserError:
            self.close()
            raise

    def _connect(self) -> Any:
        check_display()
        needed = self._window or self._privacy.strict
        try:
            self._desktop = open_desktop() if sys.platform.startswith("linux") or needed else None
        except UserError as error:
            if not self._privacy.strict:
                raise
            raise UserError(
                f"privacy.deny or privacy.allow is set, but {error}: nothing is captured"
            ) from error
        if self._desktop is not None and self._desktop.hidden:
            raise UserError(
                "this is a Wayland session, in which the desktop looks black to programs; "
                f"log in with an X11 (Xorg) session, or {INSTEAD}"
            )
        self._grabber = _grabber()
        return self._grabber

    def _first_box(self, monitor: int, region: tuple[int, int, int, int] | None) -> Box:
        monitors = self._grabber.monitors
        if self._window:
            return self._window_box() or self._no_window()
        if region is not None:
            box = _inside(dict(zip(("left", "top", "width", "height"), region, strict=True)), monitors[0])
            if box is None:
                raise UserError(f"the region {region} lies outside the desktop; {_desktop_size(monitors[0])}")
            return box
        if not 0 <= monitor < len(monitors):
            raise UserError(
                f"there is no monitor {monitor}; choose 1 to {len(monitors) - 1}, or 0 for the whole desktop"
            )
        return monitors[monitor]

    def _window_box(self) -> Box | None:
        """Where the window is now, cut to the desktop; None while it is gone, minimized or outside."""
        window = find_window(self._desktop.windows(), self._window) if self._desktop is not None else None
        if window is None:
            return None
        box = {"left": window.x, "top": window.y, "width": window.width, "height": window.height}
        return _inside(box, self._grabber.monitors[0])

    def _no_window(self) -> Box:
        titles = [window.title for window in self._desktop.windows()] if self._desktop else []
        there = ", ".join(f'"{title}"' for title in titles) or "none has a title"
        raise UserError(f'there is no visible window "{self._window}"; the windows: {there}')

    def read(self, until_s: float) -> list[tuple[float, Frame]]:
        try:
            grabber: Any = self._grabber or self._connect()
            frame = self._grab(grabber, until_s)
        except (*_GONE, UserError):
            self.close()  # the next look begins with a new connection
            return []
        return [] if frame is None else [(until_s, smaller(frame, self._scale))]

    def _grab(self, grabber: Any, at_s: float) -> Frame | None:
        """One look, with the windows asked for before and after it; None where nothing may be seen."""
        kept = self._hidden()
        if kept is None:
            if self._privacy.strict:
                self.withheld = "not looking: windows cannot be told apart"
                return None
            self.withheld = UNTOLD if self._privacy.any else ""
        elif kept.everything:
            self.withheld = "not looking: a private window is in front"
            return None
        box = self._window_box() if self._window else self._box
        if box is None:
            return None
        shot = grabber.grab(box)
        if kept is None:
            return rgb(np.asarray(shot))
        if self._desktop is None or self._desktop.moved():
            return None  # what lay on top while the picture was taken is not known
        frame = rgb(np.asarray(shot))
        self._mask.apply(frame, box["left"], box["top"], kept, at_s)
        self.withheld = f"{kept.windows} window{'s' * (kept.windows > 1)} hidden" if kept.windows else ""
        return frame

    def _hidden(self) -> Hidden | None:
        """What is to be hidden now; None where windows cannot be told, or nothing is to be hidden."""
        if not self._privacy.any or self._desktop is None:
            return None
        stack = self._desktop.stack()
        return None if stack is None else hidden(self._privacy, stack)

    def close(self) -> None:
        grabber: Any = self._grabber
        self._grabber = None
        desktop, self._desktop = self._desktop, None
        for connection in (grabber, desktop):
            if connection is not None:
                with contextlib.suppress(*_GONE):
                    connection.close()


def monitors() -> list[Box]:
    """The monitors' places, the whole desktop not among them. Raises UserError without a display."""
    check_display()
    grabber = _grabber()
    try:
        return [dict(box) for box in grabber.monitors[1:]]
    finally:
        grabber.close()


def rgb(bgra: Any) -> Frame:
    """uint8[h, w, 4] BGRA, as screens give it, to RGB."""
    return np.asarray(cv2.cvtColor(bgra, cv2.COLOR_BGRA2RGB), dtype=np.uint8)


def smaller(frame: Frame, scale: float) -> Frame:
    """A picture (uint8[h, w, 3]) with one pixel for each `scale` of its own; 1 and less leave it as it is."""
    if scale <= 1.0:
        return frame
    height, width = frame.shape[:2]
    size = (max(1, round(width / scale)), max(1, round(height / scale)))
    return np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), np.uint8)


def _grabber() -> Any:
    try:
        grabber = mss.MSS()
        _ = grabber.monitors  # connects
    except ScreenShotError as error:
        raise UserError(f"the display does not answer ({error}); check DISPLAY, or {INSTEAD}") from error
    return grabber


def _inside(box: Box, desktop: Box) -> Box | None:
    """The part of a box that lies on the desktop, or None."""
    left, top = max(box["left"], desktop["left"]), max(box["top"], desktop["top"])
    right = min(box["left"] + box["width"], desktop["left"] + desktop["width"])
    bottom = min(box["top"] + box["height"], desktop["top"] + desktop["height"])
    if right <= left or bottom <= top:
        return None
    return {"left": left, "top": top, "width": right - left, "height": bottom - top}


def _desktop_size(desktop: Box) -> str:
    return f"give x,y,width,height within {desktop['width']}x{desktop['height']} pixels"


def _check_permission() -> None:
    """macOS shows the bare wallpaper instead of an error, so ask it first (macOS 10.15 and later)."""
    if sys.platform != "darwin":
        return
    allowed = ctypes.CDLL(CORE_GRAPHICS).CGPreflightScreenCaptureAccess
    allowed.restype = ctypes.c_bool
    if not allowed():
        raise UserError(
            "macOS does not let this terminal record the screen; allow it in System Settings > Privacy & "
            f"Security > Screen & System Audio Recording and start it anew, or {INSTEAD}"
        )
