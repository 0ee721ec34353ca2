"""What a session tells whoever watches it, tick by tick. The views of `display` are such watchers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from duplex_cli.stream import MicroTurn


@dataclass(frozen=True, slots=True)
class Switches:
    """All that can be switched; empty where there is nothing to say."""

    paused: bool = False
    muted: bool = False
    snoozed_until: float | None = None
    """Session time, seconds; None where nothing is snoozed."""
    recording: bool = False
    looking: str = ""
    """What is looked at."""
    privacy: str = ""
    """What is kept out, such as "2 windows hidden"."""
    echo: str = ""
    """The state of echo cancellation."""

    @property
    def positions(self) -> tuple[bool, bool, float | None, bool]:
        """What a command switches, without the words about the senses."""
        return self.paused, self.muted, self.snoozed_until, self.recording


class Watcher(Protocol):
    """Times are seconds of session time, levels dBFS.

    All calls come from one thread, the session's; none of them blocks or raises for any text.
    """

    def turn(self, micro_turn: MicroTurn, cost_ms: float, missed: int) -> None:
        """A micro-turn closed; `missed` ticks were missed since the last call."""
        ...

    def meters(self, mic_dbfs: float, voice_dbfs: float, speaking: bool, user_speaking: bool) -> None:
        """Levels of the microphone and of the own voice, and who is speaking."""
        ...

    def partial(self, text: str) -> None:
        """Words heard but not yet stable; replaces what was told before."""
        ...

    def note(self, text: str) -> None:
        """One line about the session itself, such as "microphone unplugged, waiting"."""
        ...

    def state(self, switches: Switches) -> None:
        """How all switches stand, told whole each time."""
        ...

    def remark(self, at: float, text: str, kind: str, p: float | None) -> None:
        """A remark was made at `at`; `p` is the gate's probability for it, None where none was read."""
        ...
