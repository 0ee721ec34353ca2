"""The eyes: frames in, changed lines of screen text out. docs/seeing.md tells why each rule is there.

Change -> places that have come to rest -> rows of text there -> reading of those not read before -> percepts
for rows whose text is new. No thread, no device, no clock: the caller's times are the only ones.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from duplex_cli.errors import UserError
from duplex_cli.perception.carets import CaretWatch
from duplex_cli.perception.change import ChangeGate, Rect
from duplex_cli.perception.gutter import Gutter, find_gutter, grown_gutter, numbers_to_be, without_number
from duplex_cli.perception.layout import (
    Row,
    file_name,
    group_rows,
    in_bar,
    make_row,
    place_of,
    set_text,
)
from duplex_cli.perception.news import News
from duplex_cli.perception.places import Look, ScreenLine, Spot, screen_lines
from duplex_cli.perception.screen_text import LineReader
from duplex_cli.perception.secrets import mask
from duplex_cli.perception.text_lines import find_lines
from duplex_cli.stream import Percept

QUIET_S = 0.15
"""A place is read when it has not changed for so long, seconds: one frame at the live rate of 5-10 a second,
and shorter than the pause between two words of a typist (0.2-0.3 s)."""

SLACK_S = 1e-6
"""Times that differ by less are equal: frame times are sums of floats."""

LATEST_S = 0.6
"""A place that keeps changing (someone types on) is read after so long at the latest, seconds."""

AROUND_PX = 64
"""Rows above and below a changed place that are looked at with it, pixels: they show the height of a full
line. Three lines of 14 px type."""

EDIT_ROWS = 3
"""More rows than this changed at once are a scene (scrolling, window switch, output), not an edit."""


class Eyes:
    """Sees the text that changes on a screen.

    `lines_per_feed` bounds the work of one call: about 50-100 ms a line (docs/seeing.md). Of a scene, the
    first one included, at most `scene_lines` rows are told, those nearest to where the user works, because
    each costs the model about 15 tokens; all are read, over later calls, and known as context. A changed
    line is told when it has rested for `settle_s` seconds, at once when work moves on to another line, and
    after FINISHED_S if it looks complete.
    """

    def __init__(
        self,
        *,
        lines_per_feed: int = 4,
        scene_lines: int = 12,
        settle_s: float = 0.6,
        model: Path | None = None,
        secrets: bool = True,
    ) -> None:
        """`secrets` masks what looks like a secret in every percept (perception/secrets.py)."""
        if lines_per_feed < 1 or scene_lines < 0 or settle_s < 0:
            raise UserError(
                "the eyes need lines_per_feed >= 1, scene_lines >= 0 and settle_s >= 0; correct the profile"
            )
        self.reader = LineReader(model)
        self._lines_per_feed = lines_per_feed
        self._mask = mask if secrets else str
        self._gate = ChangeGate()
        self._caret = CaretWatch()
        self._news = News(scene_lines, settle_s)
        self._rows: list[Row] = []
        self._spots: list[Spot] = []
        self._gutter: Gutter | None = None
        self._focus_y = 0.0
        self._looked: list[Look] = []
        self._height, self._first_sight = 0, True

    def warm_up(self) -> None:
        """Run the recogniser once, so that the first line costs no more than the others."""
        picture = np.full((24, 200, 3), 255, np.uint8)
        cv2.putText(picture, "warm up", (8, 18), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (0, 0, 0), 1)
        self.reader.warm_up(picture)

    def feed(self, frame: NDArray[np.uint8], at_s: float) -> list[Percept]:
        """Percepts of kind "see" that `frame` (uint8[h, w, 3] RGB) at session time `at_s` brought.

        Feed frames that did not change as well: they let lines settle, and cost a millisecond.
        Raises UserError for an array of another shape or type.
        """
        if frame.ndim != 3 or frame.shape[2] != 3 or frame.dtype != np.uint8:
            raise UserError(
                f"a frame is uint8[h, w, 3], not {frame.dtype}{list(frame.shape)}; convert the picture to RGB"
            )
        self._height = frame.shape[0]
        change = self._gate.feed(frame, at_s)
        marks = [rect for rect in change.rects if not self._caret.is_caret(rect, frame)]
        for rect in marks:
            self._mark(rect, at_s)
        if marks and change.kind == "text":
            self._news.stepped(at_s)
        percepts: list[Percept] = []
        for spot in list(self._spots):
            rested = at_s - spot.last >= QUIET_S - SLACK_S
            if self._first_sight or rested or at_s - spot.first >= LATEST_S - SLACK_S:
                self._spots.remove(spot)
                percepts += self._scan(frame, spot)
        if self._read(at_s) and not any(r.numbered for r in self._rows):
            gutter = grown_gutter(self._rows, self._height)
            if gutter is not None:
                self._part_numbers(frame, gutter)
        return percepts + self._tell(at_s)

    def screen(self) -> list[ScreenLine]:
        """The rows on the screen now, in reading order, as far as they are read.

        The texts are as they stand, secrets included: they are for tools in memory, not for the record.
        """
        return screen_lines(self._rows)

    def code(self) -> tuple[str, dict[int, str]]:
        """(file name, line number -> text with indentation) of the editor on the screen, as `screen`.

        ("", {}) without a gutter and one clear file name, or while a numbered row is not read yet.
        """
        if self._gutter is None or any(r.numbered and r.parts is None for r in self._rows):
            return "", {}
        name = file_name(self._rows, self._height)
        rows = {
            line.number: " " * line.indent + line.text for line in self.screen() if line.number is not None
        }
        return name, rows if name else {}

    def harmless(self) -> list[Rect]:
        """Places of the rows that were read and hold no secret: what a kept picture may show."""
        return [r.box for r in self._rows if r.parts is not None and self._mask(r.text) == r.text]

    @property
    def busy(self) -> bool:
        """Whether something has changed that is not read or not told yet: the next frames matter."""
        return bool(self._spots) or any(r.pending or r.parts is None for r in self._rows)

    def take_looked(self) -> list[Look]:
        """What was read since the last call, for the record."""
        looked, self._looked = self._looked, []
        return looked

    def _mark(self, rect: Rect, at_s: float) -> None:
        spot = Spot(rect, at_s, at_s)
        for other in [s for s in self._spots if s.touches(rect, margin=2 * AROUND_PX)]:
            self._spots.remove(other)
            a, b = spot.rect, other.rect
            spot.rect = Rect(min(a.x0, b.x0), min(a.y0, b.y0), max(a.x1, b.x1), max(a.y1, b.y1))
            spot.first = min(spot.first, other.first)
        self._spots.append(spot)

    def _scan(self, frame: NDArray[np.uint8], spot: Spot) -> list[Percept]:
        """Find the rows of a changed place and compare them, as pictures, with those known there.

        Returns what was still to be told of rows that a new scene took away.
        """
        top, bottom = max(0, spot.rect.y0 - AROUND_PX), min(frame.shape[0], spot.rect.y1 + AROUND_PX)
        found, carets = self._find_rows(frame, top, bottom, spot)
        if self._learn_gutter(found):
            found, carets = self._find_rows(frame, top, bottom, spot)
        others = [
            r for r in self._rows if not spot.touches(r.box) and not any(r.same_place(f) for f in found)
        ]
        there = [r for r in self._rows if not any(r is o for o in others)]
        kept, changed, inherited = [], [], []
        for row in found:
            before = next((t for t in there if t.same_place(row)), None)
            if before is not None and before.key == row.key:
                kept.append(before)
            else:
                changed.append(row)
                inherited.append(before)
        scene = self._first_sight or len(changed) > EDIT_ROWS
        self._first_sight = False
        replaced = [t for t in there if not any(t is k for k in kept)]
        self._rows = others + kept + changed
        percepts = self._say([t for t in replaced if t.pending and t.text]) if scene else []
        self._news.picture_changed(replaced, scene, spot.last)
        for row, before in zip(changed, inherited, strict=True):
            row.changed_at, row.scene = spot.last, scene
            if before is not None and not scene:
                row.told = before.told
        if carets:
            self._focus_y = float(carets[0].y0)
        elif changed and not scene:
            self._focus_y = changed[-1].middle
        return percepts

    def _find_rows(
        self, frame: NDArray[np.uint8], top: int, bottom: int, spot: Spot
    ) -> tuple[list[Row], list[Rect]]:
        lines = find_lines(frame[top:bottom], 0, top, (self._gutter.fence,) if self._gutter else ())
        groups = group_rows(lines, self._gutter)
        rows = [make_row(frame, group, self._gutter) for group in groups]
        # A row that has become shorter may not reach the place that changed any more.
        here = [r for r in self._rows if spot.touches(r.box)]
        near = [spot.touches(row.box) or any(row.same_place(r) for r in here) for row in rows]
        carets = [c for g, n in zip(groups, near, strict=True) if n for line in g for c in line.carets]
        return [r for r, n in zip(rows, near, strict=True) if n], carets

    def _learn_gutter(self, found: list[Row]) -> bool:
        """Look for a gutter before anything else is read: its numbers are no part of the code."""
        sample = numbers_to_be(found) if len(found) > EDIT_ROWS else []
        gutter = find_gutter((row.areas[0], self.reader.read(row.pieces[0]).text) for row in sample)
        if gutter is None or gutter == self._gutter:
            return False
        self._gutter = gutter
        return True

    def _part_numbers(self, frame: NDArray[np.uint8], gutter: Gutter) -> None:
        """Cut the rows of a gutter anew, which was found only as the file grew: its numbers are no text."""
        self._gutter = gutter
        top = min(r.box.y0 for r in self._rows)
        bottom = max(r.box.y1 for r in self._rows)
        whole = Spot(Rect(0, top, frame.shape[1], bottom), 0.0, 0.0)
        found, _ = self._find_rows(frame, top, bottom, whole)
        for row in found:
            before = next((r for r in self._rows if r.same_place(row)), None)
            if not row.numbered or before is None:
                continue
            row.changed_at, row.scene = before.changed_at, before.scene
            row.told = without_number(before.told)
            self._rows = [r for r in self._rows if r is not before] + [row]

    def _read(self, at_s: float) -> bool:
        """Read rows that are not read yet: known pictures at once, others within the budget.

        Whether any was read.
        """
        waiting = [r for r in self._rows if r.parts is None]
        waiting.sort(key=self._urgency)
        budget = self._lines_per_feed
        done = False
        for row in waiting:
            readings = [self.reader.known(piece) for piece in row.pieces]
            if any(r is None for r in readings):
                if budget == 0:
                    continue
                budget -= 1
                self._looked.append(Look(at_s, row.box))
            set_text(row, [self.reader.read(piece) for piece in row.pieces])
            self._news.is_read(row, in_bar(row, self._height))
            done = True
        return done

    def _urgency(self, row: Row) -> tuple[int, float, int]:
        """Edits, latest first; then the title, which names the file; then what is near the focus."""
        if not row.scene:
            return (0, -row.changed_at, row.box.x0)
        if self._gutter and not row.numbered and in_bar(row, self._height):
            return (1, row.middle, row.box.x0)
        return (2, abs(row.middle - self._focus_y), row.box.x0)

    def _tell(self, at_s: float) -> list[Percept]:
        ripe = [
            r
            for r in self._rows
            if r.pending
            and not any(s.touches(r.box, 2 * AROUND_PX) for s in self._spots)
            and self._news.is_ripe(r, at_s)
        ]
        return self._say(ripe)

    def _say(self, rows: list[Row]) -> list[Percept]:
        name = file_name(self._rows, self._height)
        percepts = []
        for row in sorted(rows, key=lambda r: (r.changed_at, r.box.y0, r.box.x0)):
            row.told, row.pending = row.text, False
            where = "" if self._gutter and row.number is None else place_of(row, self._rows, name)
            percepts.append(Percept(row.changed_at, "see", self._mask(row.text), where))
        return percepts


def make_eyes(
    *, lines_per_feed: int = 4, scene_lines: int = 12, settle_s: float = 0.6, secrets: bool = True
) -> Eyes:
    """Eyes for a process of their own: OpenCV is held to one thread there."""
    cv2.setNumThreads(1)
    return Eyes(lines_per_feed=lines_per_feed, scene_lines=scene_lines, settle_s=settle_s, secrets=secrets)
