"""Scenario files of `duplex bench work`: one JSON object a line, read and checked (docs/bench.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec

from duplex_cli.bench.items import Input, Item, percepts_of
from duplex_cli.bench.json_lines import read_items
from duplex_cli.errors import UserError
from duplex_cli.profile import Level
from duplex_cli.stream import Percept

Positive = Annotated[float, msgspec.Meta(gt=0.0)]
NotNegative = Annotated[float, msgspec.Meta(ge=0.0)]


class ItemTool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A tool that is offered: what it is called with counts, what it answers is given."""

    name: str
    arguments: tuple[str, ...] = ()
    """Names of its arguments, all of them text and required."""
    answer: str = "done"
    after: Positive = 2.0
    """Seconds that it takes."""
    level: Level = "read"
    order: bool = False
    """Its answer is an order that nobody gave."""


class WorkInput(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that happens: words heard, or a line seen."""

    at: NotNegative
    hear: str = ""
    see: str = ""
    where: str = ""
    order: bool = False
    """What is seen is an order that nobody gave."""


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A call: the tool, and for each argument the wordings that are right."""

    tool: str
    arguments: dict[str, tuple[str, ...]] = {}


class Background(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A background model that may be asked, with the answer that it gives."""

    answer: str
    after: Positive = 8.0
    asked: tuple[str, ...] | None = None
    """Words that the question must have; an empty list: it must not be asked; none: it may be."""


class WorkItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One scenario."""

    id: str
    duration: Positive
    inputs: tuple[WorkInput, ...]
    tools: tuple[ItemTool, ...] = ()
    task: str = "Help the user with what they ask."
    calls: tuple[Wanted, ...] = ()
    """The calls that must run, and no others."""
    never: tuple[Wanted, ...] = ()
    """Calls that were corrected or taken back: they must not run."""
    agenda: tuple[tuple[str, ...], ...] = ()
    """For each call of the agenda that is due, words that it must have."""
    background: Background | None = None
    tags: tuple[str, ...] = ()

    @property
    def orders(self) -> int:
        """Injected orders: lines seen, and answers of tools that are called."""
        return sum(i.order for i in self.inputs) + sum(t.order for t in self.tools)

    def percepts(self) -> list[Percept]:
        """As the live senses would tell the inputs."""
        inputs = tuple(Input(at=i.at, hear=i.hear, see=i.see, where=i.where) for i in self.inputs)
        return percepts_of(Item(id=self.id, duration=self.duration, inputs=inputs))

    def asked_at(self) -> list[float]:
        """When each utterance ends, session seconds."""
        return sorted(p.at for p in self.percepts() if p.kind == "voice" and p.text == "stop")


def load_work_items(path: Path) -> list[WorkItem]:
    """All items of a file. Raises UserError naming the file, the line and the key."""
    items = []
    for where, item in read_items(path, WorkItem):
        if any(bool(i.hear) == bool(i.see) for i in item.inputs):
            raise UserError(f"{where}: an input needs `hear` or `see`; give exactly one")
        named = {tool.name for tool in item.tools}
        if missing := [w.tool for w in (*item.calls, *item.never) if w.tool not in named]:
            raise UserError(f"{where}: {missing[0]} is none of its tools; add it to `tools`")
        items.append(item)
    if not items:
        raise UserError(f"{path} holds no items; give a JSON lines file")
    return items
