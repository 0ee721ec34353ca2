"""Scenario files: one JSON object a line, read and checked. The format is in docs/bench.md."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from duplex_cli.bench.json_lines import read_items
from duplex_cli.errors import UserError
from duplex_cli.stream import Percept

WORD_S = 0.33
"""Seconds a word takes in `hear`, by the definition of the format; it is known when it has been spoken."""

PAUSE_S = 0.6
"""After so much silence the ears tell a pause (the live voice activity takes 0.3 s, the last reading the
rest)."""

NotNegative = Annotated[float, msgspec.Meta(ge=0.0)]


class Input(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that happens: exactly one of hear, see, wav, video."""

    at: NotNegative
    hear: str = ""
    see: str = ""
    where: str = ""
    wav: str = ""
    video: str = ""
    lang: str = ""
    """BCP-47 language in which a voice should speak `foreign`, or all of `hear` if that is empty."""
    foreign: str = ""
    """Words inside `hear` that are of another language than the rest."""


class Expectation(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to", "never": "not"}):
    """A window that expects a remark with certain words, or silence."""

    start: NotNegative
    end: NotNegative
    say: tuple[tuple[str, ...], ...] = ()
    never: tuple[str, ...] = ()
    silent: bool = False
    anchor: tuple[int, int, int] | Literal["clock"] | None = None
    """What the window hangs on when the inputs are spoken (bench/spoken.py): the number of an input, and how
    many of its words have been said when its opening and its close begin to count. Only read for that."""


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One scenario."""

    id: str
    duration: Annotated[float, msgspec.Meta(gt=0.0)]
    inputs: tuple[Input, ...] = ()
    expect: tuple[Expectation, ...] = ()
    profile: str = "watch"
    task: str = ""
    tags: tuple[str, ...] = ()


def load_items(path: Path) -> list[Item]:
    """All items of a file. Raises UserError naming the file, the line and the key."""
    items = []
    for where, item in read_items(path, Item):
        for given in item.inputs:
            if sum(map(bool, (given.hear, given.see, given.wav, given.video))) != 1:
                raise UserError(
                    f"{where}: an input needs one of hear, see, wav, video; docs/bench.md has the format"
                )
            if given.foreign not in given.hear:
                raise UserError(f"{where}: `foreign` must be words of `hear`; copy them from there")
        for wanted in item.expect:
            if isinstance(wanted.anchor, tuple) and not _stands(item, wanted.anchor):
                raise UserError(f"{where}: `anchor` names an input or word that there is not")
        items.append(item)
    if not items:
        raise UserError(f"{path} holds no items; give a JSON lines file")
    return items


def _stands(item: Item, anchor: tuple[int, int, int]) -> bool:
    number, opening, close = anchor
    if not 0 <= number < len(item.inputs):
        return False
    words = len(item.inputs[number].hear.split())
    return 0 <= opening <= words and 0 <= close <= words


def percepts_of(item: Item) -> list[Percept]:
    """The percepts of an item's `hear` and `see` inputs, as the live senses would tell them."""
    percepts: list[Percept] = []
    spoken = sorted((i for i in item.inputs if i.hear), key=lambda i: i.at)
    for number, given in enumerate(spoken):
        words = given.hear.split()
        end = given.at + WORD_S * len(words)
        percepts.append(Percept(given.at, "voice", "start"))
        percepts += [Percept(given.at + WORD_S * (n + 1), "hear", word) for n, word in enumerate(words)]
        if number + 1 == len(spoken) or spoken[number + 1].at >= end + PAUSE_S:
            percepts.append(Percept(end, "voice", "stop"))
            percepts.append(Percept(end + PAUSE_S, "pause"))
    percepts += [Percept(i.at, "see", i.see, where=i.where) for i in item.inputs if i.see]
    return sorted(percepts, key=lambda p: p.at)
