"""Spaces and lost signs of monospaced text, from where its ink stands rather than from the network.

A recogniser guesses spaces, loses signs that repeat ("__init__" becomes "_init_") and full stops. In a
monospaced font every character stands in a cell of one width, so an empty cell is a space, and a cell that
got no letter is the letter before once more if it looks like it, or a full stop.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

MIN_LETTERS = 3
"""Fewer letters do not show a pitch."""

INNER = 0.2
"""Share of a cell left out on each side when it is looked at: wide letters reach over by less."""

STOP_HEIGHT, STOP_WIDTH = 0.25, 0.6
"""A full stop is at most so high (of the tallest letter) and wide (of the inner cell): 3 by 3 pixels in 17 px
type, where a dash is wider and a comma reaches below the line."""

CLEAR = 0.4
"""Most ink at the borders of cells, relative to the ink of an average column, for a font to be monospaced.
Code in DejaVu Sans Mono and Liberation Mono, 12-18 px: 95 % of pieces have at most .24; in DejaVu Sans and
Liberation Serif 95 % have at least .42."""

ALIKE = 0.8
"""Least share of ink that two cells have in common if they may hold the same sign. Of DejaVu Sans Mono at
12-18 px, drawn up to half a pixel apart, 95 % of signs have .82 and more, 2.4 % of pairs of different signs
.8 and more ("o" and "q"): good for a cell that got no letter, not for reading."""

SKIP_COST = 0.4
"""Cost of a cell without a letter, in cells of distance, where it looks like its neighbour."""


ASTRAY = 0.8
"""Farthest that a letter may be read from its cell, in cells: the network places letters to half a cell
(its steps are 8 of about 15 pixels), a grid gone wrong is off by whole ones."""


def on_grid(
    letters: Sequence[str], centres: NDArray[np.float64], ink: NDArray[np.bool_]
) -> tuple[str, float]:
    """Set `letters` (read, with guessed spaces) on the grid of cells.

    `centres` float64[n] are their middles and `ink` bool[h, w] their picture, in the same pixels.
    Returns (text, pitch in pixels); pitch is 0.0 and the text as read where no grid fits.
    """
    plain = "".join(letters).strip()
    signs = [c for c in letters if not c.isspace()]
    where = np.array([x for c, x in zip(letters, centres, strict=True) if not c.isspace()])
    if len(signs) < MIN_LETTERS:
        return plain, 0.0
    profile = ink.sum(axis=0).astype(np.float64)
    fitted = [f for guess in _guesses(letters, centres) if (f := _fit(profile, guess)) is not None]
    if not fitted:
        return plain, 0.0
    _, pitch, phase = min(fitted)
    columns = np.flatnonzero(profile)
    first = int(np.floor((columns[0] + 0.5 - phase) / pitch + INNER))
    last = int(np.ceil((columns[-1] + 0.5 - phase) / pitch - INNER))
    inner = [_cell(ink, phase, pitch, k) for k in range(first, last)]
    filled = [k for k, cell in enumerate(inner) if cell.any()]
    if not filled:
        return plain, 0.0
    cells = np.array(filled, np.float64) + first
    at = (where - phase) / pitch - 0.5
    if len(filled) > len(signs):
        signs, at = _fill(signs, at, cells, inner, filled)
    if len(filled) != len(signs):
        return plain, 0.0
    astray = at - cells
    if np.abs(astray - np.median(astray)).max() > ASTRAY:
        return plain, 0.0
    text = [" "] * (filled[-1] + 1)
    stops = _full_stops([inner[k] for k in filled])
    for k, sign, stop in zip(filled, signs, stops, strict=True):
        text[k] = "." if stop and sign == "_" else sign
    return "".join(text).strip(), pitch


def _guesses(letters: Sequence[str], centres: NDArray[np.float64]) -> tuple[float, float]:
    """Pitch by the steps within words: their mean fails by a lost letter, their median by rounding."""
    steps = np.diff(centres)
    inside = [s for s, a, b in zip(steps, letters, letters[1:], strict=False) if not (a + b).count(" ")]
    used = inside if len(inside) >= 2 else steps
    return float(np.mean(used)), float(np.median(used))


def _fit(profile: NDArray[np.float64], guess: float) -> tuple[float, float, float] | None:
    """(ink on the borders of cells, pitch, phase: left edge of a cell, both in pixels) of the best grid."""
    if guess < 3:
        return None
    width = len(profile)
    columns = np.flatnonzero(profile)
    left, right = columns[0] - 0.5 * guess, columns[-1] + 1 + 0.5 * guess
    # The grid drifts by (cells x error of the pitch): an eighth of a pixel over the whole piece is enough.
    cells = max(1.0, (right - left) / guess)
    fine = min(0.125 * 2 / cells, 0.05)
    pitches = np.arange(0.88 * guess, 1.12 * guess, fine)
    waves = np.exp(-2j * np.pi * np.outer(1 / pitches, np.arange(width) + 0.5)) @ profile
    best = int(np.argmax(np.abs(waves)))
    pitch = float(pitches[best])
    # The wave's crest is where ink is densest: the middle of the cells.
    crest = -float(np.angle(waves[best])) / (2 * np.pi) * pitch
    phases = crest + pitch * (0.5 + np.arange(-0.25, 0.26, 0.05))
    borders = phases[:, None] + pitch * np.arange(-1, cells + 3)[None, :]
    inside = (borders > columns[0]) & (borders < columns[-1])
    at = np.clip(borders.astype(int), 0, width - 1)
    amount = (profile[at] * inside).sum(axis=1) / np.maximum(1, inside.sum(axis=1))
    least = int(np.argmin(amount))
    if amount[least] > CLEAR * profile[columns[0] : columns[-1] + 1].mean():
        return None
    return float(amount[least]), pitch, float(phases[least] % pitch)


def _cell(ink: NDArray[np.bool_], phase: float, pitch: float, k: int) -> NDArray[np.bool_]:
    left = phase + (k + INNER) * pitch
    width = max(1, round((1 - 2 * INNER) * pitch))
    start = max(0, round(left))
    return ink[:, start : start + width]


def _alike(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> bool:
    width = min(a.shape[1], b.shape[1])
    a, b = a[:, :width], b[:, :width]
    either = int((a | b).sum())
    # The second cell may be drawn half a pixel off.
    moved = [(np.roll(b, shift, axis=1) & a).sum() for shift in (-1, 0, 1)]
    return either > 0 and 2 * max(moved) >= ALIKE * int(a.sum() + b.sum())


def _fill(
    signs: list[str],
    where: NDArray[np.float64],
    cells: NDArray[np.float64],
    inner: list[NDArray[np.bool_]],
    filled: list[int],
) -> tuple[list[str], NDArray[np.float64]]:
    """Give each filled cell a sign in order; cells without one repeat the cell before or are full stops.

    Least total distance (in cells) by dynamic programming. Returns the signs and where they were read (a
    repeated one: where its cell is); both unchanged where no order fits.
    """
    count, room = len(signs), len(filled)
    same = [
        j > 0 and filled[j] == filled[j - 1] + 1 and _alike(inner[filled[j]], inner[filled[j - 1]])
        for j in range(room)
    ]
    stop = _full_stops([inner[k] for k in filled])
    # cost[j, i]: least cost of the first j cells with the first i signs.
    cost = np.full((room + 1, count + 1), np.inf)
    cost[0, 0] = 0.0
    for j in range(1, room + 1):
        cost[j, 1:] = cost[j - 1, :-1] + np.abs(cells[j - 1] - where)
        if same[j - 1]:
            cost[j, 1:] = np.minimum(cost[j, 1:], cost[j - 1, 1:] + SKIP_COST)
        elif stop[j - 1]:
            cost[j] = np.minimum(cost[j], cost[j - 1] + SKIP_COST)
    if not np.isfinite(cost[-1, -1]):
        return signs, where
    out: list[str] = []
    at: list[float] = []
    i = count
    for j in range(room, 0, -1):
        taken = cost[j - 1, i - 1] + abs(cells[j - 1] - where[i - 1]) if i else np.inf
        if taken <= cost[j, i] + 1e-9:
            out.append(signs[i - 1])
            at.append(float(where[i - 1]))
            i -= 1
        else:
            out.append(signs[i - 1] if same[j - 1] else ".")
            at.append(float(cells[j - 1]))
    return out[::-1], np.array(at[::-1])


def _full_stops(cells: Sequence[NDArray[np.bool_]]) -> list[bool]:
    """Which cells hold a small mark on the line and nothing else: the sign that networks lose most."""
    spans = []
    for cell in cells:
        rows, columns = np.flatnonzero(cell.any(axis=1)), np.flatnonzero(cell.any(axis=0))
        spans.append((int(rows[0]), int(rows[-1]), int(columns[-1]) - int(columns[0]) + 1))
    base = float(np.median([bottom for _, bottom, _ in spans]))
    tallest = max(bottom - top + 1 for top, bottom, _ in spans)
    return [
        bottom - top + 1 <= STOP_HEIGHT * tallest
        and abs(bottom - base) <= 1
        and width <= STOP_WIDTH * cell.shape[1]
        for (top, bottom, width), cell in zip(spans, cells, strict=True)
    ]
