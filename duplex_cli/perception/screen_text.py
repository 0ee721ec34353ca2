"""Reads pictures of single lines: recognition only, one thread, each picture at most once.

The network is PP-OCRv6 small (Apache-2.0), taken from the installed rapidocr package and run directly on
onnxruntime: batches gain nothing on one thread (docs/seeing.md), so pieces are read one by one.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from duplex_cli.errors import UserError
from duplex_cli.perception.cells import on_grid
from duplex_cli.perception.change import Rect

HEIGHT_PX = 48
"""Height of the network's input, pixels (fixed in the model)."""

SQUEEZE = 0.8
"""Width of a piece relative to its height. Cost is linear in width; down to 0.8 the measured accuracy on
code is that of 1.0, at 0.65 it is worse (docs/seeing.md)."""

MARGIN_PX = 3
"""Background left around the ink of a line, pixels: accuracy equals that of 1, at 0.8 of its cost."""

SIDE_PX = 16
"""Blank input left and right of a piece, pixels: 0.1 % more characters are right than without, on pages of
code and tables, for 2.4 ms a piece."""

MAX_WIDE_SHARE = 0.3
"""Chinese, Japanese and full-width signs are dropped where they are so few of a piece: among code a lone one
is a misread symbol ("#" as one of two strokes more), in their own scripts they are nearly all."""

HIGH_SIGNS = "\"'`´*^°“”‘’"
"""What a piece can say whose ink stands in the upper half of its line: three double quotes alone in a line
were read as "nnn"."""

STEP_PX = 8
"""Input pixels for each time step of the network's output."""

INK_LEVEL = 0.35
"""Ink of at least this strength (of the line's strongest) is ink to the cache and to the grid: anti-aliasing
below it may differ between two drawings of one line."""

CACHE_PIECES = 6_000
"""Pieces remembered: about a hundred screens of code, one megabyte."""

MODEL_MEMBER = "models/PP-OCRv6_rec_small.onnx"


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a line, ready to be read."""

    strength: NDArray[np.uint8]
    """Dark ink on white, uint8[h, w], at screen scale with MARGIN_PX around it."""
    key: bytes
    """Hash of its ink: equal for the same text on another background."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a piece says. `pitch` is its character pitch in screen pixels, 0.0 where it is not monospaced."""

    text: str
    confidence: float
    pitch: float = 0.0


def recogniser_path() -> Path:
    """The network inside the installed rapidocr package (which is not imported: its set-up is slow)."""
    spec = find_spec("rapidocr")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / MODEL_MEMBER
        if path.is_file():
            return path
    raise UserError(f"rapidocr {MODEL_MEMBER} is missing; reinstall it with: pip install rapidocr==3.10.0")


def cut_piece(frame: NDArray[np.uint8], area: Rect, blank: Iterable[Rect] = ()) -> Piece:
    """Cut `area` out of a frame (uint8[h, w, 3], any theme) as dark ink on white, and fingerprint it.

    What stands in `blank` (carets) is left out. The area is given without margin.
    """
    left, top = max(0, area.x0 - MARGIN_PX), max(0, area.y0 - MARGIN_PX)
    patch = frame[top : area.y1 + MARGIN_PX, left : area.x1 + MARGIN_PX]
    flat = patch.reshape(-1, 3)
    # The background is the commonest colour, counted in steps of 8 so that noise does not divide it.
    steps = (flat >> 3).astype(np.int32) @ np.array([1, 32, 1024], np.int32)
    back = np.median(flat[steps == np.bincount(steps).argmax()], axis=0)
    strength = np.abs(patch.astype(np.int16) - back.astype(np.int16)).max(axis=2)
    for rect in blank:
        strength[
            max(0, rect.y0 - top) : max(0, rect.y1 - top), max(0, rect.x0 - left) : max(0, rect.x1 - left)
        ] = 0
    strongest = max(1, int(strength.max()))
    ink = strength >= INK_LEVEL * strongest
    key = _fingerprint(ink)
    picture = (255 - strength * (255.0 / strongest)).astype(np.uint8)
    return Piece(picture, key)


