"""The column of line numbers beside code: found in a picture of code, or as a new file grows."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

from duplex_cli.perception.change import Rect
from duplex_cli.perception.layout import (
    GUTTER_PX,
    MAX_DIGITS,
    Gutter,
    Row,
    file_name,
    in_bar,
)

GUTTER_ROWS = 3
"""Numbers in line, one under the other and rising, that make a gutter."""

_LEADING = re.compile(rf"^(\d{{1,{MAX_DIGITS}}})(?: +|$)")

NEXT_ROW = (0.8, 2.5)
"""From a row to the next one, in line heights: editors set lines 1.2 to 1.6 apart."""


def numbers_to_be(rows: Sequence[Row]) -> list[Row]:
    """Some unread rows that may begin with a gutter's numbers: narrow, right edges in line."""
    narrow = [r for r in rows if r.areas[0].x1 - r.areas[0].x0 <= 0.75 * MAX_DIGITS * (r.box.y1 - r.box.y0)]
    for row in narrow:
        column = [r for r in narrow if abs(r.areas[0].x1 - row.areas[0].x1) <= GUTTER_PX]
        if len(column) >= GUTTER_ROWS:
            return column[:: max(1, len(column) // (GUTTER_ROWS + 1))][: GUTTER_ROWS + 1]
    return []


def find_gutter(numbers: Iterable[tuple[Rect, str]]) -> Gutter | None:
    """A gutter among the first pieces of rows: bare numbers, right edges in line, rising downwards."""
    found = [(area, text) for area, text in numbers if text.isdecimal() and len(text) <= MAX_DIGITS]
    for area, text in found:
        column = sorted((f for f in found if abs(f[0].x1 - area.x1) <= GUTTER_PX), key=lambda f: f[0].y0)
        rising = all(int(a[1]) < int(b[1]) for a, b in itertools.pairwise(column))
        if len(column) >= GUTTER_ROWS and rising:
            left, right = min(f[0].x0 for f in column), max(f[0].x1 for f in column)
            return Gutter(left, right, (area.x1 - area.x0 + 1) / len(text))
    return None


def grown_gutter(rows: Sequence[Row], height: int) -> Gutter | None:
    """A gutter of a file that is being begun, from rows that are read, of a picture `height` pixels high.

    A picture of code shows its numbers at once (`find_gutter`); a new file shows "1" alone, then "2" alone
    under "1 import os". Both need a file's name in the title, or a list that is typed would be taken for it.
    """
    if not file_name(rows, height):
        return None
    bare = [r for r in rows if r.text.isdecimal() and len(r.text) <= MAX_DIGITS]
    for row in bare:
        above = [r for r in rows if _numbered(r, int(row.text) - 1, row)]
        others = [r for r in rows if r is not row and len(r.text) > 1]
        alone = row.text == "1" and row.scene and all(in_bar(r, height) for r in others)
        if above or alone:
            area = row.areas[0]
            return Gutter(area.x0, area.x1, (area.x1 - area.x0 + 1) / len(row.text))
    return None


def _numbered(row: Row, number: int, below: Row) -> bool:
    """Whether `row` begins with `number`, its right edge in line with that of the bare number `below` it."""
    match = _LEADING.match(row.text)
    if match is None or int(match.group(1)) != number:
        return False
    tall = below.box.y1 - below.box.y0
    right = row.box.x0 + len(match.group(1)) * row.pitch if row.pitch else row.areas[0].x1
    step = (below.middle - row.middle) / tall
    return NEXT_ROW[0] <= step <= NEXT_ROW[1] and abs(right - below.areas[0].x1) <= GUTTER_PX


def without_number(text: str) -> str:
    """The text of a row without the line number that it was read with."""
    return _LEADING.sub("", text, count=1)
