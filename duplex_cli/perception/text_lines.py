"""Lines of text in a piece of the screen, found by image processing: no detector, any theme.

A line is found as ink: strokes thinner than type is tall, darker or lighter than what surrounds them. Each
line is cut at its gaps into pieces short enough to be read alone, so that typing at a line's end reads only
its end.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from duplex_cli.perception.carets import find_uprights, outstanding
from duplex_cli.perception.change import Rect

STROKE_PX = 9
"""Wider than a stroke of 12-24 px type and the gaps inside its letters, pixels."""

BAR_PX = 5
"""Thicker than a dash or an underscore of such type, thinner than the space between most lines, pixels."""

INK_CONTRAST = 20
"""Smallest difference from the surroundings that is ink, 0-255: above a current-line highlight (10), below
the dimmest text of the themes in the tests (80)."""

RULE_PX = 48
"""A straight stroke longer than this is a border, an underline or an indent guide, not type, pixels."""

BLOCK_CLOSE_PX = (15, 41)
"""Ink closer than this (down, across) is one block of text, pixels: over a blank line, not over a panel."""

AROUND_ROWS = 12
"""Pixel rows above and below that show the background of one: a line of 17 px type, so that a row of dashes,
which is mostly ink, is outweighed."""

REACH_PX = 3
"""A caret of the next line so near stands in the margin with which this one is cut, and is not to be read."""

TALL_PX = 34
"""A band of ink taller than this is several lines that touch, pixels (24 px type is 29 high)."""

MIN_FULL_PX = 12
"""Height given to a lone low mark (dots, dashes), pixels, so that it is not blown up to fill the line."""

RULE_EVEN = 2
"""Largest step of gray from pixel to pixel along a ruled line."""

MIN_HEIGHT_PX, MAX_HEIGHT_PX = 4, 48
"""Ink heights of lines that are kept, pixels (a heading is 48 high)."""

JOIN_EMS = 1.1
"""Ink closer than this, in line heights, is one segment: about two characters of a monospaced font."""

PIECE_EMS = 12.0
"""A segment is cut at the first space after this many line heights (about 24 characters)."""

TAIL_EMS = 4.0
"""What remains after a cut is at least so long, in line heights: a sign or two alone are read worse."""

FENCE_GAP_PX = 6
"""Editors leave at least so much between a line number and code, pixels: one character of 12 px type."""

SPACE_EMS = 0.55
"""Narrowest gap that is taken for a space when cutting, in line heights: "m m" has .6, '."' has .4."""


@dataclass(frozen=True, slots=True)
class Line:
    """One run of ink in a row. `box` is in frame pixels, with the height of a full line of its neighbours."""

    box: Rect
    cuts: tuple[tuple[int, int], ...]
    """Pieces from left to right, frame pixels x0 <= x < x1."""
    carets: tuple[Rect, ...] = ()
    """Carets standing in the line, frame pixels: not to be read."""


def ink_mask(gray: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Ink of `gray` (uint8[h, w]) as 0 or 255, uint8[h, w]: thin, contrasting, and no ruled line."""
    # Along a row the spaces between letters are as thin as letters, so both signs together cover a word
    # whatever the theme; the space between two lines is uniform along the row and stays clear.
    contrast = np.zeros_like(gray)
    for shape in ((1, STROKE_PX), (BAR_PX, 1)):
        for thin in (cv2.MORPH_TOPHAT, cv2.MORPH_BLACKHAT):
            contrast = cv2.max(contrast, cv2.morphologyEx(gray, thin, np.ones(shape, np.uint8)))
    ink = _u8(cv2.threshold(contrast, INK_CONTRAST, 255, cv2.THRESH_BINARY)[1])
    # A ruled line keeps its gray along its way; the foot of a row of letters does not.
    signed = gray.astype(np.int16)
    for axis, shape in ((1, (1, 2 * RULE_PX)), (0, (RULE_PX, 1))):
        even = np.pad(np.abs(np.diff(signed, axis=axis)) <= RULE_EVEN, [(0, axis == 0), (0, axis == 1)])
        ruled = cv2.morphologyEx(ink * even, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
        # with its ends, where two borders meet
        ink &= ~_u8(cv2.dilate(ruled, np.ones((3, 9) if axis else (9, 3), np.uint8)))
    return ink


def _like_background(gray: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where a block shows the commonest gray around: the gaps that the ink mask cannot tell from strokes.

    Around, because what lies below a text may have another background (a selection, the end of the file).
    """
    rows = len(gray)
    bins = (gray >> 2) + 64 * np.arange(rows, dtype=np.int32)[:, None]
    counts = np.bincount(bins.ravel(), minlength=64 * rows).reshape(rows, 64).astype(np.float32)
    kernel = (1, 2 * AROUND_ROWS + 1)
    near = cv2.boxFilter(counts, -1, kernel, normalize=False, borderType=cv2.BORDER_CONSTANT)
    back = np.asarray(near).argmax(axis=1).astype(np.int16) * 4 + 2
    return np.abs(gray.astype(np.int16) - back[:, None]) < INK_CONTRAST


def find_lines(patch: NDArray[np.uint8], x: int = 0, y: int = 0, fences: tuple[int, ...] = ()) -> list[Line]:
    """Lines of text in `patch` (uint8[h, w, 3]), which lies at (x, y) in the frame, in reading order.

    No line crosses a fence (frame pixels across): the edge of a gutter of line numbers.
    """
    gray = _u8(cv2.cvtColor(patch, cv2.COLOR_RGB2GRAY))
    ink = ink_mask(gray)
    uprights = find_uprights(gray)
    for u in [u for u in uprights if u.is_block]:  # too wide for ink, but it belongs to its line
        ink[u.y0 : u.y1, u.x0 : u.x1] = 255
    close = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones(BLOCK_CLOSE_PX, np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(close, connectivity=8)
    lines = []
    for label, (left, top, width, height, _) in enumerate(stats[1:].tolist(), start=1):
        window = (slice(top, top + height), slice(left, left + width))
        back = _like_background(gray[window])
        whole = np.where((labels[window] == label) & ~back, ink[window], 0).astype(np.uint8)
        own = whole.copy()
        within = [u for u in uprights if labels[u.y0 + 1, u.x0] == label]
        within = [u.moved(-left, -top) for u in within]
        within = outstanding([u for u in within if not back[u.y0 + 1, u.x0]])
        for u in within:  # with the blurred edge that video leaves
            own[max(0, u.y0 - 1) : u.y1 + 1, max(0, u.x0 - 1) : u.x1 + 1] = 0
        bands = _bands(own)
        for (y0, y1), (full0, full1) in zip(bands, _grid(bands), strict=True):
            full = full1 - full0
            if y1 - y0 > MAX_HEIGHT_PX or full < MIN_HEIGHT_PX:
                continue
            carets = []
            for u in within:
                if u.is_block or u.is_bar(full):
                    near = u.y0 < max(y1, full1) + REACH_PX and u.y1 > min(y0, full0) - REACH_PX
                    carets += [u.moved(x + left, y + top)] if near else []
                else:  # a letter after all
                    rows, columns = slice(max(y0, u.y0), min(y1, u.y1)), slice(max(0, u.x0 - 1), u.x1 + 1)
                    own[rows, columns] = whole[rows, columns]
            row_y = (y + max(0, top + full0), y + min(patch.shape[0], top + full1))
            for run in _runs(own[y0:y1], JOIN_EMS * full, tuple(f - x - left for f in fences)):
                cuts = tuple((x + left + a, x + left + b) for a, b in _cuts(own[y0:y1], run, full))
                box = Rect(x + left + run[0], row_y[0], x + left + run[1], row_y[1])
                lines.append(Line(box, cuts, tuple(Rect(u.x0, u.y0, u.x1, u.y1) for u in carets)))
    return sorted(lines, key=lambda line: (line.box.y0, line.box.x0))


def _bands(own: NDArray[np.uint8]) -> list[tuple[int, int]]:
    """Rows of a block (its ink, uint8[h, w]) as y0 <= y < y1, from the top."""
    profile = np.count_nonzero(own, axis=1)
    bands = _stretches(profile > 0)
    pitch = _pitch(profile) if bands and max(b - a for a, b in bands) > TALL_PX else 0.0
    heights = sorted(b - a for a, b in bands if b - a >= 7)
    typical = pitch or (heights[len(heights) // 2] if heights else 16)
    split: list[tuple[int, int]] = []
    for a, b in bands:
        # Lines that touch (a descender on an ascender) are cut where the ink is thinnest.
        while b - a > 1.6 * typical:
            low, high = a + round(0.75 * typical), min(b, a + round(1.4 * typical))
            cut = low + int(np.argmin(profile[low:high]))
            split.append((a, cut))
            a = cut
        split.append((a, b))
    merged: list[tuple[int, int]] = []
    for a, b in split:
        # The two bars of "=", the dots of "i" and ":" where the line holds nothing taller.
        apart = a - merged[-1][1] if merged else 0
        both = b - merged[-1][0] if merged else 0
        if merged and both <= (1.35 if apart <= 1 else 1.15) * typical and apart <= 0.45 * typical:
            merged[-1] = (merged[-1][0], b)
        else:
            merged.append((a, b))
    return merged


def _pitch(profile: NDArray[np.intp]) -> float:
    """Line pitch of a block whose lines touch, pixels: where its row profile repeats itself."""
    wave = profile - profile.mean()
    lags = np.arange(9, min(len(wave) - 1, 2 * TALL_PX))
    if len(lags) == 0:
        return 0.0
    strength = np.array([np.dot(wave[lag:], wave[:-lag]) / (len(wave) - lag) for lag in lags])
    # The first strong repetition: its multiples repeat as well.
    return float(lags[np.argmax(strength >= 0.8 * strength.max())])


def _grid(bands: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Each band grown to the height of a full line (ascender to descender) where its neighbours show it.

    Quotes alone in a line are then read as high quotes, and a line keeps its scale while it is typed.
    """
    if not bands:
        return []
    heights = np.array([b - a for a, b in bands])
    usual = heights[heights <= 1.5 * np.median(heights)]
    full = int(usual.max())
    tops = [a for a, b in bands if b - a >= full - 1]
    pitch = _line_pitch([(a + b) / 2 for a, b in bands], tops, full)
    out = []
    for a, b in bands:
        if b - a >= full:
            out.append((a, b))
            continue
        ref = min(tops, key=lambda top: abs(top - a))
        top = round(ref + round(((a + b) / 2 - ref - full / 2) / pitch) * pitch) if pitch else a
        if pitch == 0 or a < top - 2 or b > top + full + 2:
            top = (a + b - full) // 2
        out.append((min(a, top), max(b, top + full)))
    if len(bands) == 1 and full < MIN_FULL_PX:
        spare = MIN_FULL_PX - full
        out = [(out[0][0] - spare // 2, out[0][1] + spare - spare // 2)]
    return out


def _line_pitch(middles: list[float], tops: list[int], full: int) -> float:
    """Pixels from line to line; 0.0 if the lines do not show it. `tops` are those of full lines."""
    steps = [b - a for a, b in itertools.pairwise(middles) if b - a >= 0.8 * full]
    if not steps:
        return 0.0
    # Single steps waver with ascenders and descenders, and are doubled by blank lines.
    rough = float(np.median([step for step in steps if step <= 1.5 * min(steps)]))
    span = tops[-1] - tops[0]
    count = round(span / rough)
    return span / count if count else rough


def _runs(band: NDArray[np.uint8], join: float, fences: tuple[int, ...]) -> list[tuple[int, int]]:
    """Stretches of ink along a row, joined over gaps of up to `join` pixels that hold no fence."""
    runs: list[tuple[int, int]] = []
    for a, b in _stretches(np.count_nonzero(band, axis=0) > 0):
        gap = a - runs[-1][1] if runs else 0
        # A fence parts a number from code, never two letters that happen to stand on both sides of it.
        fenced = gap >= FENCE_GAP_PX and any(runs[-1][1] <= f <= a for f in fences)
        if runs and gap <= join and not fenced:
            runs[-1] = (runs[-1][0], b)
        else:
            runs.append((a, b))
    return runs


def _cuts(band: NDArray[np.uint8], run: tuple[int, int], em: int) -> list[tuple[int, int]]:
    """Cut a run at the first space after each PIECE_EMS, from the left: stable while its end is typed."""
    start, stop = run
    pieces = []
    words = [(start + a, start + b) for a, b in _stretches(np.count_nonzero(band[:, start:stop], axis=0) > 0)]
    for (_, left), (right, _) in itertools.pairwise(words):
        long_enough = left - start >= PIECE_EMS * em and stop - right >= TAIL_EMS * em
        if long_enough and right - left >= SPACE_EMS * em:
            pieces.append((start, left))
            start = right
    return [*pieces, (start, stop)]


def _stretches(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Runs of True as (first, past the last)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _u8(picture: ArrayLike) -> NDArray[np.uint8]:
    """OpenCV's results under their true type; nothing is copied."""
    return np.asarray(picture, np.uint8)
