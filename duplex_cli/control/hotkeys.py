"""Hotkeys that work in any window, by pynput, where the platform lets a program hear them.

Where it does not, `why_not` says so in a sentence, and a key bound in the desktop's own settings to
`duplex ctl toggle-mute` does the same.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from duplex_cli.control.commands import Action, Command

COMBOS: dict[str, Action] = {
    "<ctrl>+<alt>+<shift>+m": Action.TOGGLE_MUTE,
    "<ctrl>+<alt>+<shift>+p": Action.TOGGLE_PAUSE,
    "<ctrl>+<alt>+<shift>+s": Action.SNOOZE,
    "<ctrl>+<alt>+<shift>+q": Action.STOP,
}
"""Four keys at once, because Ctrl+Alt alone is AltGr on Windows and types letters in many languages."""

MEND = "bind a key of your desktop to: duplex ctl toggle-mute"


STOP_TIMEOUT_S = 1.0
"""How long to wait for pynput's thread. On X11 it can miss its stop while it waits for the server (seen on
Xvfb); it is a daemon thread and ends with the process."""


class Hotkeys:
    """Listens in pynput's thread from construction to `close`; `put` is given each command.

    Never raises: where hotkeys cannot work `active` is False and `why_not` tells the reason in one line.
    """

    def __init__(self, put: Callable[[Command], object], combos: Mapping[str, Action] | None = None) -> None:
        self._listener: Any = None
        self.why_not = obstacle()
        if self.why_not:
            return
        try:
            from pynput import keyboard
        except ImportError as error:  # pynput's way to say that its backend does not work here
            self.why_not = f"no global hotkeys: {_first_line(error)}; {MEND}"
            return
        actions = {combo: _putter(put, action) for combo, action in (combos or COMBOS).items()}
        listener = keyboard.GlobalHotKeys(actions)
        listener.start()
        listener.wait()
        if sys.platform == "darwin" and not getattr(listener, "IS_TRUSTED", True):
            listener.stop()
            self.why_not = (
                "no global hotkeys: macOS has not allowed this terminal to monitor input; "
                "allow it in System Settings, Privacy & Security, Input Monitoring and Accessibility"
            )
            return
        self._listener = listener

    @property
    def active(self) -> bool:
        """Whether a listener is running."""
        return self._listener is not None and self._listener.is_alive()

    def close(self) -> None:
        """Stop listening. May be called twice."""
        if self._listener is not None:
            self._listener.stop()
            self._listener.join(STOP_TIMEOUT_S)
            self._listener = None

    def __enter__(self) -> Hotkeys:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def obstacle(platform: str = sys.platform, env: Mapping[str, str] = os.environ) -> str:
    """Why global hotkeys cannot work in this environment, in one line; empty if nothing speaks against it."""
    if platform in ("win32", "darwin"):
        return ""
    if env.get("XDG_SESSION_TYPE") == "wayland" or (env.get("WAYLAND_DISPLAY") and not env.get("DISPLAY")):
        return f"no global hotkeys: Wayland lets no program hear keys of other windows; {MEND}"
    if not env.get("DISPLAY"):
        return "no global hotkeys: there is no display; use the keys in this terminal, or duplex ctl"
    return ""


def _putter(put: Callable[[Command], object], action: Action) -> Callable[[], None]:
    def pressed() -> None:
        put(Command(action))

    return pressed


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
