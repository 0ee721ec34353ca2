"""What is offered to the interaction model: tools by name, arguments and level, and somebody to ask.

An `Offer` is plain data, so that it can stand in a journal's header; what carries a call out is a `Tool`.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from duplex_cli.profile import Level

BACKGROUND_SENTENCE = "You may ask the background model."
"""Under a task with this sentence the interaction model was trained to write `ask WORDS`."""

MOST_SHOWN_ARGUMENTS = 3
"""Arguments named behind a tool: the model was trained on one and two."""

MOST_OFFERS = 8
"""Tools of one session. The model was trained on two to five; each costs tokens of the window."""

_NAME = re.compile(r"[^a-z0-9_]+")


class Offer(msgspec.Struct, frozen=True):
    """One tool as the model, the user and the journal know it."""

    name: str
    """As the model writes it: lower case, letters, digits and underscores."""
    schema: dict[str, Any]
    """JSON schema of its arguments, an object."""
    level: Level
    about: str = ""

    @property
    def properties(self) -> dict[str, dict[str, Any]]:
        """Name to schema of every argument, in the schema's order."""
        return self.schema.get("properties") or {}

    @property
    def arguments(self) -> tuple[str, ...]:
        """The arguments that a spoken request fills, in order: the required ones, or the first of any."""
        required = [name for name in self.properties if name in self.schema.get("required", ())]
        return tuple(required or list(self.properties)[:1])

    @property
    def signature(self) -> str:
        """As a task lists it: "email(to, text)"."""
        return f"{self.name}({', '.join(self.arguments[:MOST_SHOWN_ARGUMENTS])})"


@dataclass(frozen=True, slots=True)
class Tool:
    """An offer and what carries it out.

    `run` is called in a thread of its own with arguments that fit the schema; it returns the answer as
    text, looks at `stop` now and then and may return anything once that is set. It raises `Failed` with a
    line to tell.
    """

    offer: Offer
    run: Callable[[dict[str, Any], threading.Event], str]
    timeout_s: float = 10.0
    takes_s: float | None = None
    """In simulated time: seconds from call to answer; None is what it really takes."""


class Failed(Exception):
    """A call that came to nothing; `str()` is a short line for the user."""


RESERVED = frozenset({"every", "after", "in", "at", "cancel", "when", "start", "elapsed", "stop", "ask"})
"""First words of the agenda's calls (docs/protocol.md)."""


def plain_name(name: str) -> str:
    """A tool's name as the model can write it: "Read-File" -> "read_file", "stop" -> "tool_stop"."""
    name = _NAME.sub("_", name.lower()).strip("_")
    return name if name[:1].isalpha() and name not in RESERVED else f"tool_{name}"


def offering_task(task: str, offers: Sequence[Offer], asks: bool) -> str:
    """The task with its tools and the background model named in the trained form."""
    parts = [task.strip()]
    if asks:
        parts.append(BACKGROUND_SENTENCE)
    if offers:
        parts.append(f"Tools: {', '.join(offer.signature for offer in offers)}.")
    return " ".join(parts)
