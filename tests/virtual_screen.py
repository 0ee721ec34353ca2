"""A screen without hardware, for tests that run `duplex` as a user would.

    with virtual_screen(1280, 800) as screen:
        child = subprocess.Popen([sys.executable, "-m", "duplex_cli", ...], env={**os.environ, **screen.env})
        screen.open_terminal("notes")
        screen.type("hello")

It is an Xvfb of its own with openbox; the user's display is left alone.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from tests.programs import require, stop, until

SCREEN_PROGRAMS = ("Xvfb", "openbox", "xdotool", "xterm")


class VirtualScreen:
    """A running virtual screen; made by `virtual_screen()`."""

    def __init__(self, display: str, stack: ExitStack) -> None:
        self.display = display
        self.env = {"DISPLAY": display, "XDG_SESSION_TYPE": "x11", "WAYLAND_DISPLAY": ""}
        self._stack = stack
        self.manager: subprocess.Popen[bytes]
        """The window manager."""

    @property
    def _full_env(self) -> dict[str, str]:
        return {**os.environ, **self.env}

    def run(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a program on the screen; it is ended with the screen."""
        process = subprocess.Popen(
            command,
            env=self._full_env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._stack.callback(stop, process)
        return process

    def xdotool(self, *arguments: str) -> str:
        """Output of `xdotool ARGUMENTS`."""
        done = subprocess.run(
            ["xdotool", *arguments],
            env=self._full_env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"xdotool {' '.join(arguments)} failed: {done.stderr.strip()}")
        return done.stdout.strip()

    def open_terminal(
        self,
        title: str,
        command: Sequence[str] = ("cat",),
        geometry: str = "80x24+40+40",
        font_size: int = 14,
    ) -> subprocess.Popen[bytes]:
        """An xterm with this title that shows what is typed; `geometry` is columns x rows + place in pixels.

        Returns once it is in front and has the keyboard.
        """
        process = self.run(
            *("xterm", "-T", title, "-geometry", geometry, "-fa", "DejaVu Sans Mono", "-fs", str(font_size)),
            *("-bg", "white", "-fg", "black", "-bc", "+sb", "-e", *command),
        )
        self.xdotool("search", "--sync", "--onlyvisible", "--name", title, "windowactivate", "--sync")
        return process

    def type(self, text: str, delay_ms: int = 20) -> None:
        """Type text into the window that has the keyboard; a newline is the Return key."""
        for index, line in enumerate(text.split("\n")):
            if index:
                self.xdotool("key", "Return")
            if line:
                self.xdotool("type", "--delay", str(delay_ms), "--", line)

    def key(self, *names: str) -> None:
        """Press keys by their X names, such as "ctrl+l"."""
        self.xdotool("key", *names)


@contextmanager
def virtual_screen(width: int = 1280, height: int = 800) -> Iterator[VirtualScreen]:
    """A private X11 screen with a window manager, stopped at the end."""
    require(*SCREEN_PROGRAMS)
    with ExitStack() as stack:
        read_end, write_end = os.pipe()
        server = subprocess.Popen(
            [
                "Xvfb",
                "-displayfd",
                str(write_end),
                "-screen",
                "0",
                f"{width}x{height}x24",
                "-nolisten",
                "tcp",
            ],
            pass_fds=(write_end,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        stack.callback(stop, server)
        os.close(write_end)
        with os.fdopen(read_end) as answer:
            number = answer.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start; run it by hand to see why: Xvfb :99")
        screen = VirtualScreen(f":{number}", stack)
        screen.manager = screen.run("openbox")

        def managed() -> bool:
            try:
                screen.xdotool("get_num_desktops")
            except RuntimeError:
                return False
            return True

        until(managed, "the window manager openbox")
        yield screen
