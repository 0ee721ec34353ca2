"""A real terminal on a real X server (Xvfb): what is typed with xdotool is told exactly, caret and all."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import mss
import numpy as np
import pytest
from numpy.typing import NDArray
from programs import require

from duplex_cli import clock
from duplex_cli.perception.eyes import make_eyes
from duplex_cli.stream import Percept

LINES = [
    "for k, v in sorted(d.items()):",
    "if k != 'a' and v[0] >= 3.5e-2: total += v * 2",
    'print(f"{total:.3f}", file=out)',
]


@contextmanager
def terminal(*options: str) -> Iterator[dict[str, str]]:
    """An xterm that echoes what is typed, on a display of its own; yields the environment to reach it."""
    require("Xvfb", "xterm", "xdotool")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1000x600x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    children = [server]
    try:
        with os.fdopen(reading) as told:
            display = f":{told.readline().strip()}"
        environment = {**os.environ, "DISPLAY": display}
        command = ["xterm", "-fa", "DejaVu Sans Mono", "-geometry", "100x28+0+0", *options, "-e", "cat"]
        children.append(subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL))
        search = ["xdotool", "search", "--sync", "--onlyvisible", "--class", "xterm"]
        window = subprocess.run(
            search, env=environment, capture_output=True, text=True, timeout=60, check=True
        )
        number = window.stdout.split()[0]
        subprocess.run(
            ["xdotool", "mousemove", "--window", number, "300", "500"], env=environment, check=True
        )
        yield environment
    finally:
        for child in reversed(children):
            child.terminate()
            child.wait(timeout=20)


def grabbed(camera: mss.MSS) -> NDArray[np.uint8]:
    shot = np.asarray(camera.grab(camera.monitors[0]), np.uint8)
    return np.ascontiguousarray(shot[:, :, 2::-1])


@pytest.mark.parametrize(
    "options",
    [("-fs", "11", "-bg", "white", "-fg", "black"), ("-fs", "13", "-bg", "#1e1e1e", "-fg", "#d4d4d4", "-bc")],
    ids=["light, steady block caret", "dark, blinking caret"],
)
def test_lines_typed_into_a_terminal_are_told_exactly(options: tuple[str, ...]) -> None:
    eyes = make_eyes()
    eyes.warm_up()
    heard: list[Percept] = []
    with terminal(*options) as environment, mss.MSS(display=environment["DISPLAY"]) as camera:
        start = clock.monotonic()
        typed = "\n".join(LINES) + "\n"
        eyes.feed(grabbed(camera), 0.0)
        typist = subprocess.Popen(["xdotool", "type", "--delay", "25", typed], env=environment)
        rest = 20  # frames after the last key: two seconds to settle
        while rest:
            rest -= typist.poll() is not None
            clock.pause(0.1)
            heard += eyes.feed(grabbed(camera), clock.monotonic() - start)
    whole = [p.text for p in heard if p.text in LINES]
    assert set(whole) == set(LINES), [p.text for p in heard]
    assert [line.text for line in eyes.screen()][:1] == LINES[:1]
    # A slow machine may be caught in mid-line; what is told then is still what stands there.
    begun = [p.text.replace(" ", "") for p in heard]
    assert [text for text in begun if not any(n.replace(" ", "").startswith(text) for n in LINES)] == []
