"""The user speaks over the assistant: tables of what is heard, and what becomes of own speech."""

from __future__ import annotations

import pytest

from duplex_cli.session.backchannel_words import only_backchannels
from duplex_cli.session.overlap import Overlap, overlapped, wants_floor
from duplex_cli.session.taking_in import by_time
from duplex_cli.stream import TICK_S, Percept


def run(*percepts: Percept, until: float = 6.0, yields: bool = True) -> list[tuple[float, str]]:
    """(time, verdict) of each verdict, tick by tick."""
    state, found = Overlap(), []
    for index in range(round(until / TICK_S)):
        t = round((index + 1) * TICK_S, 4)
        now = [p for p in percepts if t - TICK_S < p.at <= t]
        state, verdicts = overlapped(state, now, t, yields)
        found += [(t, verdict) for verdict in verdicts]
    return found


FAR = Percept(1.1, "voice", "start", where="far")
BEGUN = Percept(0.1, "begun", "0")
START, STOP = Percept(1.1, "voice", "start"), Percept(1.9, "voice", "stop")


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ([START, Percept(1.5, "partial", "Okay,"), STOP, Percept(1.95, "hear", "Okay.")], ["duck", "resume"]),
        ([START, Percept(1.5, "partial", "Actually, just"), STOP], ["duck", "hold", "resume"]),
        (
            [START, Percept(1.5, "partial", "Actually"), Percept(2.5, "hear", "Actually just")],
            ["duck", "hold", "give up"],
        ),
        ([START, STOP], ["duck", "resume"]),
        ([START, STOP, Percept(1.9, "hear", "Stop now.")], ["duck", "give up"]),
        ([FAR, Percept(1.5, "hear", "come to dinner"), STOP], []),
        ([START, Percept(1.3, "voice", "far"), Percept(1.5, "hear", "come on"), STOP], ["duck", "resume"]),
        ([START], ["duck", "hold", "give up"]),
    ],
    ids=["backchannel", "vanishing", "interruption", "cough", "short", "far", "far later", "wordless"],
)  # fmt: skip
def test_what_becomes_of_own_speech(heard: list[Percept], expected: list[str]) -> None:
    assert [verdict for _, verdict in run(BEGUN, *heard)] == expected


def test_an_interruption_is_held_with_its_first_reading_and_given_up_once_it_is_sure() -> None:
    told = run(BEGUN, START, Percept(1.55, "partial", "Wait,"), Percept(2.3, "hear", "Wait, what"))
    assert told == [(1.2, "duck"), (1.6, "hold"), (2.4, "give up")]


def test_speech_that_was_there_first_never_stops_what_overlaps_it_but_fresh_speech_does() -> None:
    first = [
        Percept(0.1, "voice", "start"),
        Percept(1.0, "begun", "0"),
        Percept(1.5, "hear", "y el tren sale"),
    ]
    assert run(*first) == []
    fresh = [Percept(3.0, "voice", "stop"), Percept(3.5, "voice", "start"), Percept(3.9, "hear", "stop it")]
    assert [v for _, v in run(*first, *fresh)] == ["duck", "hold", "give up"]


def test_a_profile_whose_remarks_are_meant_to_overlap_is_never_stopped() -> None:
    assert run(BEGUN, START, Percept(1.5, "hear", "stop it now"), yields=False) == []


def test_the_level_comes_back_when_own_speech_ends_while_ducked() -> None:
    assert run(BEGUN, START, Percept(1.35, "played", "Done.")) == [(1.2, "duck"), (1.4, "resume")]


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("Okay.", True),
        ("Right, right.", True),
        ("Mm-hm.", True),
        ("Oh, wow, interesting", True),
        ("interest", True),  # a word not yet finished
        ("Makes", True),
        ("I", True),
        ("I see the problem", False),
        ("Okay, but why?", False),
        ("Actually", False),
        ("", False),
    ],
)
def test_backchannels(text: str, only: bool) -> None:
    assert only_backchannels(text) is only


@pytest.mark.parametrize(
    ("words", "partial", "seconds", "lasts", "far", "expected"),
    [
        ("", "", 0.4, 0.0, False, None),
        ("", "", 1.0, 0.0, False, True),
        ("yeah", "", 0.5, 0.3, False, False),
        ("", "yeah yeah yeah okay", 2.0, 2.0, False, True),
        ("", "what about Rome", 0.6, 0.4, False, True),
        ("", "three", 0.4, 0.3, False, None),
        ("", "three", 0.8, 0.7, False, True),
        ("", "three", 1.0, 0.3, False, True),
        ("", "stop", 0.3, 0.2, False, True),
        ("", "I see you.", 0.5, 0.3, False, None),
        ("I see", "you can.", 0.7, 0.6, False, True),
        ("Oh,", "and", 0.6, 0.5, False, None),
        ("Oh,", "and it.", 0.8, 0.7, False, True),
        ("", "stop that, kids", 1.0, 1.0, True, False),
    ],
)
def test_who_wants_the_floor(
    words: str, partial: str, seconds: float, lasts: float, far: bool, expected: bool | None
) -> None:
    assert wants_floor(words, partial, seconds, lasts, far) is expected


@pytest.mark.parametrize(
    ("text", "until", "verdicts"),
    [
        ("Memo.", 1.5, ["duck", "resume"]),
        ("The her,", 1.62, ["duck", "hold", "resume"]),
        ("Wait.", 1.5, ["duck", "hold", "give up"]),
        ("But how?", 1.6, ["duck", "hold", "give up"]),
        ("The other one.", 1.9, ["duck", "hold", "give up"]),
    ],
)
def test_a_word_or_two_stop_it_only_if_they_are_an_interruption_by_themselves(
    text: str, until: float, verdicts: list[str]
) -> None:
    ended = [Percept(until, "voice", "stop"), Percept(until, "hear", text), Percept(until, "pause")]
    assert [v for _, v in run(BEGUN, START, Percept(1.35, "partial", text), *ended)] == verdicts


def test_the_next_remark_of_a_row_can_be_interrupted_too() -> None:
    row = by_time([BEGUN, Percept(0.9, "begun", "1"), Percept(0.9, "played", "First.")])
    wait = [START, Percept(1.45, "partial", "Wait, no")]
    assert [v for _, v in run(*row, *wait, until=1.8)] == ["duck", "hold"]
