"""Places of the screen: changed and not read yet, just read, and the lines that stand there now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from duplex_cli.perception.change import Rect
from duplex_cli.perception.layout import Row


@dataclass(frozen=True, slots=True)
class Look:
    """A place that was read, for the host to record as a picture: session seconds, frame pixels."""

    at: float
    rect: Rect


@dataclass(frozen=True, slots=True)
class ScreenLine:
    """One row of the screen as it stands now."""

    text: str
    rect: Rect
    number: int | None
    """Line number shown in the gutter."""
    indent: int
    """Indentation in characters, from the leftmost row of its column of the screen; 0 if not monospaced."""
    changed_at: float


@dataclass(slots=True)
class Spot:
    """A changed place that is not read yet."""

    rect: Rect
    first: float
    last: float

    def touches(self, rect: Rect, margin: int = 0) -> bool:
        return (
            rect.x0 < self.rect.x1 + margin
            and rect.x1 > self.rect.x0 - margin
            and rect.y0 < self.rect.y1
            and rect.y1 > self.rect.y0
        )


def screen_lines(rows: Sequence[Row]) -> list[ScreenLine]:
    """The rows that are read, in reading order."""
    out = []
    for row in sorted(rows, key=lambda r: (r.box.y0, r.box.x0)):
        if not row.text:
            continue
        column = [r for r in rows if r.text and r.numbered == row.numbered and r.same_column(row)]
        edge = min(r.body[0].x0 for r in column)
        indent = round((row.body[0].x0 - edge) / row.pitch) if row.pitch else 0
        out.append(ScreenLine(row.text, row.box, row.number, indent, row.changed_at))
    return out
