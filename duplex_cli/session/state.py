"""What a session is between two ticks. Frozen: a tick makes a new one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from duplex_cli.background.offer import Offer
from duplex_cli.control.commands import Steering
from duplex_cli.interaction.model import StepRequest, StepResult
from duplex_cli.profile import Profile
from duplex_cli.session.agenda import Agenda, Due
from duplex_cli.session.errand import Answer, Errands
from duplex_cli.session.evidence import Evidence
from duplex_cli.session.overlap import Overlap
from duplex_cli.session.policy import Said
from duplex_cli.stream import Act, ActKind, Percept


class Mind(Protocol):
    """The interaction model as a tick sees it: in this process, in a worker, or far away."""

    def step(self, request: StepRequest) -> StepResult:
        """Put a moment to the model, or let it go on with what is under way."""
        ...

    def retract(self) -> None:
        """Take back the act just completed."""
        ...

    def abandon(self) -> None:
        """Leave the remark under way as it stands."""
        ...


@dataclass(frozen=True, slots=True)
class OpenAct:
    """An act whose words are still being generated."""

    kind: ActKind
    remark: int
    text: str = ""
    due: Due | None = None
    """The reminder that it words, if it is one."""
    perceived_at: float = 0.0
    """When what it answers was perceived: the time that "in five minutes" counts from."""
    answers_speech: bool = False
    """Whether somebody had just spoken; a remark on what is merely seen repeats itself less readily."""
    answer: Answer | None = None
    """The answer of a tool or of the background model that it words, if it is one."""
    spoken: bool = False
    """Whether the user spoke in the micro-turn in which it was begun."""
    forced: bool = False
    """A call that is worded anew because it was corrected: it can be nothing but an errand."""
    p: float = 1.0
    """Probability of acting with which it was begun."""


@dataclass(frozen=True, slots=True)
class Hesitation:
    """An answer that is ready and has not been let out (hesitation.py)."""

    remark: int
    since: float
    """Session time of its first word."""
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """All that a tick needs to know, apart from what is perceived in it."""

    profile: Profile
    mind: Mind
    day_s: float
    """Local time of day at session time 0, seconds since midnight: for reminders at a time of day."""
    index: int = 0
    agenda: Agenda = field(default_factory=Agenda)
    next_step: int = 0
    """Index of the profile's next script step."""
    held_dues: tuple[Due, ...] = ()
    held_pause: Percept | None = None
    """A pause that came in the same tick as the last words: it is shown in the next one."""
    open: OpenAct | None = None
    next_remark: int = 0
    last_told: int | None = None
    last_act_at: float = -1e9
    user_speaking: bool = False
    hesitation: Hesitation | None = None
    """An answer that waits whether the user has really finished."""
    overlap: Overlap = field(default_factory=Overlap)
    """Who sounds now, and whether own speech is ducked or held for it."""
    heard_at: float | None = None
    """When the last word was heard: a request is carried out at the pause, and counts from its words."""
    fell_silent: bool = True
    """Whether the user has paused since the last word."""
    held_watch: tuple[str, float] | None = None
    """A stopwatch's call that waits for the end of the sentence, and when what it answers was perceived."""
    heard: tuple[str, ...] = ()
    """The last words heard, to check durations against."""
    seen: tuple[str, ...] = ()
    """The last words of the screen, which a call may not take from there."""
    phrase: tuple[str, ...] = ()
    """The words heard since the last pause, or before it while nobody has gone on."""
    said: tuple[Said, ...] = ()
    scheduled: tuple[tuple[int, int, float], ...] = ()
    """Reminders worded ahead of their time: (remark, rule, when it will sound)."""
    offers: tuple[Offer, ...] = ()
    """The tools that may be called."""
    errands: Errands = field(default_factory=Errands)
    """Calls of tools and questions to the background model, from request to answer."""
    evidence: Evidence = field(default_factory=Evidence)
    """What tools have found in code, waiting to be said."""
    steering: Steering = field(default_factory=Steering)
    """Paused, muted, snoozed: what commands have asked for."""
    steps: tuple[StepResult, ...] = ()
    """What the model did in the last tick, for the bench; no part of a decision."""
    notes: tuple[str, ...] = ()
    """Lines for the view from the last tick ("every 4 s: breathe in")."""
