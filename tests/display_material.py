"""Consoles, micro-turns and text for the tests of the views."""

from __future__ import annotations

import io

from rich.console import Console

from duplex_cli.display.info import SessionInfo
from duplex_cli.stream import Act, GateReading, MicroTurn, Percept

INFO = SessionInfo("s1", "watch", "gemma", ("mic", "screen"), journal="/tmp/j", keys="m mute  q stop")


HOSTILE = "[red]no[/red] \x1b[2J\x1b]0;title\x07\x9b31mred \u202egnihton \x00\x08\r\nend"


def terminal(width: int = 80, height: int = 24) -> Console:
    return Console(
        file=io.StringIO(), width=width, height=height, force_terminal=True, color_system="truecolor",
        legacy_windows=False, _environ={},
    )  # fmt: skip


def turn(index: int, *percepts: Percept, acts: tuple[Act, ...] = (), say: float | None = None,
         withheld: str = "") -> MicroTurn:  # fmt: skip
    gate = None if say is None else GateReading(silent=1 - say, say=say)
    return MicroTurn(index, round((index + 1) * 0.2, 1), percepts, acts, gate, withheld)
