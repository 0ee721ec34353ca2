"""What a steering command does to the state. Pure, so that replay can do it too."""

from __future__ import annotations

from dataclasses import replace

from duplex_cli.control.commands import Command
from duplex_cli.session.state import State


def steer(state: State, command: Command, t: float) -> State:
    """The state after a key, hotkey or `duplex ctl` command at session time `t`."""
    return replace(state, steering=state.steering.after(command, t))
