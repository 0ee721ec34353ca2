"""The gate's arithmetic on known logits, and with what a call may begin."""

from __future__ import annotations

import numpy as np
import pytest

from duplex_cli.interaction import protocol
from duplex_cli.interaction.gate import Threshold, choose, probabilities, reading
from duplex_cli.stream import ActKind

TOKENS: dict[ActKind, int] = {"silent": 0, "say": 1, "call": 3}


def test_only_act_words_are_compared() -> None:
    logits = np.array([1.0, 1.0, 50.0, 1.0], dtype=np.float32)
    p = probabilities(logits, TOKENS)
    assert p == pytest.approx({"silent": 1 / 3, "say": 1 / 3, "call": 1 / 3})


def test_a_lighter_weight_of_silence_in_training_is_made_up_for() -> None:
    """Trained at .35, odds of 1 : 1 mean that silence was .35 : 1 times as likely to be punished."""
    logits = np.array([0.0, 0.0, 0.0, -50.0], dtype=np.float32)
    p = probabilities(logits, TOKENS, silent_weight=0.35)
    assert p["say"] / p["silent"] == pytest.approx(0.35)


@pytest.mark.parametrize(
    ("p", "kind"),
    [
        ({"silent": 0.55, "say": 0.4, "call": 0.05}, "say"),
        ({"silent": 0.65, "say": 0.3, "call": 0.05}, "silent"),
        ({"silent": 0.55, "say": 0.05, "call": 0.4}, "silent"),
        ({"silent": 0.25, "say": 0.05, "call": 0.7}, "call"),
    ],
)
def test_the_likeliest_act_needs_its_own_threshold(p: dict[ActKind, float], kind: ActKind) -> None:
    assert choose(p, speech=0.4, calls=0.6) == kind


def test_thresholds_are_raised_right_after_an_act_and_the_journal_tells_the_rest() -> None:
    gate = Threshold(speech=0.4, calls=0.5, hysteresis=0.2, settle_s=1.0)
    assert gate.at(0.4) == pytest.approx((0.6, 0.7))
    assert gate.at(1.0) == pytest.approx((0.4, 0.5))
    told = reading({"silent": 0.5, "say": 0.2, "call": 0.2, "yield": 0.1})
    assert (told.silent, told.say, told.call, told.other) == (0.5, 0.2, 0.2, 0.1)


def test_a_call_begins_with_a_verb_of_the_agenda_or_a_tool_of_the_task() -> None:
    assert protocol.call_words("Help the user (with reminders).") == protocol.CALL_VERBS
    offered = protocol.call_words("Help. Tools: weather(city), open_app(name), weather(city).")
    assert offered == (*protocol.CALL_VERBS, "weather", "open_app")
