"""What an errand is: a tool call or a question to the background model, and all of those under way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from duplex_cli.profile import Level
from duplex_cli.stream import Percept

Stage = Literal["held", "asking", "running"]


@dataclass(frozen=True, slots=True)
class Errand:
    """One request. `name` is the tool's, or empty for the background model."""

    number: int
    name: str
    text: str
    level: Level
    asked_at: float
    stage: Stage = "held"
    since: float = 0.0
    """When its stage began, session seconds."""
    acknowledged: bool = False

    @property
    def line(self) -> str:
        """As the model wrote it: "weather: Madrid"; a question stands for itself."""
        return f"{self.name}: {self.text}".rstrip(" :") if self.name else self.text


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back and has not been told."""

    errand: Errand
    percept: Percept


@dataclass(frozen=True, slots=True)
class Errands:
    """All that is under way, and the words since the last request or pause."""

    open: tuple[Errand, ...] = ()
    answers: tuple[Answer, ...] = ()
    utterance: tuple[str, ...] = ()
    quiet_since: float | None = None
    """When the last pause was told; None while somebody speaks."""
    ended: bool = True
    """Whether the utterance has ended: the next word begins another."""
    last_word_at: float = 0.0
    last: Errand | None = None
    """The one that was answered or dropped last, which can be asked for again."""
    reply: bool | None = None
    """Yes or no to the question for consent, given by key or command since the last tick."""
    corrected: Errand | None = None
    """A held call that was just corrected: the model is asked to word it anew."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done: start an errand, end one, ask for one again, say or note something."""

    what: Literal["run", "cancel", "again", "say", "note"]
    text: str
    errand: Errand | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What the profile says."""

    unasked: tuple[Level, ...] = ("read",)
    stale_background_s: float = 90.0
