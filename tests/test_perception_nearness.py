"""Near or far: loudness of phrases, and the ears that tell it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from duplex_cli.perception.ears import make_ears
from duplex_cli.perception.nearness import Nearness, loudness
from duplex_cli.speech.synthesis import Voice
from duplex_cli.stream import SAMPLE_RATE, Percept


def tone(db: float, seconds: float = 0.5) -> NDArray[np.float32]:
    t = np.arange(round(seconds * SAMPLE_RATE))
    return (10 ** (db / 20) * np.sqrt(2) * np.sin(t / 20)).astype(np.float32)


def test_loudness_is_that_of_the_loudest_tenth_of_a_second() -> None:
    assert loudness(tone(-30)) == pytest.approx(-30, abs=0.3)
    assert loudness(np.concatenate([tone(-60), tone(-20, 0.2), tone(-60)])) == pytest.approx(-20, abs=0.3)
    assert loudness(tone(-20, 0.05)) == -120.0


def test_what_is_much_quieter_than_usual_is_far_and_is_not_learned_from() -> None:
    nearness = Nearness()
    assert not nearness.far(tone(-60))  # nothing is known yet
    nearness.learn(tone(-20))
    assert not nearness.far(tone(-25)) and nearness.far(tone(-31))
    for _ in range(20):
        nearness.learn(tone(-31))
    assert nearness.usual_db == pytest.approx(-20, abs=0.3)
    for _ in range(20):
        nearness.learn(tone(-26))  # the user has leant back
    assert not nearness.far(tone(-31))


def test_ears_tell_which_words_come_from_far_off(models: dict[str, Path], voice: Voice) -> None:
    ears = make_ears("en", models["moonshine-tiny-en"], None, 1)
    clip = voice.say("The train leaves at eight in the morning.")
    pause = np.zeros(SAMPLE_RATE, np.float32)
    track = np.concatenate([pause, clip, pause, clip * 10 ** (-14 / 20), pause, clip, pause])
    told: list[Percept] = []
    for begin in range(0, len(track), 3200):
        told += ears.feed(track[begin : begin + 3200], begin / SAMPLE_RATE)
    pauses = [p.where for p in told if p.kind == "pause"]
    assert pauses == ["", "far", ""]
    ears.reset()
    assert [p.where for p in ears.feed(track[: 5 * SAMPLE_RATE], 0.0) if p.kind == "pause"] == [""]
