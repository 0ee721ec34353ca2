"""A piece of code as it stands: from the screen or from a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import PurePath
from typing import Literal

Language = Literal["python", "javascript", "shell", ""]

LANGUAGES: dict[str, Language] = {
    **dict.fromkeys((".py", ".pyi"), "python"),
    **dict.fromkeys((".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".mts"), "javascript"),
    **dict.fromkeys((".sh", ".bash"), "shell"),
}


@dataclass(frozen=True, slots=True)
class Document:
    """`lines` are those from number `first` on. `whole`: it begins with the first line of its file."""

    name: str
    lines: tuple[str, ...]
    first: int = 1

    @property
    def whole(self) -> bool:
        return self.first == 1

    @property
    def language(self) -> Language:
        return LANGUAGES.get(PurePath(self.name).suffix.lower(), "")

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    def line(self, number: int) -> str:
        """Line `number` of the file, without its indentation; empty where it is not known."""
        at = number - self.first
        return self.lines[at].strip() if 0 <= at < len(self.lines) else ""


def from_rows(name: str, rows: Mapping[int, str]) -> Document | None:
    """The longest run of lines with consecutive numbers that reaches furthest up; None without any.

    Rows that are blank on the screen are missing from `rows`: gaps of up to BLANKS lines are blank lines.
    """
    numbers = sorted(rows)
    if not numbers:
        return None
    lines = [rows[numbers[0]]]
    for before, number in pairwise(numbers):
        if number - before > BLANKS + 1:
            break
        lines += [""] * (number - before - 1) + [rows[number]]
    first = numbers[0] if numbers[0] > BLANKS + 1 else 1
    return Document(name, ("",) * (numbers[0] - first) + tuple(lines), first)


BLANKS = 3
"""Blank lines in a row that code has at most (two between functions, by PEP 8, and one to spare)."""


def edited(before: Document, after: Document) -> tuple[set[int], dict[int, int]]:
    """Numbers of the lines of `after` that are new or changed, and where the lines of `before` went."""
    changed: set[int] = set()
    moved: dict[int, int] = {}
    match = SequenceMatcher(None, before.lines, after.lines, autojunk=False)
    for tag, a0, a1, b0, b1 in match.get_opcodes():
        if tag == "equal":
            moved |= {before.first + a0 + n: after.first + b0 + n for n in range(a1 - a0)}
            continue
        changed |= {after.first + n for n in range(b0, b1) if after.lines[n].strip()}
        if tag == "replace":
            moved |= {before.first + a0 + n: after.first + b0 + n for n in range(min(a1 - a0, b1 - b0))}
    return changed, moved
