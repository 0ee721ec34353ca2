"""A private X screen with a real editor in it, for `duplex bench see`: Xvfb, openbox, xterm, vim, xdotool."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from duplex_cli.clock import monotonic, pause
from duplex_cli.errors import UserError

PROGRAMS = {"Xvfb": "xvfb", "openbox": "openbox", "xdotool": "xdotool", "xterm": "xterm", "vim": "vim"}
"""What is needed, with the Debian package of each."""

WIDTH, HEIGHT = 1280, 800
READY_S = 20.0
"""How long a program may take to come up, seconds: under 2 on an idle machine, 5 on a busy one."""
STARTS = 3
"""Of an editor: seen twice on a busy machine not to come to the front within a minute; why is not known."""


@dataclass(frozen=True, slots=True)
class Theme:
    """How the editor looks: colours of paper and ink, and vim's colour scheme."""

    name: str
    paper: str
    ink: str
    background: str
    scheme: str


THEMES = (
    Theme("light", "#ffffff", "#000000", "light", "default"),
    Theme("dark", "#1e1e1e", "#d4d4d4", "dark", "default"),
    Theme("sepia", "#f5e9d0", "#3b2f20", "light", "morning"),
)


def check_programs() -> None:
    """Raise UserError naming what must be installed."""
    missing = [package for program, package in PROGRAMS.items() if shutil.which(program) is None]
    if missing:
        raise UserError(
            f"duplex bench see types into a real editor; install it: apt-get install {' '.join(missing)}"
        )


class Screen:
    """A running screen; made by `virtual_screen`."""

    def __init__(self, display: str, stack: ExitStack) -> None:
        self.display = display
        self._env = {**os.environ, "DISPLAY": display, "XDG_SESSION_TYPE": "x11", "WAYLAND_DISPLAY": ""}
        self._stack = stack

    def run(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a program on the screen; it is ended with the screen."""
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(command, env=self._env, stdin=quiet, stdout=quiet, stderr=quiet)
        self._stack.callback(_stop, process)
        return process

    def ask(self, *arguments: str) -> str:
        """Output of xdotool, empty where it fails."""
        done = subprocess.run(
            ["xdotool", *arguments], env=self._env, capture_output=True, text=True, timeout=60, check=False
        )
        return done.stdout.strip()

    def edit(self, path: str, theme: Theme, size: int) -> subprocess.Popen[bytes]:
        """vim with this file in front, with line numbers and coloured code, without swap file or settings."""
        commands = f"set number background={theme.background} t_Co=256 noswapfile nowrap shortmess+=I"
        command = (
            *("xterm", "-T", f"{Path(path).name} - vim", "-geometry", "+0+0", "-maximized"),
            *(
                "-fa",
                "DejaVu Sans Mono",
                "-fs",
                str(size),
                "-bg",
                theme.paper,
                "-fg",
                theme.ink,
                "+bc",
                "+sb",
            ),
            *("-xrm", "XTerm.vt100.allowTitleOps: false", "-e", "vim", "-u", "NONE", "-N"),
            *("-c", commands, "-c", "syntax on", "-c", f"colorscheme {theme.scheme}"),
            *("-c", "highlight Normal ctermbg=NONE", "-c", "set noautoindent formatoptions=", path),
        )
        left = STARTS
        while True:
            process = self.run(*command)
            try:
                # xdotool's own --sync was seen to wait for ever on a busy machine.
                self.wait_for(lambda: self._in_front(" - vim$"), "vim in an xterm")
                return process
            except UserError:
                _stop(process)
                left -= 1
                if not left:
                    raise

    def _in_front(self, title: str) -> bool:
        """Whether the window of this title has the keyboard; it is given it, if it is there."""
        window = self.ask("search", "--onlyvisible", "--name", title).partition("\n")[0]
        if window and self.ask("getactivewindow") != window:
            self.ask("windowactivate", window)
        return bool(window) and self.ask("getactivewindow") == window

    def wait_for(self, there: Callable[[], object], what: str) -> None:
        """Return once `there` is true. Raises UserError naming `what` after READY_S."""
        give_up = monotonic() + READY_S
        while not there():
            if monotonic() > give_up:
                raise UserError(f"{what} did not start on the virtual screen; run it by hand to see why")
            pause(0.05)

    def type(self, text: str, delay_ms: int) -> None:
        """Press the keys of a text, so many milliseconds apart."""
        self.ask("type", "--delay", str(delay_ms), "--", text)

    def key(self, *names: str) -> None:
        """Press keys by their X names."""
        self.ask("key", *names)


@contextmanager
def virtual_screen() -> Iterator[Screen]:
    """A screen of its own; the user's display is left alone. Raises UserError."""
    check_programs()
    with ExitStack() as stack:
        read_end, write_end = os.pipe()
        server = subprocess.Popen(
            _server(write_end),
            pass_fds=(write_end,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        stack.callback(_stop, server)
        os.close(write_end)
        with os.fdopen(read_end) as answer:
            number = answer.readline().strip()
        if not number:
            raise UserError("Xvfb did not start; run it by hand to see why: Xvfb :99")
        screen = Screen(f":{number}", stack)
        screen.run("openbox")
        screen.wait_for(lambda: screen.ask("get_num_desktops"), "the window manager openbox")
        yield screen


def _server(write_end: int) -> Sequence[str]:
    size = f"{WIDTH}x{HEIGHT}x24"
    return ("Xvfb", "-displayfd", str(write_end), "-screen", "0", size, "-nolisten", "tcp")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
