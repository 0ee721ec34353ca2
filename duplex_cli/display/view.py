"""What a person sees while a session runs: a live picture of the terminal, or plain lines."""

from __future__ import annotations

from typing import Any, Protocol

from rich.console import Console

from duplex_cli.display.info import SessionInfo
from duplex_cli.display.live import LiveView
from duplex_cli.display.plain import PlainView
from duplex_cli.session.watcher import Watcher


class View(Watcher, Protocol):
    """A watcher with a beginning and an end."""

    def start(self, info: SessionInfo) -> None:
        """The session begins."""
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
