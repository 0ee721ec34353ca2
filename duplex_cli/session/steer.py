"""What a steering command does to the state. Pure, so that replay can do it too."""

from __future__ import annotations

from dataclasses import replace

from duplex_cli.session.state import State

SNOOZE_MINUTES = 10.0


def steer(state: State, command: str, t: float, minutes: float | None = None) -> State:
    """The state after `command` ("pause", "resume", "snooze", …) at session time `t`.

    Muting and stopping concern the loop alone and leave the state as it is.
    """
    if command == "pause":
        return replace(state, paused=True)
    if command == "resume":
        return replace(state, paused=False, snoozed_until=0.0)
    if command == "snooze":
        return replace(state, snoozed_until=t + 60.0 * (minutes or SNOOZE_MINUTES))
    return state
