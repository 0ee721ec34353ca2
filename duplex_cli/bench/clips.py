"""The clips of `duplex bench count`: repetitions by lot from a fixed seed, rendered frame by frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, pi

import numpy as np

from duplex_cli.bench.figures import EXERCISES, HEIGHT, WIDTH, Frame, draw, look

CLIPS = 48
FPS = 15.0

GRAIN_PX = 80
"""The sheet of noise is larger than a picture by so much, pixels: 6,400 different cuts."""

REST_S = 2.0
"""Standing still before the first and after the last repetition, seconds."""


@dataclass(frozen=True, slots=True)
class Clip:
    """What happens in a clip, and the truth about it."""

    name: str
    exercise: str
    seed: int
    depths: tuple[float, ...]
    """One for each frame."""
    ends: tuple[float, ...]
    """When each repetition that counts ended, seconds."""
    noise: float
    """Standard deviation of the sensor's noise, gray levels."""
    sway: float
    """The body's own sway, pixels."""
    light: float
    """How far the light drifts up and down, as a share."""
    shake: float
    """The camera's shaking, pixels."""
    tags: tuple[str, ...]


def clips(count: int = CLIPS) -> list[Clip]:
    """All clips, the exercises in turn."""
    names = list(EXERCISES)
    return [_clip(n, names[n % len(names)]) for n in range(count)]


def _clip(number: int, exercise: str) -> Clip:
    lots = np.random.default_rng(1000 + number)
    reps = int(lots.integers(4, 13))
    period = float(lots.uniform(0.9, 1.8) if exercise == "jack_front" else lots.uniform(1.2, 3.6))
    pauses, partial, changing = lots.random() < 0.4, lots.random() < 0.35, lots.random() < 0.4
    depths: list[float] = [0.0] * round(REST_S * FPS)
    ends: list[float] = []
    for index in range(reps):
        pace = period * (float(lots.uniform(0.75, 1.35)) if changing else float(lots.uniform(0.93, 1.07)))
        depths += _rep(pace, float(lots.uniform(0.88, 1.0)), float(lots.uniform(0.0, 0.25)))
        ends.append(len(depths) / FPS)
        if partial and index in (reps // 3, 2 * reps // 3):
            depths += _rep(pace * 0.6, float(lots.uniform(0.25, 0.42)), 0.0)
        if pauses and lots.random() < 0.4:
            depths += [0.0] * round(float(lots.uniform(0.5, 2.5)) * FPS)
    depths += [0.0] * round(REST_S * FPS)
    dark, noisy, shaky = lots.random() < 0.25, lots.random() < 0.3, lots.random() < 0.2
    tags = [exercise, "slow" if period > 2.6 else "fast" if period < 1.4 else "medium"]
    tags += [t for t, on in (("pauses", pauses), ("partial", partial), ("changing pace", changing)) if on]
    tags += [t for t, on in (("light", dark), ("noise", noisy), ("shaking", shaky)) if on]
    return Clip(
        name=f"count/{number:03d}",
        exercise=exercise,
        seed=2000 + number,
        depths=tuple(depths),
        ends=tuple(ends),
        noise=12.0 if noisy else 4.0,
        sway=float(lots.uniform(0.3, 1.5)),
        light=0.2 if dark else 0.03,
        shake=1.2 if shaky else 0.0,
        tags=tuple(tags),
    )


def _rep(seconds: float, depth: float, hold: float) -> list[float]:
    """There and back within `seconds`, with a share `hold` of it at the far end."""
    frames = max(4, round(seconds * FPS))
    held = round(frames * hold)
    half = (frames - held) / 2
    out = []
    for n in range(1, frames + 1):
        x = n / half if n <= half else 1.0 if n <= half + held else (frames - n) / half
        out.append(depth * (0.5 - 0.5 * cos(pi * min(1.0, max(0.0, x)))))
    return out


def frames(clip: Clip) -> Iterator[tuple[float, Frame]]:
    """(seconds, picture) of a clip, FPS a second."""
    lots = np.random.default_rng(clip.seed)
    seen = look(lots)
    pose = EXERCISES[clip.exercise]
    phase = lots.uniform(0, 2 * pi, 4)
    grain = lots.standard_normal((HEIGHT + GRAIN_PX, WIDTH + GRAIN_PX, 3), np.float32) * clip.noise
    for n, depth in enumerate(clip.depths):
        at = n / FPS
        sway = (
            clip.sway * np.sin(2 * pi * 0.23 * at + phase[0]),
            0.3 * clip.sway * np.sin(2 * pi * 0.31 * at + phase[1]),
        )
        picture = draw(pose(depth), seen, (float(sway[0]), float(sway[1]))).astype(np.float32)
        if clip.shake:
            dx, dy = np.round(lots.normal(0, clip.shake, 2)).astype(int)
            picture = np.roll(picture, (int(dy), int(dx)), (0, 1))
        picture *= 1.0 - clip.light * (0.5 + 0.5 * np.sin(2 * pi * 0.11 * at + phase[2]))
        y, x = lots.integers(0, GRAIN_PX, 2)  # one sheet of noise, cut at another place for each frame
        picture += grain[y : y + HEIGHT, x : x + WIDTH]
        yield at, np.clip(picture, 0, 255).astype(np.uint8)
