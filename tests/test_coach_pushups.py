"""Counting aloud from a video, start to end, in simulated time."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageDraw

FPS = 12
PERIOD_S = 2.0
COUNT = 6
LEAD_S = 2.0

NUMBERS = ["one", "two", "three", "four", "five", "six", "seven"]


def figure(height: float) -> np.ndarray:
    """A stick figure doing a pushup seen from the side; `height` of the shoulders from 0 to 1."""
    image = Image.new("RGB", (320, 240), (205, 200, 190))
    draw = ImageDraw.Draw(image)
    shoulder = (210, 175 - 55 * height)
    draw.line([(70, 190), shoulder], fill=(40, 60, 120), width=14)
    draw.line([shoulder, (212, 195)], fill=(190, 140, 110), width=8)
    draw.ellipse([shoulder[0] + 8, shoulder[1] - 22, shoulder[0] + 34, shoulder[1] + 4], fill=(190, 140, 110))
    return np.asarray(image)


def pushups(path: Path) -> float:
    seconds = LEAD_S * 2 + PERIOD_S * COUNT
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "bgr0"
        for number in range(round(seconds * FPS)):
            at = number / FPS - LEAD_S
            moving = 0 <= at < PERIOD_S * COUNT
            height = 0.5 + 0.5 * math.cos(2 * math.pi * at / PERIOD_S) if moving else 1.0
            frame = av.VideoFrame.from_ndarray(figure(height), format="rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return seconds


def test_every_pushup_is_counted_aloud(tmp_path: Path, models: dict[str, Path]) -> None:
    home = tmp_path / "home"
    (home / "cache").mkdir(parents=True)
    (home / "cache" / "models").symlink_to(models["moonshine-tiny-en"].parent)
    clip = tmp_path / "pushups.mkv"
    pushups(clip)
    done = subprocess.run(
        [sys.executable, "-m", "duplex_cli", "coach", "pushups", "--from", str(clip), "--fast", "--json"],
        env={**os.environ, "DUPLEX_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    remarks = json.loads(done.stdout)["remarks"]
    said = [r["text"].lower().strip(".!") for r in remarks]
    assert abs(len(said) - COUNT) <= 1, remarks
    last = said[-1]
    assert any(NUMBERS[n - 1] in last or str(n) in last for n in (COUNT - 1, COUNT, COUNT + 1)), remarks
