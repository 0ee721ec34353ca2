"""What a person sees while a session runs: a live picture of the terminal, or plain lines."""

from __future__ import annotations

from typing import Any, Protocol

from rich.console import Console

from duplex_cli.display.info import SessionInfo
from duplex_cli.display.live import LiveView
from duplex_cli.display.plain import PlainView
from duplex_cli.stream import MicroTurn


class View(Protocol):
    """What the session tells a person. Times are seconds of session time, levels dBFS.

    All calls come from one thread, the session's; none of them blocks or raises for any text.
    """

    def start(self, info: SessionInfo) -> None:
        """The session begins."""
        ...

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

    def state(
        self,
        *,
        paused: bool = False,
        muted: bool = False,
        snoozed_until: float | None = None,
        recording: bool = False,
        looking: str = "",
        privacy: str = "",
        echo: str = "",
    ) -> None:
        """All that can be switched, told whole each time; empty where there is nothing to say.

        `looking` is what is looked at, `privacy` what is kept out ("2 windows hidden"), `echo` the state
        of echo cancellation.
        """
        ...

    def remark(self, at: float, text: str, kind: str, p: float | None) -> None:
        """A remark was made at `at`; `p` is the gate's probability for it, None where none was read."""
        ...

    def finish(self, summary: dict[str, Any]) -> None:
        """The session is over; `summary` is the object that --json prints."""
        ...

    def close(self) -> None:
        """Give the terminal back. May be called at any time and more than once."""
        ...


def make_view(
    console: Console, profile_name: str, plain: bool, verbose: bool = False
) -> LiveView | PlainView:
    """The view that `console` can show: the live one on a terminal, plain lines anywhere else.

    NO_COLOR and colour depth are rich's; FORCE_COLOR alone does not make a pipe a terminal here.
    """
    isatty = getattr(console.file, "isatty", lambda: False)
    if plain or not isatty() or not console.is_terminal or console.is_dumb_terminal:
        return PlainView(console, verbose=verbose)
    return LiveView(console, profile_name)
