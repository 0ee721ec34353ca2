"""Windows by title: on X11 through python-xlib; elsewhere a clear sentence."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import Any

from duplex_cli.errors import UserError

INSTEAD = "use --no-screen, or --from screen.mp4"


@dataclass(frozen=True, slots=True)
class Window:
    """A window of another program: its title and its place on the desktop, pixels."""

    title: str
    x: int
    y: int
    width: int
    height: int


def check_display() -> None:
    """Raise UserError where no screen can be looked at: no display, or Wayland, which hides it from us."""
    if not sys.platform.startswith("linux"):
        return
    if os.environ.get("DISPLAY"):
        return
    if os.environ.get("WAYLAND_DISPLAY"):
        raise UserError(
            "this is a Wayland session, which does not let programs look at the screen; "
            f"log in with an X11 (Xorg) session, or {INSTEAD}"
        )
    raise UserError(f"there is no display (DISPLAY is not set); {INSTEAD}")


class Desktop:
    """A connection to the X server, for questions about windows."""

    def __init__(self) -> None:
        """Raises UserError where windows cannot be told: no X11, or no connection to it."""
        if not sys.platform.startswith("linux"):
            raise UserError(
                "a window can be chosen by title on Linux with X11 only; choose --monitor or --region instead"
            )
        check_display()
        from Xlib import display, error

        try:
            self._display: Any = display.Display()
        except (error.DisplayError, OSError) as problem:
            raise UserError(
                f"the display {os.environ.get('DISPLAY')} does not answer; check DISPLAY, or {INSTEAD}"
            ) from problem
        self._errors = (error.XError,)
        self._root: Any = self._display.screen().root

    @property
    def is_xwayland(self) -> bool:
        """The X server is Wayland's stand-in, on which the desktop is black."""
        return "XWAYLAND" in self._display.list_extensions()

    def windows(self) -> list[Window]:
        """The windows that the window manager lists, with a title, in its order."""
        ids = self._property(self._root, "_NET_CLIENT_LIST") or []
        found = [self._window(window_id) for window_id in ids]
        return [window for window in found if window is not None]

    def find(self, title: str) -> Window | None:
        """The first window whose title contains this, in any case; an equal title comes first."""
        wanted = title.casefold()
        fits = [window for window in self.windows() if wanted in window.title.casefold()]
        fits.sort(key=lambda window: window.title.casefold() != wanted)
        return fits[0] if fits else None

    def active_title(self) -> str:
        """Title of the window that has the keyboard; empty if there is none."""
        ids = self._property(self._root, "_NET_ACTIVE_WINDOW")
        window = self._window(ids[0]) if ids is not None and len(ids) and ids[0] else None
        return window.title if window else ""

    def _window(self, window_id: int) -> Window | None:
        """None for one that has gone meanwhile, has no title, or is minimized."""
        from Xlib import X

        handle = self._display.create_resource_object("window", window_id)
        try:
            name = self._property(handle, "_NET_WM_NAME")
            title = (
                name.decode("utf-8", "replace") if isinstance(name, bytes) else (handle.get_wm_name() or "")
            )
            if isinstance(title, bytes):
                title = title.decode("latin-1")
            if not title or handle.get_attributes().map_state != X.IsViewable:
                return None
            size = handle.get_geometry()
            place = handle.translate_coords(self._root, 0, 0)
        except self._errors:
            return None
        # translate_coords tells where the desktop's corner lies as seen from the window.
        return Window(title, -place.x, -place.y, size.width, size.height)

    def _property(self, window: Any, name: str) -> Any:
        from Xlib import X

        found = window.get_full_property(self._display.intern_atom(name), X.AnyPropertyType)
        return None if found is None else found.value

    def close(self) -> None:
        self._display.close()


def list_windows() -> list[Window]:
    """All windows with a title. Raises UserError where the platform does not tell."""
    desktop = Desktop()
    try:
        return desktop.windows()
    finally:
        desktop.close()


def active_window_title() -> str:
    """Title of the window that has the keyboard; empty where none has or the platform does not tell."""
    try:
        desktop = Desktop()
    except UserError:
        return ""
    try:
        return desktop.active_title()
    finally:
        desktop.close()
