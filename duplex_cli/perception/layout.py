"""What stands where on the screen: rows of text, their line numbers and the file they belong to."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from duplex_cli.perception.change import Rect
from duplex_cli.perception.screen_text import Piece, Reading, cut_piece
from duplex_cli.perception.text_lines import Line

SAME_ROW = 0.5
"""Middles closer than this, in line heights, are one row."""

COLUMN_GAP_EMS = 9.0
"""A wider gap parts two columns of the screen (editor and side bar), in line heights: about 18 characters,
more than code leaves before a trailing comment."""

MAX_DIGITS = 6
"""Digits of a line number at most."""

GUTTER_PX = 3
"""How far the right edges of line numbers may differ, pixels."""

BAR_SHARE = 0.12
"""Title, tabs and status line stand in this share of the picture at its top and bottom."""

SUFFIXES = (
    "py pyi ipynb js mjs cjs ts tsx jsx c h cc cpp hpp cs java kt go rs rb php pl lua r jl swift scala sh "
    "bash zsh fish ps1 sql html css scss vue svelte json jsonc yaml yml toml ini cfg xml md rst txt tex zig "
    "ex exs hs"
)
"""Endings that make a word in a title a file name."""

_FILE = re.compile(rf"(?<![\w@])[\w./~-]*\w\.(?:{SUFFIXES.replace(' ', '|')})(?![\w.])")
_HOLLOW = re.compile(r"\s*[□■█口▯▮]+$")
"""A block caret read as a sign at the end of its line."""


@dataclass(slots=True)
class Row:
    """One row of text in one column of the screen, and how far it has been read and told."""

    box: Rect
    areas: tuple[Rect, ...]
    """Where its pieces stand, from left to right."""
    pieces: tuple[Piece, ...]
    numbered: bool = False
    """The first piece is its number in the gutter."""
    parts: tuple[str, ...] | None = None
    """What the pieces say; None until they are read."""
    text: str = ""
    """What the row says, without its number."""
    pitch: float = 0.0
    """Width of a character, pixels; 0.0 where it is not monospaced."""
    changed_at: float = 0.0
    """When its picture last changed, session seconds."""
    told: str = ""
    """Text that was told last, or that stood here as context."""
    pending: bool = False
    """Its text is new and not told yet."""
    scene: bool = False
    """It came with a whole new picture, not by an edit."""

    @property
    def number(self) -> int | None:
        """Its line number, where the gutter shows one."""
        first = self.parts[0] if self.parts and self.numbered else ""
        return int(first) if first.isdecimal() else None

    @property
    def key(self) -> tuple[bytes, ...]:
        """Equal for equal pictures of the row."""
        return tuple(p.key for p in self.pieces)

    @property
    def middle(self) -> float:
        return (self.box.y0 + self.box.y1) / 2

    @property
    def body(self) -> tuple[Rect, ...]:
        """Its areas without the number."""
        return self.areas[1:] if self.numbered else self.areas

    def same_column(self, other: Row) -> bool:
        """Whether `other` stands above or below in the same column of the screen."""
        height = max(self.box.y1 - self.box.y0, other.box.y1 - other.box.y0)
        apart = max(self.box.x0, other.box.x0) - min(self.box.x1, other.box.x1)
        return apart < COLUMN_GAP_EMS * height

    def same_place(self, other: Row) -> bool:
        """Whether `other` stands in the same row and column."""
        height = max(self.box.y1 - self.box.y0, other.box.y1 - other.box.y0)
        return abs(self.middle - other.middle) < SAME_ROW * height and self.same_column(other)


@dataclass(frozen=True, slots=True)
class Gutter:
    """A column of line numbers, frame pixels across."""

    left: int
    right: int
    digit: float
    """Width of a digit."""

    def holds(self, area: Rect) -> bool:
        """Whether `area` is a number of this gutter."""
        widest = (MAX_DIGITS + 0.5) * self.digit
        return abs(area.x1 - self.right) <= GUTTER_PX and area.x1 - area.x0 <= widest

    @property
    def fence(self) -> int:
        """Where rows are cut: behind the numbers."""
        return self.right + GUTTER_PX


def group_rows(lines: Sequence[Line], gutter: Gutter | None) -> list[list[Line]]:
    """Put the runs of one row and column together, the numbers of a gutter with their row."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda item: item.box.x0):
        height, middle = line.box.y1 - line.box.y0, (line.box.y0 + line.box.y1) / 2
        for row in rows:
            last = row[-1].box
            tall = max(height, last.y1 - last.y0)
            near = line.box.x0 - last.x1 < COLUMN_GAP_EMS * tall
            if gutter is not None:
                near |= gutter.holds(last)
                near &= not last.x1 < gutter.left - GUTTER_PX < line.box.x0
            if near and abs((last.y0 + last.y1) / 2 - middle) < SAME_ROW * tall:
                row.append(line)
                break
        else:
            rows.append([line])
    return sorted(rows, key=lambda row: (row[0].box.y0, row[0].box.x0))


