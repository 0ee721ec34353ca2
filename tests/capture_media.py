"""Media made for the capture tests: videos, sounds and pictures whose content tells their time."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

RATE = 16_000


def tone(seconds: float, hertz: float = 440.0, rate: int = RATE, level: float = 0.3) -> np.ndarray:
    """float32[n]"""
    t = np.arange(round(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * hertz * t)).astype(np.float32)


def grey(value: int, width: int = 64, height: int = 48) -> np.ndarray:
    """A picture of one grey value."""
    return np.full((height, width, 3), value, np.uint8)


def write_video(
    path: Path,
    times_ms: list[int],
    sound: np.ndarray | None = None,
    sound_at_ms: int = 0,
    codec: str = "libx264",
) -> None:
    """A video whose k-th picture, at times_ms[k], has the grey value 6 * k; with mono sound if given."""
    with av.open(str(path), "w") as container:
        pictures = container.add_stream(codec, rate=1000)
        pictures.width, pictures.height = 64, 48
        pictures.pix_fmt = "yuv420p"
        pictures.codec_context.time_base = Fraction(1, 1000)
        audio = container.add_stream("aac", rate=RATE, layout="mono") if sound is not None else None
        for index, at in enumerate(times_ms):
            frame = av.VideoFrame.from_ndarray(grey(6 * index), format="rgb24")
            frame.pts, frame.time_base = at, Fraction(1, 1000)
            container.mux(pictures.encode(frame))
        container.mux(pictures.encode())
        if audio is not None and sound is not None:
            for start in range(0, sound.size, 1024):
                block = av.AudioFrame.from_ndarray(
                    sound[None, start : start + 1024], format="flt", layout="mono"
                )
                block.sample_rate, block.pts = RATE, start + sound_at_ms * RATE // 1000
                block.time_base = Fraction(1, RATE)
                container.mux(audio.encode(block))
            container.mux(audio.encode())


def values(frames: list[tuple[float, np.ndarray]]) -> list[int]:
    """Which pictures of `write_video` these are."""
    return [round(float(frame.mean()) / 6) for _, frame in frames]
