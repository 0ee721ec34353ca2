"""Steering commands as values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duplex_cli.control.commands import (
    SNOOZE_MIN,
    Action,
    Command,
    CommandQueue,
    Steering,
    from_json,
    parse,
    to_json,
)
from duplex_cli.errors import UserError


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("pause", Command(Action.PAUSE)),
        (" Resume ", Command(Action.RESUME)),
        ("snooze", Command(Action.SNOOZE, SNOOZE_MIN)),
        ("snooze 2.5", Command(Action.SNOOZE, 2.5)),
        ("toggle-mute", Command(Action.TOGGLE_MUTE)),
    ],
)
def test_parse(text: str, command: Command):
    assert parse(text) == command


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "no command given; choose one of: pause, resume"),
        ("quit", "unknown command 'quit'; choose one of: pause, resume"),
        ("snooze soon", "'soon' is not a number of minutes; say for example: snooze 10"),
        ("snooze -1", "cannot snooze for -1 minutes; give 1 to 1440"),
        ("snooze nan", "cannot snooze for nan minutes"),
        ("snooze 1e9", "cannot snooze for 1e\\+09 minutes"),
        ("mute 5", "mute takes nothing after it, not '5'; leave it out"),
    ],
)
def test_errors_are_one_line_with_the_mend(text: str, error: str):
    with pytest.raises(UserError, match=error) as raised:
        parse(text)
    assert "\n" not in str(raised.value)


@given(st.sampled_from(Action), st.floats(0.1, 1440))
def test_json_round_trip(action: Action, minutes: float):
    command = Command(action, minutes) if action is Action.SNOOZE else Command(action)
    assert from_json(to_json(command)) == command


@pytest.mark.parametrize(
    "data", [{}, {"command": 3}, {"command": "snooze", "minutes": [1]}, {"command": "x"}]
)
def test_json_that_is_no_command(data: dict):
    with pytest.raises(UserError):
        from_json(data)


def test_steering_follows_the_commands():
    steering = Steering()
    assert steering.state(0.0) == "listening"
    steering = steering.after(parse("snooze 1"), 100.0)
    assert steering.snoozed(159.9) and not steering.snoozed(160.0) and steering.state(120.0) == "snoozed"
    steering = steering.after(parse("mute"), 101.0).after(parse("pause"), 102.0)
    assert steering.state(103.0) == "paused, muted"
    steering = steering.after(parse("resume"), 104.0)
    assert steering.state(104.0) == "muted" and not steering.snoozed(105.0)
    assert steering.after(parse("unmute"), 0).state(0) == "listening"
    assert steering.after(parse("stop"), 0).state(0) == "stopping"


def test_toggles_come_to_what_is_not():
    steering = Steering()
    assert steering.plain(parse("toggle-pause")) == parse("pause")
    assert steering.after(parse("toggle-pause"), 0).after(parse("toggle-pause"), 0) == steering
    assert steering.after(parse("toggle-mute"), 0).plain(parse("toggle-mute")) == parse("unmute")


def test_a_queue_that_nobody_drains_says_so():
    queue = CommandQueue()
    assert all(queue.put(parse("mute")) for _ in range(CommandQueue.LIMIT))
    assert not queue.put(parse("mute"))
    assert len(queue.drain()) == CommandQueue.LIMIT and queue.drain() == []
