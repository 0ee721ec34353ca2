"""What runs in the eyes' process: a source of pictures, and the senses that look at them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from duplex_cli.capture.frames import FrameSource, FrameSpec, open_source
from duplex_cli.clock import pause, precise
from duplex_cli.code.document import Document, from_rows
from duplex_cli.perception.change import Rect
from duplex_cli.perception.eyes import make_eyes
from duplex_cli.perception.motion import make_motion
from duplex_cli.session.look_rate import SLACK_S, LookRate
from duplex_cli.stream import TICK_S, Percept

SETTLE_S = 0.4
"""A line that looks unfinished is told after so long a rest. Typists pause 0.2-0.3 s between words; with the
eyes' default of 0.6 s, 3 of 10 typed lines reached the model later than a second after their last key."""

PICTURE_GAP_S = 1.0
"""Pictures are kept at most once a second: enough to see what was looked at, little to store."""


MOSAIC_PX = 40
"""Squares of a kept picture where nothing was read, pixels: larger than the largest type that is read (24
px), so that no letter is left of text that was missed."""


@dataclass(frozen=True, slots=True)
class Looked:
    """The answer to one look."""

    through_s: float
    percepts: list[Percept]
    ended: bool
    """The source has ended."""
    work_s: float
    """Seconds of work."""
    withheld: str
    """What privacy keeps out."""
    page: Document | None = None
    """The code on the screen, where it has changed. In memory only: it may hold secrets."""


class SightHost:
    """A source of pictures with the senses that look at them: `look` answers what there is up to a time."""

    def __init__(
        self,
        spec: FrameSpec,
        text: bool,
        motion: bool,
        pictures: Path | None,
        secrets: bool = True,
        *,
        source: FrameSource | None = None,
        now: Callable[[], float] = precise,
        wait: Callable[[float], None] = pause,
    ) -> None:
        """`pictures` is the folder where what was looked at is kept, or None; `secrets` masks them.

        `source` stands in for the one that `spec` describes, `now` and `wait` for real seconds.
        """
        self._now, self._wait = now, wait
        self._source = open_source(spec) if source is None else source
        live = spec.kind in ("screen", "camera")
        self._gap_s = 1.0 / spec.fps
        # Of a recording every picture counts; a movement is told by pictures at an even pace.
        self._rate = LookRate(self._gap_s) if live and text and not motion else None
        if self._rate is not None:
            self._gap_s = self._rate.least_gap_s
        # A live source is looked at several times in answer to one request: once a tick is too seldom to
        # see soon that a line has come to rest.
        self._looks = max(1, int(TICK_S / self._gap_s + SLACK_S)) if live else 1
        self._eyes = make_eyes(settle_s=SETTLE_S, secrets=secrets) if text else None
        self._motion = make_motion() if motion else None
        self._pictures = pictures
        self._secrets = secrets
        self._shown: Document | None = None
        self._last_picture = -PICTURE_GAP_S
        if self._eyes is not None:
            self._eyes.warm_up()

    def look(self, until_s: float) -> Looked:
        """All there is to see up to a time."""
        percepts: list[Percept] = []
        work_s = 0.0
        looked = False
        began = self._now()
        for number in range(self._looks):
            at = until_s + number * self._gap_s
            if self._rate is not None and not self._rate.due(at):
                continue
            if number:
                self._wait(max(0.0, number * self._gap_s - (self._now() - began)))
            started = self._now()
            percepts += self._see(at)
            work_s += self._now() - started
            looked = True
        page = self._page() if looked else None
        return Looked(until_s, percepts, self._source.ended, work_s, self._source.withheld, page)

    def _see(self, at_s: float) -> list[Percept]:
        """What the source shows up to a time."""
        percepts: list[Percept] = []
        for at, frame in self._source.read(at_s):
            seen = self._eyes.feed(frame, at) if self._eyes is not None else []
            moved = self._motion.feed(frame, at) if self._motion is not None else []
            percepts += self._with_picture(seen, frame, at) + moved
        if self._rate is not None:
            self._rate.looked(at_s, self._eyes is not None and self._eyes.busy)
        return percepts

    def close(self) -> None:
        self._source.close()

    def _page(self) -> Document | None:
        """The code on the screen, if it has a file's name and line numbers, and has changed."""
        if self._eyes is None:
            return None
        name, rows = self._eyes.code()
        page = from_rows(name, rows) if name else None
        if page is None or page == self._shown or not page.language:
            return None
        self._shown = page
        return page

    def _with_picture(self, percepts: list[Percept], frame: NDArray[np.uint8], at: float) -> list[Percept]:
        if self._pictures is None or not percepts or at - self._last_picture < PICTURE_GAP_S:
            return percepts
        self._last_picture = at
        name = f"{at:010.3f}.png"
        self._pictures.mkdir(parents=True, exist_ok=True)
        fast = [cv2.IMWRITE_PNG_COMPRESSION, 1]
        if self._eyes is not None and self._secrets:
            frame = only_legible(frame, self._eyes.harmless())
        cv2.imwrite(str(self._pictures / name), cv2.cvtColor(frame, cv2.COLOR_RGB2BGR), fast)
        return [replace(p, frame=name) for p in percepts]


def only_legible(frame: NDArray[np.uint8], places: list[Rect]) -> NDArray[np.uint8]:
    """The picture with everything but `places` made so coarse that nothing can be read in it."""
    height, width = frame.shape[:2]
    coarse = (max(1, width // MOSAIC_PX), max(1, height // MOSAIC_PX))
    small = cv2.resize(frame, coarse, interpolation=cv2.INTER_AREA)
    out = np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)
    for r in places:
        out[r.y0 : r.y1, r.x0 : r.x1] = frame[r.y0 : r.y1, r.x0 : r.x1]
    return out
