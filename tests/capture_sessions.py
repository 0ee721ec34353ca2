"""Starts capture_child.py in a virtual sound environment and measures what it heard."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from tests.capture_media import RATE
from tests.virtual_sound import VirtualSound

CHILD = Path(__file__).with_name("capture_child.py")


class Child:
    """The small session of capture_child.py, and what it tells."""

    def __init__(self, sound: VirtualSound, *arguments: object, **env: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(CHILD), *map(str, arguments)],
            env={**os.environ, **sound.env, **env},
            stdout=subprocess.PIPE,
            text=True,
        )
        self.lines: list[dict[str, Any]] = []

    @property
    def pid(self) -> int:
        return self._process.pid

    def until(self, **wanted: object) -> dict[str, Any]:
        """The next line in which all these values stand."""
        assert self._process.stdout is not None
        for text in self._process.stdout:
            line = json.loads(text)
            self.lines.append(line)
            if all(line.get(key) == value for key, value in wanted.items()):
                return line
        raise AssertionError(f"ended before {wanted}: {self.lines[-2:]}")

    def finish(self) -> dict[str, Any]:
        last = self.until(rendered_in_order=True)
        assert self._process.wait(timeout=20) == 0
        return last


def loudest_hertz(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
    return float(spectrum.argmax()) * RATE / samples.size


def longest_on(samples: np.ndarray, level: float = 0.05) -> tuple[int, int]:
    """First and last sample at which it is loud."""
    loud = np.flatnonzero(np.abs(samples) > level)
    return int(loud[0]), int(loud[-1])
