"""Windows by title: on X11; elsewhere a clear sentence."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import Protocol

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
    app: str = ""
    """Names of the application, where the platform tells ("Navigator firefox")."""
    number: int = 0
    """The platform's own number of the window."""
    opaque: bool = True
    """Nothing below it shows through."""
    popup: bool = False
    """A menu or tooltip, which the window manager does not manage."""


@dataclass(frozen=True, slots=True)
class Stack:
    """All visible windows, the lowest first."""

    windows: tuple[Window, ...]
    active: int
    """Number of the window that has the keyboard; 0 if none has."""


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


class Desktop(Protocol):
    """Tells about windows. Every question raises OSError when the display is gone."""

    @property
    def hidden(self) -> bool:
        """The desktop looks black to programs (Wayland behind an X server)."""
        ...

    def windows(self) -> list[Window]:
        """The visible windows that have a title."""
        ...

    def active_title(self) -> str:
        """Title of the window that has the keyboard; empty if there is none."""
        ...

    def stack(self) -> Stack | None:
        """What lies on the desktop now, as the display itself stacks it; None where that cannot be told."""
        ...

    def moved(self) -> bool:
        """Whether anything about the windows (place, order, title, keyboard) changed since `stack`."""
        ...

    def close(self) -> None: ...


def find_window(windows: list[Window], title: str) -> Window | None:
    """The first window whose title contains this, in any case; an equal title comes first."""
    wanted = title.casefold()
    fits = [window for window in windows if wanted in window.title.casefold()]
    fits.sort(key=lambda window: window.title.casefold() != wanted)
    return fits[0] if fits else None


def open_desktop() -> Desktop:
    """Raises UserError where windows cannot be told: not X11, or no connection to it."""
    if not sys.platform.startswith("linux"):
        raise UserError(
            "a window can be chosen by title on Linux with X11 only; choose a monitor or a region instead"
        )
    check_display()
    from duplex_cli.capture.x11 import X11Desktop  # python-xlib is there on Linux only

    return X11Desktop()


def list_windows() -> list[Window]:
    """All windows with a title. Raises UserError where the platform does not tell."""
    desktop = open_desktop()
    try:
        return desktop.windows()
    except OSError:
        return []
    finally:
        desktop.close()


def active_window_title() -> str:
    """Title of the window that has the keyboard; empty where none has or the platform does not tell."""
    try:
        desktop = open_desktop()
    except UserError:
        return ""
    try:
        return desktop.active_title()
    except OSError:
        return ""
    finally:
        desktop.close()
