"""Own words that come back through the microphone are not the user's."""

from __future__ import annotations

import pytest

from duplex_cli.session.own_words import OwnWords, is_echo
from duplex_cli.stream import Act, Percept

STORY = "We hiked for about four hours, and the view from there was worth every step."


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("for about four hours", True),
        ("we hiked about for hours and the view", True),  # misread here and there
        ("The view from there was", True),
        ("wait what about the view", False),
        ("how long did it take", False),
        ("the was and", False),  # small words that stand far apart
        ("hours", False),
        ("", False),
    ],
)
def test_what_is_an_echo(heard: str, expected: bool) -> None:
    assert is_echo(heard, STORY) is expected


def test_own_words_are_dropped_while_they_sound_and_shortly_after_with_their_pause() -> None:
    gate = OwnWords()
    gate.said(Act("say", STORY, remark=3))
    assert gate.without([Percept(1.0, "begun", "3")]) == [Percept(1.0, "begun", "3")]
    start = Percept(1.4, "voice", "start")
    partial, heard = Percept(2.0, "partial", "for about four"), Percept(2.2, "hear", "for about four")
    assert gate.without([start, partial, heard]) == [start]
    played = Percept(5.0, "played", STORY)
    late = Percept(5.2, "hear", "worth every step")
    assert gate.without([played, late, Percept(5.3, "pause")]) == [played]
    again = Percept(9.0, "hear", "worth every step")
    assert gate.without([again, Percept(9.1, "pause")]) == [again, Percept(9.1, "pause")]


def test_the_user_is_heard_over_own_speech() -> None:
    gate = OwnWords()
    gate.said(Act("say", STORY, remark=0))
    told = [Percept(1.0, "begun", "0"), Percept(2.0, "hear", "wait which mountain"), Percept(2.5, "pause")]
    assert gate.without(told) == told
