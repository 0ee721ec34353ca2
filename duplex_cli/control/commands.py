"""What can be asked of a running session, by key, hotkey or `duplex ctl`. Pure but for the queue."""

from __future__ import annotations

import queue
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from duplex_cli.errors import UserError


class Action(StrEnum):
    """Everything that steers a session. The value is what is typed and what goes over the socket."""

    PAUSE = "pause"
    """Perceive and decide nothing until `resume`; the journal notes the gap."""
    RESUME = "resume"
    """End a pause and a snooze."""
    MUTE = "mute"
    """Go on, but in print only."""
    UNMUTE = "unmute"
    SNOOZE = "snooze"
    """Perceive, but say nothing of one's own accord for some minutes."""
    STOP = "stop"
    """End the session."""
    ALLOW = "allow"
    """Yes to the tool call that waits for consent; `deny` is no."""
    DENY = "deny"
    TOGGLE_PAUSE = "toggle-pause"
    """For one key that does both; likewise `toggle-mute`."""
    TOGGLE_MUTE = "toggle-mute"


SNOOZE_MIN = 10.0
"""Minutes of a snooze of which no length is said: the default of phone alarm clocks, 9 to 10."""

MAX_SNOOZE_MIN = 24 * 60.0
"""Longest snooze, minutes; who wants more wants `stop`."""


@dataclass(frozen=True, slots=True)
class Command:
    """One steering command. `minutes` is used by SNOOZE only."""

    action: Action
    minutes: float = SNOOZE_MIN

    def __post_init__(self) -> None:
        if not 0 < self.minutes <= MAX_SNOOZE_MIN:
            raise UserError(f"cannot snooze for {self.minutes:g} minutes; give 1 to {MAX_SNOOZE_MIN:.0f}")


@dataclass(frozen=True, slots=True)
class Steering:
    """Where the commands so far have left a session."""

    paused: bool = False
    muted: bool = False
    snoozed_until: float | None = None
    """Session time, seconds; None where no snooze was asked for."""
    stopping: bool = False

    def after(self, command: Command, now: float) -> Steering:
        """The steering after `command` at session time `now`, seconds."""
        match self.plain(command).action:
            case Action.PAUSE:
                return replace(self, paused=True)
            case Action.RESUME:
                return replace(self, paused=False, snoozed_until=None)
            case Action.MUTE:
                return replace(self, muted=True)
            case Action.UNMUTE:
                return replace(self, muted=False)
            case Action.SNOOZE:
                return replace(self, snoozed_until=now + 60.0 * command.minutes)
            case Action.STOP:
                return replace(self, stopping=True)
        return self

    def plain(self, command: Command) -> Command:
        """A toggle as what it comes to here; any other command as it is."""
        if command.action is Action.TOGGLE_PAUSE:
            return Command(Action.RESUME if self.paused else Action.PAUSE)
        if command.action is Action.TOGGLE_MUTE:
            return Command(Action.UNMUTE if self.muted else Action.MUTE)
        return command

    def snoozed(self, now: float) -> bool:
        """Whether a snooze is still running at session time `now`."""
        return self.snoozed_until is not None and now < self.snoozed_until

    def state(self, now: float) -> str:
        """In a word or two, for people: "listening", "paused", "snoozed, muted", "stopping"."""
        if self.stopping:
            return "stopping"
        words = ["paused"] if self.paused else ["snoozed"] if self.snoozed(now) else []
        if self.muted:
            words.append("muted")
        return ", ".join(words) or "listening"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Where a session stands, as its loop told last; replaced as a whole, so any thread may read it."""

    steering: Steering = Steering()
    at: float = 0.0
    """Session time, seconds."""
    status: Mapping[str, Any] = field(default_factory=dict)
    """What else the answer to "status" tells; JSON values."""


def parse(text: str) -> Command:
    """A command as typed: "pause", "snooze", "snooze 10". Raises UserError naming what there is."""
    words = text.split()
    if not words:
        raise UserError(f"no command given; choose one of: {', '.join(Action)}")
    return make(words[0], " ".join(words[1:]) or None)


def make(name: str, argument: str | float | None = None) -> Command:
    """A command from its name and what was given with it. Raises UserError in one line."""
    try:
        action = Action(name.strip().lower())
    except ValueError:
        raise UserError(f"unknown command {name!r}; choose one of: {', '.join(Action)}") from None
    if argument is None:
        return Command(action)
    if action is not Action.SNOOZE:
        raise UserError(f"{action} takes nothing after it, not {argument!r}; leave it out")
    try:
        minutes = float(argument)
    except (TypeError, ValueError):
        raise UserError(f"{argument!r} is not a number of minutes; say for example: snooze 10") from None
    return Command(action, minutes)


def to_json(command: Command) -> dict[str, Any]:
    """As it goes over the socket: {"command": "snooze", "minutes": 10.0}."""
    if command.action is Action.SNOOZE:
        return {"command": str(command.action), "minutes": command.minutes}
    return {"command": str(command.action)}


def from_json(data: dict[str, Any]) -> Command:
    """Inverse of `to_json`. Raises UserError in one line."""
    name, minutes = data.get("command"), data.get("minutes")
    if not isinstance(name, str):
        raise UserError('the request names no command; send for example {"command": "pause"}')
    return make(name, minutes)


class CommandQueue:
    """Commands on their way from keys, hotkeys and socket to the loop. Any thread may put."""

    LIMIT = 64
    """More than anybody types while a loop is alive; a full queue means that it is not."""

    def __init__(self) -> None:
        self._queue: queue.Queue[Command] = queue.Queue(self.LIMIT)

    def put(self, command: Command) -> bool:
        """False if the loop has not taken any for so long that the queue is full."""
        try:
            self._queue.put_nowait(command)
        except queue.Full:
            return False
        return True

    def drain(self) -> list[Command]:
        """All that has come since the last call, in order. Never waits."""
        commands: list[Command] = []
        while True:
            try:
                commands.append(self._queue.get_nowait())
            except queue.Empty:
                return commands
