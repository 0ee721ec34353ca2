"""Makes the demo's recording: speech by the voice model, a screen with an editor as a lossless video."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from duplex_cli.demo import scene
from duplex_cli.speech.synthesis import Voice
from duplex_cli.stream import SAMPLE_RATE

DEEPER = 1.18
"""The user has the assistant's voice, lowered by so much: the one voice that is always there."""

SIZE = (1280, 720)
FPS = 5
ROOM_NOISE_DBFS = -62.0
"""A quiet office: digital silence would be kinder to the ears than any room is."""

_BACKGROUND, _TEXT, _DIM, _BAR = (30, 31, 38), (222, 222, 226), (120, 124, 138), (44, 46, 56)
_FONTS = ("DejaVuSansMono.ttf", "LiberationMono-Regular.ttf", "Menlo.ttc", "consola.ttf")


def render(folder: Path, repeats: int = 1) -> tuple[Path, Path]:
    """Write demo.wav and demo.mkv, the scene `repeats` times over; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    sound, picture = folder / f"demo-{repeats}.wav", folder / f"demo-{repeats}.mkv"
    track = np.tile(_speech(), repeats)
    noise = np.random.default_rng(0).normal(0.0, 10 ** (ROOM_NOISE_DBFS / 20), len(track))
    soundfile.write(sound, np.clip(track + noise, -1, 1), SAMPLE_RATE)
    _video(picture, repeats)
    return sound, picture


def _speech() -> NDArray[np.float32]:
    voice = Voice(rate=DEEPER)
    track = np.zeros(round(scene.SECONDS * SAMPLE_RATE), np.float32)
    for line in scene.SPOKEN:
        clip = soxr.resample(voice.say(line.text), SAMPLE_RATE, SAMPLE_RATE * DEEPER)
        start = round(line.at * SAMPLE_RATE)
        track[start : start + len(clip)] += clip
    return track


def _video(path: Path, repeats: int) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=FPS)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "bgr0"
        stream.time_base = Fraction(1, FPS)
        frames = round(scene.SECONDS * FPS)
        last: tuple[object, NDArray[np.uint8]] | None = None
        for number in range(frames * repeats):
            at = number % frames / FPS
            key = _lines_at(at), int(at * 2) % 2, f"10:{int(number / FPS) // 60 % 60:02d}"
            if last is None or last[0] != key:
                last = key, _picture(*key)
            frame = av.VideoFrame.from_ndarray(last[1], format="rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _lines_at(at: float) -> tuple[str, ...]:
    """The editor's lines at a second of the scene; the last one may be half typed."""
    lines: list[str] = list(scene.ON_SCREEN)
    for typed in scene.TYPED:
        count = int((at - typed.at) * scene.KEYS_PER_S)
        if count > 0:
            lines.append(typed.text[:count])
    return tuple(lines)


def _picture(lines: tuple[str, ...], cursor: int, clock: str) -> NDArray[np.uint8]:
    """An editor window with a title, line numbers, a blinking cursor and a clock."""
    image = Image.new("RGB", SIZE, _BACKGROUND)
    draw = ImageDraw.Draw(image)
    font = _font(20)
    draw.rectangle((0, 0, SIZE[0], 40), fill=_BAR)
    draw.text((20, 8), f"{scene.FILE} - editor", font=font, fill=_TEXT)
    draw.text((SIZE[0] - 90, 8), clock, font=font, fill=_TEXT)
    for row, line in enumerate(lines):
        y = 60 + row * 30
        draw.text((20, y), f"{row + 1:>2}", font=font, fill=_DIM)
        draw.text((70, y), line, font=font, fill=_TEXT)
    if cursor and lines:
        x = 70 + draw.textlength(lines[-1], font=font) + 2
        y = 60 + (len(lines) - 1) * 30
        draw.rectangle((x, y, x + 9, y + 22), fill=_TEXT)
    return np.asarray(image)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)
