"""May I speak now? A table."""

from __future__ import annotations

import pytest

from duplex_cli.profile import Policy
from duplex_cli.session.policy import Said, corrects_nothing, repeats, says_stop, withholds

NOW = 100.0


def said(*before: float, asked: bool = False) -> list[Said]:
    return [Said(NOW - seconds, "Mind the step.", asked) for seconds in before]


@pytest.mark.parametrize(
    ("policy", "history", "speaking", "snoozed", "rule"),
    [
        (Policy(), [], False, False, ""),
        (Policy(), [], True, False, ""),
        (Policy(overlap=False), [], True, False, "not over the user"),
        (Policy(overlap=False), [], False, False, ""),
        (Policy(), [], False, True, "snoozed"),
        (Policy(on_due_only=True), [], False, False, "reminders only"),
        (Policy(cooldown_s=10), said(5), False, False, "cooldown"),
        (Policy(cooldown_s=10), said(15), False, False, ""),
        (Policy(cooldown_s=10), said(5, asked=True), False, False, ""),
        (Policy(remarks_per_hour=2), said(90, 50), False, False, "hourly budget"),
        (Policy(remarks_per_hour=3), said(90, 50), False, False, ""),
        (Policy(remarks_per_hour=2), said(90, 50, asked=True), False, False, ""),
    ],
)
def test_rules(policy: Policy, history: list[Said], speaking: bool, snoozed: bool, rule: str) -> None:
    assert withholds(policy, history, NOW, speaking, snoozed) == rule


def test_the_same_remark_is_not_made_twice_but_may_be_later() -> None:
    policy = Policy(repeat_s=60)
    assert repeats(policy, said(30), NOW, "mind the step.")
    assert not repeats(policy, said(70), NOW, "mind the step.")
    assert not repeats(policy, said(30), NOW, "The build is done.")
    assert not repeats(Policy(repeat_s=0), said(30), NOW, "mind the step.")
    assert not repeats(policy, said(30), NOW, "mind the step.", answers_speech=True)
    assert repeats(policy, said(2), NOW, "mind the step.", answers_speech=True)


def test_a_reminder_that_was_asked_for_does_not_silence_a_remark_of_the_same_words() -> None:
    assert not repeats(Policy(repeat_s=60), said(30, asked=True), NOW, "Mind the step.")


@pytest.mark.parametrize(
    ("heard", "text", "idle"),
    [
        ("The capital of Australia is Canberra.", "Actually, it is Canberra.", True),
        ("the capital of Australia is Sydney", "Actually, it is Canberra.", False),
        ("a spider has eight legs", "Actually, they have eight legs.", True),
        ("a spider has six legs", "Actually, they have eight legs.", False),
        ("is it Paris or Rome", "Paris.", False),  # an answer may well be among the words of the question
        (
            "Canberra is lovely " + "and on " * 8 + "the capital is Sydney",
            "Actually, it is Canberra.",
            False,
        ),
    ],
)
def test_a_correction_by_what_was_said_corrects_nothing(heard: str, text: str, idle: bool) -> None:
    assert corrects_nothing(heard.split(), text) is idle


@pytest.mark.parametrize(
    ("heard", "bare"),
    [
        (["okay, stop."], True),
        (["that's", "enough"], True),
        (["stop the car"], False),
        (["okay"], False),
        ([], False),
    ],
)
def test_a_bare_stop_is_told_from_talk(heard: list[str], bare: bool) -> None:
    assert says_stop(heard) is bare
