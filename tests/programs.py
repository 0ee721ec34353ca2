"""Programs that the tests run: the Debian package of each, waiting until they are up, and their end.

What is missing raises RuntimeError with the packages to install: a test must then fail, not skip.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence

from duplex_cli import clock

PACKAGES = {
    "Xvfb": "xvfb",
    "dbus-daemon": "dbus-daemon",
    "espeak-ng": "espeak-ng",
    "openbox": "openbox",
    "paplay": "pulseaudio-utils",
    "pactl": "pulseaudio-utils",
    "parec": "pulseaudio-utils",
    "pipewire": "pipewire",
    "pipewire-pulse": "pipewire-pulse",
    "tmux": "tmux",
    "wireplumber": "wireplumber",
    "xdotool": "xdotool",
    "xterm": "xterm",
}
"""Debian package of each program that the tests need."""

READY_S = 20.0
"""How long a daemon may take to come up. Under 2 s on an idle machine; CI machines share cores."""


def not_installed(*packages: str) -> RuntimeError:
    """The error that names the packages to install."""
    return RuntimeError(f"this test needs what is not installed; run: apt-get install {' '.join(packages)}")


def require(*programs: str, packages: Sequence[str] = ()) -> None:
    """Raises RuntimeError if a program is not installed; `packages` are known to be missing besides."""
    missing = {PACKAGES[program] for program in programs if shutil.which(program) is None}
    missing.update(packages)
    if missing:
        raise not_installed(*sorted(missing))


def until(true: Callable[[], bool], what: str, seconds: float = READY_S) -> None:
    """Wait for `what` to be so. Raises RuntimeError after `seconds` of real time."""
    give_up = clock.monotonic() + seconds
    while not true():
        if clock.monotonic() > give_up:
            raise RuntimeError(f"{what} did not come up within {seconds:.0f} s")
        clock.pause(0.05)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a program, by force if it does not go."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=5)
