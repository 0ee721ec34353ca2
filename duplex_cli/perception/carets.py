"""Finds text carets in a picture, so that they are not read as "|" or "I".

A caret is drawn as a plain filled upright: one colour from end to end, and taller than the type (a bar) or
wider than a stroke (a block).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from duplex_cli.perception.change import Rect

MIN_UPRIGHT_PX = 11
"""Shorter uprights are strokes of letters, pixels: the caret of 12 px type is 14 high and more."""

TALLEST_PX = 48
"""A longer upright is a border or an indent guide, pixels: the caret of 24 px type is 32 high."""

SAME_GRAY = 2
"""Largest step from pixel to pixel inside a filled upright, 0-255: none when captured, 1-2 from video."""

WIDEST_PX = 28
"""Wider than any block caret, pixels: a character of 24 px type is 14 wide."""

CONTRAST = 20
"""Smallest difference of a caret from what surrounds it, gray levels: as for ink."""

BAR_PX = 3
"""Widest bar caret, pixels: editors draw 1 to 3."""

SOLID = 0.98
"""Least share of its box that a block caret fills."""

BLOCK_PX = 5
"""Narrowest block caret, pixels: a stroke of 18 px bold type is 3 wide, a cell of 12 px type 7."""

STEM_RATIO = 1.25
"""Carets (and "|", told apart by TALLER_PX) are taller by this than the stem of "d": 1.36 in DejaVu."""

TALLER_PX = 2
"""A bar caret is at least so much taller than a full line of its type, pixels: "|" is exactly as tall."""


@dataclass(frozen=True, slots=True)
class Upright:
    """A filled upright: pixels x0 <= x < x1, y0 <= y < y1 of the picture."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def is_block(self) -> bool:
        """A block caret, whatever the type around it."""
        return self.x1 - self.x0 >= BLOCK_PX

    def is_bar(self, full_height: int) -> bool:
        """A bar caret beside type whose full line (ascender to descender) is `full_height` pixels."""
        return self.y1 - self.y0 >= full_height + TALLER_PX

    def moved(self, dx: int, dy: int) -> Upright:
        """The same upright in another frame of reference."""
        return Upright(self.x0 + dx, self.y0 + dy, self.x1 + dx, self.y1 + dy)


def outstanding(uprights: list[Upright]) -> list[Upright]:
    """Those of one block of text that may be carets: blocks, and bars taller than the stems around them."""
    stems = sorted(u.y1 - u.y0 for u in uprights)
    stem = stems[len(stems) // 2] if len(stems) >= 3 else MIN_UPRIGHT_PX
    return [u for u in uprights if u.is_block or u.y1 - u.y0 >= STEM_RATIO * stem]


def find_uprights(gray: NDArray[np.uint8]) -> list[Upright]:
    """Filled uprights of `gray` (uint8[h, w]): carets, strokes as tall, and gaps between words."""
    # Odd: OpenCV moves the result of an even kernel by a pixel.
    across = np.ones((1, WIDEST_PX | 1), np.uint8)
    thin = cv2.max(
        cv2.morphologyEx(gray, cv2.MORPH_TOPHAT, across), cv2.morphologyEx(gray, cv2.MORPH_BLACKHAT, across)
    )
    filled = np.asarray(thin, np.uint8) > CONTRAST
    # The commonest gray is no caret; without it there are few candidates left.
    back = int(np.bincount(gray.ravel() >> 2, minlength=64).argmax()) * 4 + 2
    filled &= np.abs(gray.astype(np.int16) - back) > CONTRAST
    step = np.abs(np.diff(gray.astype(np.int16), axis=0)) <= SAME_GRAY
    even = np.zeros_like(gray)
    even[1:] = step & filled[1:] & filled[:-1]
    # An opening; OpenCV's own moves its result by a pixel where the kernel is even.
    rod = np.ones((MIN_UPRIGHT_PX - 1, 1), np.uint8)
    tall = cv2.dilate(cv2.erode(even, rod, anchor=(0, 0)), rod, anchor=(0, MIN_UPRIGHT_PX - 2))
    _, _, stats, _ = cv2.connectedComponentsWithStats(tall, connectivity=4)
    found = []
    for x, y, width, height, area in stats[1:].tolist():
        if height > TALLEST_PX:
            continue
        if width <= BAR_PX:
            found.append(Upright(x, y - 1, x + width, y + height))
        elif width >= BLOCK_PX and area >= SOLID * width * height:
            inside = gray[y : y + height, x : x + width]
            if int(np.ptp(inside)) <= 2 * SAME_GRAY:
                found.append(Upright(x, y - 1, x + width, y + height))
    return found


class CaretWatch:
    """Knows a caret's coming and going by its shape, so that its line is not read again for it."""

    def __init__(self) -> None:
        self._shown: Rect | None = None

    def is_caret(self, rect: Rect, frame: NDArray[np.uint8]) -> bool:
        """Whether a change in `rect` of `frame` (uint8[h, w, 3]) is a caret that came, or the last one gone.

        A typed "|" is not: it is anti-aliased, or the caret moves with it and the change is wider. Nor is a
        block that left a letter behind, or came over one.
        """
        width, height = rect.x1 - rect.x0, rect.y1 - rect.y0
        block = BLOCK_PX <= width <= WIDEST_PX
        if not (block or width <= BAR_PX) or not MIN_UPRIGHT_PX <= height <= TALLEST_PX:
            return False
        inside = frame[rect.y0 : rect.y1, rect.x0 : rect.x1].reshape(-1, 3)
        filled = bool((np.ptp(inside, axis=0) <= SAME_GRAY).all())
        if rect == self._shown and (filled or not block):
            return True
        around = frame[rect.y0 : rect.y1, max(0, rect.x0 - 1)]
        if filled and bool(np.abs(around.astype(np.int16) - inside[0]).max(axis=1).min() > CONTRAST):
            self._shown = rect
            return True
        return False
