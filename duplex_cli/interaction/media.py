"""Sound and pictures as the model may be given them: checked here, before native code can abort on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from duplex_cli.errors import UserError
from duplex_cli.stream import SAMPLE_RATE

LONGEST_SOUND_S = 30.0
"""Longest piece of sound for one line, seconds. A tick is 0.2 s; 30 s is what conformer projectors take in
one chunk, and 750 embeddings of a unified one, most of a window of 1,024."""

SHORTEST_SOUND = 2
"""Samples. mtmd asserts that a sound has more bytes than one float (mtmd.cpp, add_media)."""

LARGEST_SIDE_PX = 8192
"""Pixels of a picture's longer side. llama.cpp multiplies sides as 32-bit integers, and resizes on the
CPU."""

MOST_ASPECT = 32.0
"""Longer over shorter side: beyond that a picture is a strip whose grid leaves the projector's tables."""


@dataclass(frozen=True, slots=True)
class Sound:
    """float32[n] mono at 16 kHz in [-1, 1]."""

    samples: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Picture:
    """uint8[height, width, 3], RGB."""

    pixels: NDArray[np.uint8]


Medium: TypeAlias = Sound | Picture


def check_sound(samples: Any, longest_s: float = LONGEST_SOUND_S) -> Sound:
    """A Sound of `samples`. Raises UserError for any other type, shape, length, or values that are no
    sound."""
    if not isinstance(samples, np.ndarray) or samples.ndim != 1 or samples.dtype != np.float32:
        raise UserError(
            f"sound is float32[n] mono, not {_form(samples)}; convert it to one channel of floats"
        )
    if len(samples) < SHORTEST_SOUND:
        raise UserError(f"a sound of {len(samples)} samples is empty; give at least {SHORTEST_SOUND}")
    if len(samples) > longest_s * SAMPLE_RATE:
        raise UserError(
            f"a sound of {len(samples) / SAMPLE_RATE:.1f} s is longer than {longest_s:g} s; give it in pieces"
        )
    if not np.isfinite(samples).all():
        raise UserError("the sound holds values that are no numbers; record it again")
    if np.abs(samples).max() > 1.0:
        raise UserError("the sound leaves [-1, 1]; divide it by its largest value")
    return Sound(np.ascontiguousarray(samples))


def check_picture(pixels: Any) -> Picture:
    """A Picture of `pixels`. Raises UserError for any other type, shape or size."""
    right = isinstance(pixels, np.ndarray) and pixels.ndim == 3 and pixels.dtype == np.uint8
    if not right or pixels.shape[2] != 3:
        raise UserError(f"a picture is uint8[height, width, 3], not {_form(pixels)}; convert it to RGB")
    short, long = sorted(pixels.shape[:2])
    if short == 0:
        raise UserError(f"a picture of {pixels.shape[1]}x{pixels.shape[0]} is empty; give one with pixels")
    if long > LARGEST_SIDE_PX:
        raise UserError(
            f"a picture of {pixels.shape[1]}x{pixels.shape[0]} is too large; scale it to {LARGEST_SIDE_PX}"
        )
    if long / short > MOST_ASPECT:
        raise UserError(
            f"a picture of {pixels.shape[1]}x{pixels.shape[0]} is a strip; cut it to 1:{MOST_ASPECT:g}"
        )
    return Picture(np.ascontiguousarray(pixels))


def check(medium: Any) -> Medium:
    """Any medium, checked anew: what comes from another process is not taken on trust. Raises UserError."""
    if isinstance(medium, Sound):
        return check_sound(medium.samples)
    if isinstance(medium, Picture):
        return check_picture(medium.pixels)
    raise UserError(f"{_form(medium)} is neither sound nor a picture; give one of the two")


def _form(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype}{list(value.shape)}"
    return type(value).__name__