def make_row(frame: NDArray[np.uint8], lines: Sequence[Line], gutter: Gutter | None) -> Row:
    """The unread row of one group of lines of `frame` (uint8[h, w, 3])."""
    areas = tuple(Rect(a, n.box.y0, b, n.box.y1) for n in lines for a, b in n.cuts)
    carets = [c for n in lines for c in n.carets]
    box = Rect(areas[0].x0, min(a.y0 for a in areas), areas[-1].x1, max(a.y1 for a in areas))
    numbered = gutter is not None and gutter.holds(areas[0])
    return Row(box, areas, tuple(cut_piece(frame, a, carets) for a in areas), numbered)


def set_text(row: Row, readings: Sequence[Reading]) -> None:
    """Fill in what a row says from its pieces, with as many spaces between them as the gap is wide."""
    pitches = [(len(r.text), r.pitch) for r in readings if r.pitch]
    row.pitch = max(pitches)[1] if pitches else 0.0
    row.parts = tuple(r.text for r in readings)
    text = ""
    start = 1 if row.numbered else 0
    for index in range(start, len(readings)):
        if text and readings[index].text:
            gap = row.areas[index].x0 - row.areas[index - 1].x1
            text += " " * max(1, round(gap / row.pitch - 0.3) if row.pitch else 1)
        text += readings[index].text
    row.text = _HOLLOW.sub("", text)


def in_bar(row: Row, height: int) -> bool:
    """Whether a row stands in the title or status bar of a picture `height` pixels high."""
    return not BAR_SHARE < row.middle / height < 1 - BAR_SHARE / 2


def file_name(rows: Iterable[Row], height: int) -> str:
    """The file on show, from the title, tabs or status line of a picture `height` pixels high.

    The name that stands there most often (title and tab), if that is clear, else the only one; else "".
    """
    counts: dict[str, int] = {}
    for row in rows:
        if not in_bar(row, height):
            continue
        for match in _FILE.finditer(row.text):
            name = match.group().rsplit("/", 1)[-1]
            counts[name] = counts.get(name, 0) + 1
    if not counts:
        return ""
    most = max(counts.values())
    best = [name for name, count in counts.items() if count == most]
    return best[0] if len(best) == 1 else ""


def place_of(row: Row, rows: Iterable[Row], name: str) -> str:
    """Where a row stands, for people: "store.py:12" or "line 12" by the gutter, else by counting rows."""
    if row.number is not None:
        return f"{name}:{row.number}" if name else f"line {row.number}"
    column = sorted(r.middle for r in rows if r.same_column(row) and r.middle <= row.middle)
    steps = [b - a for a, b in itertools.pairwise(column) if b - a > 0.5 * (row.box.y1 - row.box.y0)]
    if not steps:
        return "line 1"
    return f"line {1 + round((row.middle - column[0]) / min(steps))}"
