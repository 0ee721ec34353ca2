"""Pictures brought into the light and to the place of those before, so that what differs has moved."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

MOST_GAIN = 1.6
"""Light that changes by more than this at once is another scene, not a cloud."""

MOST_SHIFT_PX = 1.5
"""Shaking is small: five pixels of a picture 320 wide. What moves further is a camera being carried."""

LEAST_EDGES = 1.0
"""Mean squared slope of the background, gray levels a pixel, below which it cannot tell where it is."""

FOLLOW = 0.03
"""Share by which the picture that others are held to follows each new one: two and a half seconds."""


class Steady:
    """Takes out what is no movement: light that comes and goes, and the shaking of the camera."""

    def __init__(self) -> None:
        self._reference: NDArray[np.float32] | None = None

    def hold(self, picture: NDArray[np.float32]) -> NDArray[np.float32]:
        """float32[h, w] -> float32[h * w], in the light and at the place of the pictures before it."""
        picture = picture - np.median(picture)
        reference = self._reference
        if reference is None:
            self._reference = picture
            return picture.ravel()
        edge = _border(picture.shape)
        known = reference[edge]
        power = float(known @ known)
        gain = float(picture[edge] @ known) / power if power > 0 else 1.0
        if not 1 / MOST_GAIN < gain < MOST_GAIN:
            gain = 1.0
        picture = picture / np.float32(gain)
        shaken, x, y = picture, 0.0, 0.0
        for _ in range(2):  # the second time from nearer by, where the slopes hold
            shift = _shift(picture, reference, edge)
            if shift is None or abs(x + shift[0]) > MOST_SHIFT_PX or abs(y + shift[1]) > MOST_SHIFT_PX:
                break
            x, y = x + shift[0], y + shift[1]
            picture = _moved(shaken, x, y)
        self._reference = np.asarray(reference + FOLLOW * (picture - reference), np.float32)
        return picture.ravel()


def _border(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Where the background shows: the sides and the top, not the middle, where the person is."""
    edge = np.ones(shape, bool)
    h, w = shape
    edge[round(h * 0.15) :, round(w * 0.2) : round(w * 0.8)] = False
    return edge


def _shift(
    picture: NDArray[np.float32], reference: NDArray[np.float32], edge: NDArray[np.bool_]
) -> tuple[float, float] | None:
    """Pixels to the right and down that bring the background back in place (Lucas and Kanade 1981)."""
    gy, gx = (np.asarray(slope, np.float32) for slope in np.gradient(reference))
    a, b, d = gx[edge], gy[edge], (picture - reference)[edge]
    # A hand that reaches into the border must not count: what differs most is left out.
    calm = np.abs(d) <= np.quantile(np.abs(d), 0.95)
    a, b, d = a[calm], b[calm], d[calm]
    xx, xy, yy = float(a @ a), float(a @ b), float(b @ b)
    det = xx * yy - xy * xy
    if det <= 0 or min(xx, yy) < LEAST_EDGES * len(d):
        return None
    sx, sy = float(a @ d), float(b @ d)
    x, y = (yy * sx - xy * sy) / det, (xx * sy - xy * sx) / det
    return x, y


def _moved(picture: NDArray[np.float32], x: float, y: float) -> NDArray[np.float32]:
    matrix = np.array([[1, 0, x], [0, 1, y]], np.float32)
    size = (picture.shape[1], picture.shape[0])
    return np.asarray(cv2.warpAffine(picture, matrix, size, borderMode=cv2.BORDER_REPLICATE), np.float32)
