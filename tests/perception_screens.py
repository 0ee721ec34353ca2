"""Screens drawn for the tests of the eyes: a code window in two themes, with gutter, clock and caret."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

MONO = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"
Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Theme:
    back: Colour
    bar: Colour
    gutter: Colour
    current: Colour
    inks: tuple[Colour, ...]
    caret: Colour


DARK = Theme(
    (30, 30, 30), (45, 45, 48), (110, 118, 129), (40, 40, 40),
    ((212, 212, 212), (86, 156, 214), (206, 145, 120), (106, 153, 85), (220, 220, 170)), (174, 175, 173),
)  # fmt: skip
LIGHT = Theme(
    (255, 255, 255), (236, 236, 236), (110, 118, 129), (245, 245, 245),
    ((0, 0, 0), (0, 0, 255), (163, 21, 21), (0, 128, 0), (121, 94, 38)), (0, 0, 0),
)  # fmt: skip
THEMES = {"dark": DARK, "light": LIGHT}


@dataclass
class CodeWindow:
    """An editor: a title line with the file's name, a gutter, code from `first` on, a clock in the corner."""

    lines: list[str]
    theme: Theme = DARK
    size: int = 14
    width: int = 960
    height: int = 600
    title: str = ""
    gutter: bool = False
    first: int = 0
    caret: tuple[int, int] | None = None
    """Row and column of a caret that is on."""
    block: bool = False
    """The caret fills a character, as in terminals; else it is a bar."""
    below: Colour | None = None
    """The background below the last line, where it differs."""
    clock: str = ""
    _font: ImageFont.FreeTypeFont = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._font = ImageFont.truetype(MONO, self.size)

    @property
    def pitch(self) -> int:
        """Pixels from line to line: 1.35 of the type size, as VS Code sets it."""
        return round(self.size * 1.35)

    @property
    def text_left(self) -> int:
        return 16 + (round(self._font.getlength("0000")) + self.size if self.gutter else 0)

    @property
    def text_top(self) -> int:
        return self.pitch + 14 if self.title or self.clock else 8

    def row_y(self, row: int) -> int:
        """Top of the `row`-th line of the file, pixels."""
        return self.text_top + (row - self.first) * self.pitch

    def draw(self) -> NDArray[np.uint8]:
        """uint8[height, width, 3]."""
        theme, font = self.theme, self._font
        picture = Image.new("RGB", (self.width, self.height), theme.back)
        draw = ImageDraw.Draw(picture)
        if self.title or self.clock:
            draw.rectangle((0, 0, self.width, self.pitch + 8), fill=theme.bar)
            draw.text((12, 4), self.title, font=font, fill=theme.inks[0])
            draw.text(
                (self.width - 12 - font.getlength(self.clock), 4), self.clock, font=font, fill=theme.inks[0]
            )
        if self.below is not None:
            end = self.row_y(len(self.lines))
            draw.rectangle((0, end, self.width, self.height), fill=self.below)
        shown = self.lines[self.first : self.first + (self.height - self.text_top) // self.pitch]
        for row, line in enumerate(shown, start=self.first):
            y = self.row_y(row)
            if self.caret and self.caret[0] == row:
                draw.rectangle((self.text_left, y, self.width, y + self.pitch - 1), fill=theme.current)
            if self.gutter:
                draw.text((16, y), f"{row + 1:4d}", font=font, fill=theme.gutter)
            column = 0
            for piece in re.findall(r"\w+|\s+|[^\w\s]", line):
                ink = theme.inks[sum(piece.encode()) % len(theme.inks)]
                draw.text((self.text_left + font.getlength(" ") * column, y), piece, font=font, fill=ink)
                column += len(piece)
        if self.caret:
            x = round(self.text_left + font.getlength(" ") * self.caret[1])
            y = self.row_y(self.caret[0])
            wide = round(font.getlength(" ")) if self.block else 2
            draw.rectangle((x, y, x + wide - 1, y + self.pitch - 1), fill=theme.caret)
        return np.asarray(picture)


CODE = '''\
import os, sys
from pathlib import Path

__all__ = ["load", "Store"]
LIMIT: int = 0x7f  # bytes & bits


class Store(dict[str, list[int]]):
    """Keeps what it is given."""

    def __init__(self, root: Path, *, mode="r+b") -> None:
        self.root = root / "data" if root else Path(".")
        self._items = {k: v**2 for k, v in enumerate(range(10))}

    def load(self, name: str) -> bytes | None:
        path = self.root.joinpath(f"{name!r}.bin")
        if not path.exists() or path.stat().st_size > LIMIT:
            raise KeyError(f"no {name} in {self.root}; try again")
        with open(path, "rb") as handle:
            return handle.read(LIMIT) or None

    def total(self) -> float:
        x = sum(v << 1 for v in self._items.values()) % 97
        y = x * 3.14159 - (x // 2) ** 0.5
        return ~x if y <= 1e-9 else (x ^ 0b1010) & 0xFF


@property
def main(argv: list[str] = sys.argv[1:]) -> int:
    for i, arg in enumerate(argv):
        print(i, arg, sep="\\t", end="\\n")
        while i != 0 and arg[-1] == "|":
            i -= 1; arg = arg[:-1]
    return os.system("ls -la | grep '^d' > /tmp/x$$ 2>&1")'''.splitlines()
