"""Single keys in the terminal while a session runs: no Enter, nothing echoed, Ctrl-C as ever.

The terminal is put back on `close`, and by atexit should the program end by an exception. A thread reads;
it never touches the terminal while another job is in the foreground, which would stop the process.
"""

from __future__ import annotations

import atexit
import os
import re
import select
import sys
import threading
from collections.abc import Callable
from typing import Any

from duplex_cli import clock
from duplex_cli.control.commands import Action, Command

KEYS: dict[str, Action] = {
    "m": Action.TOGGLE_MUTE,
    "p": Action.TOGGLE_PAUSE,
    "s": Action.SNOOZE,
    "q": Action.STOP,
    "y": Action.ALLOW,
    "n": Action.DENY,
}
HELP_KEY = "?"
HELP = "m mute   p pause   s snooze   q stop   ? help"
"""One line for the terminal view."""

PASTE_CHARS = 4
"""So many characters arriving in one read were pasted, not typed, and are ignored: a pasted word with a q
in it must not end the session."""

POLL_S = 0.25
"""How often the thread looks whether it is to end or is in the foreground again, seconds."""

WINDOWS_POLL_S = 0.1
"""How often the console of Windows is asked, seconds; it cannot be waited for."""

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.|.)?", re.DOTALL)
"""Arrow and function keys and keys with Alt, which would look like the letters in them (ECMA-48, 5.4)."""


def commands_in(typed: str) -> list[Command]:
    """The commands that the characters of one read stand for. Pure."""
    typed = _ESCAPES.sub("", typed)
    if len(typed) >= PASTE_CHARS:
        return []
    return [Command(KEYS[c]) for c in typed.lower() if c in KEYS]


class Keys:
    """Reads keys from `stdin` until `close`, if that is a terminal in the foreground.

    `put` is given each command, `on_help` is called for "?"; both from the reading thread. `active` tells
    whether there is a terminal to read from; nothing else happens where there is none.
    """

    def __init__(
        self,
        put: Callable[[Command], object],
        on_help: Callable[[], object] = lambda: None,
        stdin: int | None = None,
    ) -> None:
        self._put, self._on_help = put, on_help
        self._fd = _stdin_fd() if stdin is None else stdin
        self._ended = threading.Event()
        self._saved: list[Any] | None = None
        self._thread: threading.Thread | None = None
        self.active = self._fd >= 0 and os.isatty(self._fd) and _in_foreground(self._fd)
        if not self.active:
            return
        self._take_terminal()
        atexit.register(self._restore)
        self._thread = threading.Thread(target=self._read, name="keys", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop reading and put the terminal back. May be called twice."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._restore()
        atexit.unregister(self._restore)

    def __enter__(self) -> Keys:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _typed(self, text: str) -> None:
        for command in commands_in(text):
            self._put(command)
        if HELP_KEY in text[: PASTE_CHARS - 1]:
            self._on_help()

    if sys.platform == "win32":

        def _take_terminal(self) -> None:
            """The console gives single keys without a change of mode."""

        def _restore(self) -> None:
            """Nothing was changed."""

        def _read(self) -> None:
            import msvcrt

            while not self._ended.is_set():
                typed = ""
                while msvcrt.kbhit():
                    char = msvcrt.getwch()
                    if char in ("\x00", "\xe0"):
                        msvcrt.getwch()  # the second half of an arrow or function key
                    else:
                        typed += char
                self._typed(typed)
                clock.pause(WINDOWS_POLL_S)

    else:

        def _take_terminal(self) -> None:
            import termios
            import tty

            self._saved = termios.tcgetattr(self._fd)
            tty.setcbreak(self._fd, termios.TCSANOW)

        def _restore(self) -> None:
            import termios

            saved, self._saved = self._saved, None
            if saved is not None and _in_foreground(self._fd):
                termios.tcsetattr(self._fd, termios.TCSANOW, saved)

        def _read(self) -> None:
            while not self._ended.is_set():
                if not _in_foreground(self._fd):
                    self._ended.wait(POLL_S)
                    continue
                if not select.select([self._fd], [], [], POLL_S)[0]:
                    continue
                try:
                    data = os.read(self._fd, 256)
                except OSError:
                    return  # the terminal was closed
                if not data:
                    return
                self._typed(data.decode(errors="ignore"))


def _stdin_fd() -> int:
    """File descriptor of standard input, -1 where it has none (under pytest, without a console)."""
    try:
        return sys.stdin.fileno()
    except (AttributeError, OSError, ValueError):
        return -1


def _in_foreground(fd: int) -> bool:
    """Whether this process may use the terminal: a job in the background that does is stopped (SIGTTIN)."""
    if sys.platform == "win32":
        return True
    try:
        return os.tcgetpgrp(fd) == os.getpgrp()
    except OSError:
        return False