def _fingerprint(ink: NDArray[np.bool_]) -> bytes:
    """Hash of the ink alone, whatever margin was cut with it, for the margin depends on the lines around."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if len(rows) == 0:
        return b""
    body = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    # "-" and "_" differ by nothing but where they stand in the line.
    low_mark = 0
    if body.shape[0] < 0.5 * ink.shape[0]:
        low_mark = 1 + int(3 * (rows[0] + rows[-1]) / 2 / ink.shape[0])
    salt = np.array([*body.shape, low_mark], np.int32).tobytes()
    return hashlib.blake2b(np.packbits(body).tobytes(), digest_size=12, key=salt).digest()


def _stands_high(strength: NDArray[np.uint8]) -> bool:
    """Whether a piece has ink in the upper part of its line only."""
    rows = np.flatnonzero((strength < 255 * (1 - INK_LEVEL)).any(axis=1))
    return len(rows) > 0 and rows[0] < 0.4 * len(strength) and rows[-1] < 0.55 * len(strength)


class LineReader:
    """Reads pieces of lines, with a cache. Not thread-safe; owns no thread."""

    def __init__(self, model: Path | None = None) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # A spinning thread takes its core from the language model (facts: 990 ms a line with, 73 without).
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        path = model or recogniser_path()
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        listed = self._session.get_modelmeta().custom_metadata_map.get("character", "")
        if not listed:
            raise UserError(f"{path.name} lists no characters; reinstall rapidocr==3.10.0")
        self._characters = ["", *listed.split("\n"), " "]
        self._wide = np.array([unicodedata.east_asian_width(c[:1] or " ") in "WF" for c in self._characters])
        self._high = np.array([c in HIGH_SIGNS or c in ("", " ") for c in self._characters])
        self._cache: OrderedDict[bytes, Reading] = OrderedDict()
        self.pieces_read = 0
        """Pieces that went through the network, for tests and the bench."""

    def warm_up(self, picture: NDArray[np.uint8]) -> None:
        """Read one picture (uint8[h, w, 3]) and forget it: the first run of a session sets up its memory."""
        height, width = picture.shape[:2]
        self._recognise(cut_piece(picture, Rect(0, 0, width, height)))

    def known(self, piece: Piece) -> Reading | None:
        """The reading of a piece seen before, at no cost, else None."""
        reading = self._cache.get(piece.key)
        if reading is not None:
            self._cache.move_to_end(piece.key)
        return reading

    def read(self, piece: Piece) -> Reading:
        """Read one piece: about 1.2 ms a character the first time (docs/seeing.md)."""
        reading = self.known(piece)
        if reading is None:
            reading = self._recognise(piece)
            self.pieces_read += 1
            self._cache[piece.key] = reading
            if len(self._cache) > CACHE_PIECES:
                self._cache.popitem(last=False)
        return reading

    def _recognise(self, piece: Piece) -> Reading:
        height, width = piece.strength.shape
        scale = HEIGHT_PX / height
        wide = max(HEIGHT_PX, round(width * scale * SQUEEZE))
        scaled = cv2.resize(piece.strength, (wide, HEIGHT_PX), interpolation=cv2.INTER_LINEAR)
        plane = np.pad(scaled, ((0, 0), (SIDE_PX, SIDE_PX)), constant_values=255) / np.float32(127.5) - 1.0
        outputs = self._session.run(None, {"x": np.broadcast_to(plane, (1, 3, *plane.shape))})
        steps = np.asarray(outputs[0])[0]
        if _stands_high(piece.strength):
            steps = steps * self._high
        best = steps.argmax(axis=1)
        lone = len(np.unique(best)) <= 2  # one sign and the blank
        if lone or 0 < self._wide[best].sum() <= MAX_WIDE_SHARE * np.count_nonzero(best):
            best = np.where(self._wide[best], (steps * ~self._wide).argmax(axis=1), best)
        # CTC: a character is a run of one class; class 0 separates runs.
        starts = np.flatnonzero((best != 0) & np.concatenate([[True], best[1:] != best[:-1]]))
        if len(starts) == 0:
            return Reading("", 0.0)
        letters, centres, scores = [], [], []
        for first in starts.tolist():
            last = first
            while last + 1 < len(best) and best[last + 1] == best[first]:
                last += 1
            letters.append(self._characters[best[first]])
            centres.append((((first + last) / 2 + 0.5) * STEP_PX - SIDE_PX) * width / wide)
            scores.append(float(steps[first : last + 1, best[first]].max()))
        confidence = float(np.mean(scores))
        ink = piece.strength < 255 * (1 - INK_LEVEL)
        text, pitch = on_grid(letters, np.array(centres), ink)
        return Reading(text, confidence, pitch)
