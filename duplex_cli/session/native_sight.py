"""The eye of a native model: pictures on change, scaled to a budget of tokens a second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from duplex_cli.capture.frames import FrameSource, FrameSpec
from duplex_cli.interaction.media import Medium, Picture
from duplex_cli.session.native_media import MediaStore
from duplex_cli.session.senses import Sight
from duplex_cli.session.sight_host import Looked, SightHost, only_legible
from duplex_cli.session.workers import Worker
from duplex_cli.stream import Percept

SMALL_PX = 64
"""Side of the small gray picture by which change is told, pixels."""

CHANGED_LEVELS = 12.0
"""Gray levels (of 255) by which a small pixel has changed: three times a camera's noise there."""

CHANGED_SHARE = 0.005
"""Share of changed pixels from which a picture is new: 20 of 4,096, a hand or a line of text; a text cursor
or a clock's digit change 1 to 4."""


Cover: TypeAlias = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]
"""A picture with what must stay hidden made illegible."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How large pictures may be and how often they may come."""

    token_px: int
    """Side of the square that one token stands for, pixels."""
    tokens: int
    """Tokens a second; also the most of one picture."""


def scaled(frame: NDArray[np.uint8], budget: Budget) -> NDArray[np.uint8]:
    """The picture as large as its budget allows, in whole tokens and about its own shape: uint8[h, w, 3]."""
    height, width = frame.shape[:2]
    shape = height / width
    columns = max(1, min(budget.tokens, int((budget.tokens / shape) ** 0.5)))
    rows = max(1, min(budget.tokens // columns, round(columns * shape)))
    size = (columns * budget.token_px, rows * budget.token_px)
    smaller = size[0] < width
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(frame, size, interpolation=how), np.uint8)


class Glimpses:
    """Chooses pictures: on change, and no more than the budget pays for. Deterministic."""

    def __init__(self, budget: Budget, pictures: Path | None) -> None:
        """`pictures` is the folder where those that were chosen are kept, or None."""
        self._budget = budget
        self._folder = pictures
        self._last: NDArray[np.float32] | None = None
        self._free_at = 0.0
        self._chosen: list[tuple[Percept, NDArray[np.uint8]]] = []

    def feed(self, frame: NDArray[np.uint8], at_s: float) -> None:
        """Look at a frame, uint8[h, w, 3] RGB, of session time `at_s`."""
        if at_s < self._free_at - 1e-6:
            return  # what changes meanwhile still differs from the last picture when its time comes
        small = np.asarray(
            cv2.resize(
                cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), (SMALL_PX, SMALL_PX), interpolation=cv2.INTER_AREA
            ),
            np.float32,
        )
        if self._last is not None:
            changed = float((np.abs(small - self._last) > CHANGED_LEVELS).mean())
            if changed < CHANGED_SHARE:
                return
        self._last = small
        pixels = scaled(frame, self._budget)
        spent = pixels.shape[0] * pixels.shape[1] / self._budget.token_px**2
        self._free_at = at_s + spent / self._budget.tokens
        name = f"look{at_s:010.3f}.png"
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(self._folder / name), cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
        self._chosen.append((Percept(at_s, "look", frame=name), pixels))

    def take(self) -> list[tuple[Percept, NDArray[np.uint8]]]:
        """What was chosen since the last call."""
        chosen, self._chosen = self._chosen, []
        return chosen


class _Tapped:
    """A source of pictures that shows each one to the glimpses too."""

    def __init__(self, source: FrameSource, glimpses: Glimpses, cover: Cover | None) -> None:
        """`cover` hides what must not be seen in a picture that the eyes have just read."""
        self._source = source
        self._glimpses = glimpses
        self._cover = cover
        self._last: tuple[float, NDArray[np.uint8]] | None = None

    def read(self, until_s: float) -> list[tuple[float, NDArray[np.uint8]]]:
        if self._cover is not None and self._last is not None:
            # The rows of the last picture have been read by now: the rest of it stays covered.
            at, frame = self._last
            self._glimpses.feed(self._cover(frame), at)
        frames = self._source.read(until_s)
        if self._cover is None:
            for at, frame in frames:
                self._glimpses.feed(frame, at)
        self._last = frames[-1] if frames else None
        return frames

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)


@dataclass(frozen=True, slots=True)
class LookedToo(Looked):
    """The answer to one look, and the pictures chosen in it with their percepts."""

    chosen: tuple[tuple[Percept, NDArray[np.uint8]], ...] = ()


class NativeSightHost(SightHost):
    """As SightHost; its answers have one thing more, the pictures chosen with their percepts."""

    def __init__(self, spec: FrameSpec, budget: Budget, pictures: Path | None, **more: Any) -> None:
        super().__init__(spec, pictures=pictures, **more)
        self._glimpses = Glimpses(budget, pictures)
        hides = self._eyes is not None and self._secrets
        self._source: Any = _Tapped(self._source, self._glimpses, self._covered if hides else None)

    def _covered(self, frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The picture as the journal may keep it: only rows that were read and hold no secret."""
        return only_legible(frame, self._eyes.harmless()) if self._eyes is not None else frame

    def look(self, until_s: float) -> LookedToo:
        """As SightHost.look, with the pictures chosen."""
        looked = super().look(until_s)
        known = {f.name: getattr(looked, f.name) for f in fields(looked)}
        return LookedToo(**known, chosen=tuple(self._glimpses.take()))


class NativeSight(Sight):
    """As Sight, for a NativeSightHost: pictures go to the store, and are announced to be encoded ahead."""

    def __init__(
        self,
        worker: Worker,
        on_restart: Callable[[str], None],
        period_s: float,
        store: MediaStore,
        announce: Callable[[str, Medium], None],
    ) -> None:
        super().__init__(worker, on_restart, period_s)
        self._store = store
        self._announce = announce

    def _poll(self, wait: bool) -> list[Any]:
        answers: list[LookedToo] = super()._poll(wait)
        for looked in answers:
            for percept, pixels in looked.chosen:
                picture = Picture(pixels)
                self._store.put(percept.frame, picture)
                self._announce(percept.frame, picture)
                looked.percepts.append(percept)
        return answers
