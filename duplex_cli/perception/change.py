"""The gate before the eyes: which places of the picture changed, and which of them only flicker.

Frames are compared by tiles. A changed tile is passed on unless it is known to move on its own: a blinking
caret (it returns to pictures it has shown before), a clock or spinner (small and regular), a video (large
and changing in every frame). Nothing ignored is lost: once such a place comes to rest it is passed on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Kind = Literal["nothing", "flicker", "video", "text", "scene"]

TILE_PX = 16
"""Side of a tile, pixels: one row of 12-18 px type is one or two tiles, a caret or a clock a few."""

TOLERANCE = 24
"""Largest difference of one channel (0-255) that is no change. The dimmest text of the themes in the tests
(gray line numbers on dark) differs by 80, a current-line highlight by 10."""

SMALL_TILES = 24
"""Largest area of a thing that ticks by itself, tiles: 192 x 32 pixels hold "Sat 22 Nov  12:34:56"."""

SCENE_SHARE = 0.2
"""More of the picture than this changed at once is a new scene (window switch, scrolling), not typing."""

HASH_SHARE = 0.25
"""Tiles are fingerprinted only up to this share of the picture: a larger change is no caret, and the
fingerprints of a whole 1920 x 1080 picture would cost as much as the rest of the gate."""

HISTORY = 8
"""Changes remembered for each tile. Eight pictures hold the phases of a caret and of most spinners."""

BLINKS = 3
"""Returns to a picture shown before that make a caret: two full blinks. Type-erase-type is two."""

TICKS = 6
"""Equal intervals that make a clock or spinner. Typing at the frame rate changes one tile at most six times
(four letters of 12 px type, the caret's coming and going): five intervals."""

VIDEO_FRAMES = 6
"""Frames in a row that changed a large place: a video, an animation, or scrolling still under way."""

REST_S = 1.0
"""An ignored place that has not changed for so long (or 2.5 of its intervals) is passed on, seconds.
A caret blinks every 0.5-0.6 s on the usual desktops and is therefore never passed on."""

LONG_AGO = -1e9
"""A time before any session, seconds."""


@dataclass(frozen=True, slots=True)
class Rect:
    """Pixels x0 <= x < x1, y0 <= y < y1 of a frame."""

    x0: int
    y0: int
    x1: int
    y1: int


@dataclass(frozen=True, slots=True)
class Change:
    """What one frame changed. `rects` is empty unless the kind is "text" or "scene"."""

    kind: Kind
    rects: tuple[Rect, ...] = ()


class ChangeGate:
    """Compares each frame with the last one. Holds two copies of the picture; no threads."""

    def __init__(self) -> None:
        self._shape: tuple[int, ...] = ()

    def feed(self, frame: NDArray[np.uint8], at_s: float) -> Change:
        """The change that `frame` (uint8[h, w, 3]) brought at session time `at_s`, seconds.

        The first frame, and one of another size, is a scene that covers everything.
        """
        if frame.shape != self._shape:
            self._begin(frame, at_s)
            return Change("scene", (Rect(0, 0, frame.shape[1], frame.shape[0]),))
        height, width = frame.shape[:2]
        last, new = self._buffers
        new[:height, :width] = frame
        dt = at_s - self._fed_at
        self._fed_at = at_s
        changed = np.zeros((self._rows, self._cols), bool)
        difference = None
        if cv2.norm(last, new, cv2.NORM_INF) > TOLERANCE:
            difference = np.asarray(cv2.absdiff(last, new), np.uint8)
            bands = difference.reshape(self._rows, TILE_PX, -1).max(axis=1)
            changed = bands.reshape(self._rows, self._cols, TILE_PX * 3).max(axis=2) > TOLERANCE
        ignored = self._judge(changed, at_s, dt)
        # Tiles below the tolerance keep their old picture, or a slow fade would pass unnoticed.
        if changed.mean() > HASH_SHARE:
            self._buffers.reverse()
        else:
            tiles = np.nonzero(changed)
            _tiles(last)[tiles] = _tiles(new)[tiles]
        passed = (changed & ~ignored) | self._rested(changed, at_s)
        self._owed |= changed & ignored
        self._owed &= ~passed
        if not passed.any():
            video = bool((changed & self._video).any())
            return Change("video" if video else "flicker" if changed.any() else "nothing")
        kind: Kind = "scene" if passed.mean() > SCENE_SHARE else "text"
        return Change(kind, self._rects(passed, difference))

    def _begin(self, frame: NDArray[np.uint8], at_s: float) -> None:
        height, width = frame.shape[:2]
        self._shape = frame.shape
        self._rows, self._cols = -(-height // TILE_PX), -(-width // TILE_PX)
        padded = (self._rows * TILE_PX, self._cols * TILE_PX, 3)
        self._buffers = [np.zeros(padded, np.uint8), np.zeros(padded, np.uint8)]
        self._buffers[0][:height, :width] = frame
        grid = (self._rows, self._cols)
        self._times = np.full((*grid, HISTORY), LONG_AGO)
        self._prints = np.zeros((*grid, HISTORY), np.uint64)
        self._returns = np.zeros(grid, np.int32)
        self._streak = np.zeros(grid, np.int32)
        self._ticking = np.zeros(grid, bool)
        self._video = np.zeros(grid, bool)
        self._owed = np.zeros(grid, bool)
        self._fed_at = at_s
        salt = np.random.default_rng(7).integers(1, 2**63, TILE_PX * TILE_PX * 3 // 8, dtype=np.uint64)
        self._salt = salt | np.uint64(1)

    def _judge(self, changed: NDArray[np.bool_], at_s: float, dt: float) -> NDArray[np.bool_]:
        """Which of the changed tiles move on their own; keeps the histories."""
        self._streak = np.where(changed, self._streak + 1, 0)
        ignored = np.zeros_like(changed)
        if not changed.any():
            return ignored
        tiles = np.nonzero(changed)
        self._remember(tiles, at_s, changed.mean() <= HASH_SHARE)
        blinking = self._returns[tiles] >= BLINKS
        gaps = np.diff(self._times[tiles][:, -TICKS - 1 :], axis=1)
        middle = np.median(gaps, axis=1)
        # A change is seen up to one frame late, so two intervals can differ by two frames.
        spread = gaps.max(axis=1) - gaps.min(axis=1)
        regular = spread <= np.maximum(2.1 * dt, 0.2 * middle)
        # A clock shows something new each time: what comes and goes by the clock is a caret beside typing.
        prints = np.sort(self._prints[tiles][:, -TICKS - 1 :], axis=1)
        fresh = (prints[:, 0] > 0) & (prints[:, 1:] != prints[:, :-1]).all(axis=1)
        candidate = np.zeros_like(changed)
        candidate[tiles] = regular & fresh
        self._ticking |= _areas(candidate, candidate, at_most=SMALL_TILES)
        steady = self._streak >= VIDEO_FRAMES
        self._video |= _areas(steady, steady, at_least=SMALL_TILES + 1)
        # The tens of a clock's seconds change with the ones, but too rarely to be regular themselves.
        ignored |= _areas(changed, self._ticking & changed, at_most=SMALL_TILES)
        ignored |= changed & (self._ticking | self._video)
        ignored[tiles] |= blinking
        return ignored

    def _remember(self, tiles: tuple[NDArray[np.intp], ...], at_s: float, fingerprint: bool) -> None:
        self._times[tiles] = np.roll(self._times[tiles], -1, axis=1)
        self._times[(*tiles, -1)] = at_s
        if not fingerprint:
            self._prints[tiles] = 0
            self._returns[tiles] = 0
            return
        last, new = self._buffers
        prints = self._prints[tiles]
        fresh = prints[:, -1] == 0
        prints[fresh, -1] = self._fingerprint(_tiles(last)[tiles][fresh])
        now = self._fingerprint(_tiles(new)[tiles])
        known = (prints == now[:, None]).any(axis=1)
        self._returns[tiles] = np.where(known, self._returns[tiles] + 1, 0)
        self._prints[tiles] = np.concatenate([prints[:, 1:], now[:, None]], axis=1)

    def _fingerprint(self, pictures: NDArray[np.uint8]) -> NDArray[np.uint64]:
        """Multiply-shift hash of each tile, uint64[n]; 0 stands for "none" and does not occur."""
        if len(pictures) == 0:
            return np.empty(0, np.uint64)
        words = np.ascontiguousarray(pictures).reshape(len(pictures), -1).view(np.uint64)
        mixed = (words ^ (words >> np.uint64(29))) * self._salt
        return np.bitwise_xor.reduce(mixed ^ (mixed >> np.uint64(32)), axis=1) | np.uint64(1)

    def _rested(self, changed: NDArray[np.bool_], at_s: float) -> NDArray[np.bool_]:
        """Ignored places that came to rest: they may show something new, and may start afresh."""
        waiting = (self._owed | self._ticking | self._video) & ~changed
        rested = np.zeros_like(changed)
        if not waiting.any():
            return rested
        tiles = np.nonzero(waiting)
        times = self._times[tiles]
        interval = (times[:, -1] - times[:, -2]) * self._ticking[tiles]
        done = at_s - times[:, -1] > np.maximum(REST_S, 2.5 * interval)
        rested[tiles] = done
        # The tens of a clock wait as long as its ones go on.
        rested &= ~(cv2.dilate((self._ticking & ~rested).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)
        self._ticking &= ~rested
        self._video &= ~rested
        self._returns[rested] = 0
        return rested & self._owed

    def _rects(self, passed: NDArray[np.bool_], difference: NDArray[np.uint8] | None) -> tuple[Rect, ...]:
        # Words of one line belong together, lines do not: grow sideways only, into a margin, so that every
        # box is too wide by exactly the growth.
        grow = 2
        mask = np.pad(passed, ((0, 0), (grow, grow))).astype(np.uint8)
        grown = cv2.dilate(mask, np.ones((1, 2 * grow + 1), np.uint8))
        _, _, stats, _ = cv2.connectedComponentsWithStats(grown, connectivity=4)
        height, width = self._shape[:2]
        out = []
        for x, y, w, h, _ in stats[1:].tolist():
            left, top = x * TILE_PX, y * TILE_PX
            right, bottom = min(width, (x + w - 2 * grow) * TILE_PX), min(height, (y + h) * TILE_PX)
            out.append(_shrunk(Rect(left, top, right, bottom), difference))
        return tuple(out)


def _shrunk(rect: Rect, difference: NDArray[np.uint8] | None) -> Rect:
    """The pixels within `rect` that did change: the next line's caret may reach into a tile by one."""
    if difference is None:
        return rect
    moved = difference[rect.y0 : rect.y1, rect.x0 : rect.x1].max(axis=2) > TOLERANCE
    rows, columns = np.flatnonzero(moved.any(axis=1)), np.flatnonzero(moved.any(axis=0))
    if len(rows) == 0:  # a place that came to rest
        return rect
    return Rect(
        rect.x0 + int(columns[0]),
        rect.y0 + int(rows[0]),
        rect.x0 + int(columns[-1]) + 1,
        rect.y0 + int(rows[-1]) + 1,
    )


def _tiles(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """View of a padded picture as uint8[rows, columns, TILE_PX, TILE_PX * 3]."""
    rows, columns = picture.shape[0] // TILE_PX, picture.shape[1] // TILE_PX
    return picture.reshape(rows, TILE_PX, columns, TILE_PX * 3).swapaxes(1, 2)


def _areas(
    mask: NDArray[np.bool_], holding: NDArray[np.bool_], at_least: int = 1, at_most: int = 1 << 30
) -> NDArray[np.bool_]:
    """The connected areas of `mask` within the sizes (tiles) that hold a tile of `holding`."""
    out = np.zeros_like(mask)
    if not holding.any():
        return out
    _, found, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    labels = np.asarray(found, np.int32)
    sizes = np.asarray(stats, np.int32)[:, cv2.CC_STAT_AREA]
    held = np.zeros(len(sizes), bool)
    held[labels[holding & mask]] = True
    fits = held & (sizes >= at_least) & (sizes <= at_most)
    fits[0] = False
    return fits[labels]
