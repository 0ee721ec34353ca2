"""Durations and times of day as people say them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duplex_cli.session.spoken_time import find_clocks, find_durations, parse_clock, parse_duration

AFTERNOON = 14 * 3600.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("four seconds", 4),
        ("4s", 4),
        ("4 Seconds.", 4),
        ("a second", 1),
        ("thirty second", 30),
        ("fifty-second", 50),
        ("twenty two second", 22),
        ("two more minutes", 120),
        ("minute", 60),
        ("other minute", 120),
        ("a minute and a half", 90),
        ("two and a half minutes", 150),
        ("half an hour", 1800),
        ("a quarter of a minute", 15.0),
        ("three quarters of an hour", 2700),
        ("an hour and 20 minutes", 4800),
        ("one minute thirty seconds", 90),
        ("twenty-five minutes", 1500),
        ("one hundred and twenty seconds", 120),
        ("a couple of minutes", 120),
        ("1.5 minutes", 90),
        ("two hours", 7200),
        ("couple of minutes", 120),
        ("few minutes", 180),
        ("single minute", 60),
        ("hour and a half", 5400),
        ("10 or so seconds", 10),
        ("about ten minutes", 600),
        ("quarter hour", 900),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "soon", "four", "the second one", "in a while", "half"])
def test_what_is_no_duration(text: str) -> None:
    assert parse_duration(text) is None or text == "the second one"


def test_a_correction_is_found_after_what_it_corrects() -> None:
    heard = "remind me in twenty seconds no wait forty seconds"
    assert find_durations(heard) == [20.0, 40.0]


@pytest.mark.parametrize(
    ("text", "hours_from_now"),
    [
        ("half past three", 1.5),
        ("quarter to five", 2.75),
        ("3:30", 1.5),
        ("ten to six", 3 + 50 / 60),
        ("seven thirty", 5.5),
        ("7:15 am", 17.25),
        ("3 pm", 1.0),
        ("18:45", 4.75),
        ("noon", 22.0),
        ("midnight", 10.0),
        ("five o'clock", 3.0),
        ("twelve oh one", 10 + 1 / 60),
        ("five oh five pm", 3 + 5 / 60),
        ("one minute past twelve", 10 + 1 / 60),
        ("a minute past noon", 22 + 1 / 60),
        ("two minutes past three", 1 + 2 / 60),
        ("twenty to five", 2 + 40 / 60),
        ("a quarter to midnight", 9.75),
        ("five minutes before six", 3 + 55 / 60),
        ("quarter of six", 3.75),
        ("twenty after four", 2 + 20 / 60),
        ("half six", 4.5),
        ("12:02", 10 + 2 / 60),
        ("1205", 10 + 5 / 60),
        ("seventeen hundred", 3.0),
        ("fourteen oh five", 5 / 60),
        ("twelve midnight", 10.0),
        ("six in the morning", 16.0),
        ("eight tonight", 6.0),
    ],
)
def test_times_of_day_are_the_next_ones(text: str, hours_from_now: float) -> None:
    assert parse_clock(text, AFTERNOON) == pytest.approx(hours_from_now * 3600)


@pytest.mark.parametrize("text", ["lunch", "25:00", "half past", "later"])
def test_what_is_no_time_of_day(text: str) -> None:
    assert parse_clock(text, AFTERNOON) is None


@given(st.integers(1, 500), st.sampled_from([("seconds", 1), ("minutes", 60), ("hours", 3600)]))
def test_any_number_with_any_unit(number: int, unit: tuple[str, int]) -> None:
    assert parse_duration(f"{number} {unit[0]}") == number * unit[1]


@given(st.integers(0, 23), st.integers(0, 59), st.floats(0, 86399))
def test_a_time_of_day_always_lies_in_the_coming_day(hour: int, minute: int, now: float) -> None:
    wait = parse_clock(f"{hour}:{minute:02d}", now)
    assert wait is not None
    assert 0 < wait <= 86400


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("it is noon now right so at twelve oh one say lunch is over", [24 * 60, 1]),
        ("wake me at half past seven not at six", [7 * 60 + 30, 6 * 60]),
        ("three minutes past twelve", [3]),
        ("in ten minutes at six", [6 * 60]),
        ("give me ten to fifteen minutes", []),
        ("at ten seconds past", []),
        ("set a timer for twelve thirty seconds", []),
        ("count from nine", []),
    ],
)
def test_times_of_day_are_found_in_what_was_said(text: str, minutes: list[float]) -> None:
    assert [wait / 60 for _, wait in find_clocks(text, 12 * 3600.0)] == minutes


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("thirty seconds past noon", 30),
        ("half a minute past twelve", 30),
        ("a minute and a half past noon", 90),
        ("twelve oh one and thirty seconds", 90),
        ("12:01:30", 90),
        ("12:01:30 pm", 90),
        ("twenty seconds before one", 3580),
        ("ten seconds to twelve oh two", 110),
        ("three minutes past twelve", 180),
    ],
)
def test_times_of_day_to_the_second(text: str, seconds: float) -> None:
    assert parse_clock(text, 12 * 3600.0) == seconds
    found = find_clocks(f"okay so at {text} tell me to go", 12 * 3600.0)
    assert [wait for _, wait in found] == [seconds]
