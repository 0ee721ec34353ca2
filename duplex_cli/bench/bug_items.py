"""Items of `duplex bench bugs`: a file, lines of it typed anew, and which of them holds a bug, if any."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import msgspec

from duplex_cli.bench.bug_makers import SUFFIX, functions, makers
from duplex_cli.bench.json_lines import read_items
from duplex_cli.code.document import LANGUAGES, Document, Language
from duplex_cli.errors import UserError
from duplex_cli.stream import Percept

KEYS_PER_S = 6.0
"""Signs typed a second: 72 words a minute, a practised typist's pace for code."""

BETWEEN_S = 2.0
"""Rest after each line, seconds."""

LEAD_S, REST_S = 4.0, 8.0
"""Before the first key, and after the last line, seconds."""

GLANCE_S = 1.0
"""A half-typed line is shown to the tools so often, seconds, as an editor that saves by itself would do."""

AROUND = 1
"""Lines typed before and after the one that matters."""

PER_LANGUAGE = 70


class BugItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`lines` is the file as it stands at the end; the lines numbered `typed` are written in that order.

    `before` is how it stood at the beginning, with as many lines; without it the typed lines were not there.
    """

    id: str
    file: str
    lines: tuple[str, ...]
    typed: tuple[int, ...]
    before: tuple[str, ...] = ()
    bug: int | None = None
    """Number of the line with the bug; None in a clean edit."""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Typing:
    """An item in time."""

    shown: tuple[tuple[float, Document], ...]
    """How the file stands, from which second on."""
    seen: tuple[Percept, ...]
    """What the eyes tell of it."""
    done: dict[int, float]
    """When each typed line was finished."""
    duration: float


def own_items() -> list[BugItem]:
    """The bench's own: PER_LANGUAGE bugs for each language and as many clean twins, from a fixed seed."""
    return [item for language in SUFFIX for item in _of(language)]


def _of(language: Language) -> list[BugItem]:
    lots = random.Random(f"bugs {language}")
    sources = functions(language)
    kinds = list(makers(language).items())
    # Every bug that can be made, dealt out kind by kind: the frequent ones must not crowd out the others.
    piles: list[list[tuple[int, int, str, str]]] = []
    for kind, make in kinds:
        pile = []
        for index, lines in enumerate(sources):
            for at, line in enumerate(lines):
                wrong = make(line, "\n".join(lines), lots)
                if wrong is not None and at + 1 < len(lines):
                    pile.append((index, at, wrong, kind))
        lots.shuffle(pile)
        piles.append(pile)
    chosen: list[tuple[int, int, str, str]] = []
    while len(chosen) < PER_LANGUAGE:
        before = len(chosen)
        for pile in piles:
            if pile and len(chosen) < PER_LANGUAGE:
                chosen.append(pile.pop())
        if len(chosen) == before:
            break
    items = []
    for number, (index, at, wrong, kind) in enumerate(chosen):
        lines = sources[index]
        name = f"{language}/{number:03d}"
        typed = tuple(
            n + 1 for n in range(max(0, at - AROUND), min(len(lines), at + AROUND + 1)) if lines[n].strip()
        )
        with_bug = (*lines[:at], wrong, *lines[at + 1 :])
        file = f"module.{SUFFIX[language]}"
        before = tuple(lines) if number % 2 else ()  # half are written anew, half over what was there
        items.append(BugItem(f"{name}/bug", file, with_bug, typed, before, at + 1, kind))
        items.append(BugItem(f"{name}/clean", file, tuple(lines), typed, before, None, kind))
    return items


def load(path: Path) -> list[BugItem]:
    """Items of a JSON lines file. Raises UserError naming the file and the line."""
    items = []
    for where, item in read_items(path, BugItem):
        there = range(1, len(item.lines) + 1)
        if not item.typed or any(n not in there for n in item.typed) or (item.bug or 1) not in there:
            raise UserError(f"{where}: `typed` and `bug` must be numbers of `lines`; count from 1")
        if item.before and len(item.before) != len(item.lines):
            raise UserError(f"{where}: `before` must have as many lines as `lines`; or leave it out")
        if Path(item.file).suffix.lower() not in LANGUAGES:
            raise UserError(f"{where}: {item.file} is of no language that is judged; use .py, .js or .sh")
        items.append(item)
    if not items:
        raise UserError(f"{path} holds no items; give a JSON lines file")
    return items


def typing_of(item: BugItem) -> Typing:
    """How the item goes: the file without its typed lines, then each of them sign by sign, and a rest."""
    left = {n: line for n, line in enumerate(item.lines, 1) if n not in item.typed}
    if item.before:
        left = dict(enumerate(item.before, 1))
    shown = [(0.0, _document(item.file, left))]
    seen = [
        Percept(0.2, "see", line.strip(), where=f"{item.file}:{n}")
        for n, line in left.items()
        if line.strip() and item.typed[0] - 8 <= n < item.typed[0]
    ]
    now, done = LEAD_S, {}
    for number in item.typed:
        line = item.lines[number - 1]
        body = len(line) - len(line.lstrip())
        for end in range(body + round(KEYS_PER_S * GLANCE_S), len(line), round(KEYS_PER_S * GLANCE_S)):
            now += GLANCE_S
            left[number] = line[:end]
            shown.append((now, _document(item.file, left)))
        now += max(0.2, ((len(line) - body) % round(KEYS_PER_S * GLANCE_S)) / KEYS_PER_S)
        left[number] = line
        shown.append((now, _document(item.file, left)))
        done[number] = now
        seen.append(Percept(round(now + 0.3, 3), "see", line.strip(), where=f"{item.file}:{number}"))
        now += BETWEEN_S
    return Typing(tuple(shown), tuple(seen), done, round(now - BETWEEN_S + REST_S, 1))


def _document(name: str, left: dict[int, str]) -> Document:
    return Document(name, tuple(left[n] for n in sorted(left)))
