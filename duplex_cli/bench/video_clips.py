"""Clips that the video bench draws: lines appearing in a window, and a figure that moves for a while."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import av
import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

SCREEN_SIZE, SCREEN_FPS = (960, 540), 5
FIGURE_SIZE, FIGURE_FPS = (320, 240), 15
ROWS = 12
"""Lines that the window holds; older ones scroll out."""
PERIOD_S = 1.2
"""Seconds of one swing of the figure's arms."""
CAMERA_NOISE = 2.0
"""Standard deviation of the figure's pixels, gray levels: a camera by daylight."""

_BACK, _TEXT, _BAR = (30, 31, 38), (222, 222, 226), (44, 46, 56)
_FONTS = ("DejaVuSansMono.ttf", "LiberationMono-Regular.ttf", "Menlo.ttc", "consola.ttf")

NotNegative = Annotated[float, msgspec.Meta(ge=0.0)]


class Shown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line that appears in the window."""

    at: NotNegative
    text: str


class Scene(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to draw: either lines in a window, or the spans of time in which a figure moves."""

    title: str = "terminal"
    lines: tuple[Shown, ...] = ()
    moves: tuple[tuple[NotNegative, NotNegative], ...] = ()


def draw(scene: Scene, seconds: float, path: Path) -> None:
    """Write the clip, lossless; the same scene gives the same pixels."""
    figure = bool(scene.moves)
    size, fps = (FIGURE_SIZE, FIGURE_FPS) if figure else (SCREEN_SIZE, SCREEN_FPS)
    noise = np.random.default_rng(0)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=fps)
        stream.width, stream.height = size
        stream.pix_fmt = "bgr0"
        stream.time_base = Fraction(1, fps)
        window: tuple[tuple[str, ...], NDArray[np.uint8]] | None = None
        for number in range(round(seconds * fps)):
            at = number / fps
            if figure:
                picture = _figure(scene.moves, at, noise)
            else:
                lines = tuple(line.text for line in scene.lines if line.at <= at)[-ROWS:]
                if window is None or window[0] != lines:
                    window = lines, _window(scene.title, lines)
                picture = window[1]
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _window(title: str, lines: Sequence[str]) -> NDArray[np.uint8]:
    image = Image.new("RGB", SCREEN_SIZE, _BACK)
    canvas = ImageDraw.Draw(image)
    canvas.rectangle((0, 0, SCREEN_SIZE[0], 40), fill=_BAR)
    canvas.text((20, 8), title, font=_font(20), fill=_TEXT)
    for row, line in enumerate(lines):
        canvas.text((30, 60 + row * 36), line, font=_font(22), fill=_TEXT)
    return np.asarray(image)


def _figure(moves: Sequence[tuple[float, float]], at: float, noise: np.random.Generator) -> NDArray[np.uint8]:
    """A person whose arms swing while a move is on and hang otherwise, on a wall, with a camera's noise."""
    since = next((at - start for start, stop in moves if start <= at < stop), 0.0)
    lift = (1 - math.cos(2 * math.pi * since / PERIOD_S)) / 2
    image = Image.new("RGB", FIGURE_SIZE, (150, 145, 135))
    canvas = ImageDraw.Draw(image)
    canvas.ellipse((148, 40, 172, 64), fill=(200, 160, 130))
    canvas.rectangle((146, 64, 174, 140), fill=(40, 60, 120))
    for side in (-1, 1):
        canvas.line((160 + side * 6, 140, 160 + side * 14, 215), fill=(30, 30, 40), width=11)
        angle = math.radians(80 - 150 * lift)
        hand = (160 + side * (14 + 62 * math.cos(angle)), 74 + 62 * math.sin(angle))
        canvas.line((160 + side * 14, 72, *hand), fill=(40, 60, 120), width=9)
    pixels = np.asarray(image, np.float32) + noise.normal(0, CAMERA_NOISE, (*FIGURE_SIZE[::-1], 3))
    return np.clip(np.rint(pixels), 0, 255).astype(np.uint8)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)
