"""What a steering command does to the state. Pure, so that replay can do it too."""

from __future__ import annotations

from dataclasses import replace

from duplex_cli.control.commands import Action, Command
from duplex_cli.session.state import State


def steer(state: State, command: Command, t: float) -> State:
    """The state after a key, hotkey or `duplex ctl` command at session time `t`."""
    if command.action in (Action.ALLOW, Action.DENY):
        return replace(state, errands=replace(state.errands, reply=command.action is Action.ALLOW))
    return replace(state, steering=state.steering.after(command, t))
