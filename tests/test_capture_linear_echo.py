"""Own speech is subtracted, the user who speaks over it is left whole."""

from __future__ import annotations

import numpy as np
import pytest

from duplex_cli.bench.voice_items import Echo
from duplex_cli.bench.voice_room import EchoPath, noise
from duplex_cli.capture.linear_echo import BLOCK, LinearEcho
from duplex_cli.speech.synthesis import Voice
from duplex_cli.stream import SAMPLE_RATE

STORY = "We hiked for about four hours, and the view from there was worth every step of the way."


def power_db(sound: np.ndarray) -> float:
    return 10 * float(np.log10(np.square(sound).mean()))


def subtracted(near: np.ndarray, far: np.ndarray, chunk: int = 3200) -> np.ndarray:
    """What is left of `near`, moved back to where it was heard."""
    linear, parts = LinearEcho(), []
    for begin in range(0, len(near), chunk):
        linear.feed(near[begin : begin + chunk], far[begin : begin + chunk])
        parts.append(linear.take(len(near[begin : begin + chunk])))
    return np.concatenate(parts)[BLOCK:]


@pytest.mark.parametrize("db", [-10.0, 0.0])
@pytest.mark.parametrize("delay_ms", [50.0, 150.0])
def test_the_user_over_own_speech_is_left_whole_and_own_speech_is_not(
    voice: Voice, db: float, delay_ms: float
) -> None:
    far = np.concatenate([voice.say(STORY), voice.say(STORY)])
    quiet = noise(len(far) / SAMPLE_RATE + 1, -60.0, 1)[: len(far)]
    user = voice.say("Actually, what about the weather?")
    at = 6 * SAMPLE_RATE
    spoken = quiet.copy()
    spoken[at : at + len(user)] += user
    echo = EchoPath(Echo(db=db, delay_ms=delay_ms)).feed(far)
    left = subtracted(spoken + echo, far)
    before, during = slice(4 * SAMPLE_RATE, at), slice(at, at + len(user))
    assert power_db(left[before]) < power_db(echo[before]) - 12
    assert power_db(left[during] - spoken[during]) < power_db(user) - 12


def test_without_own_speech_nothing_is_changed() -> None:
    near = noise(2.0, -40.0, 2)
    left = subtracted(near, np.zeros(len(near), np.float32))
    np.testing.assert_array_equal(left, near[: len(left)])


def test_how_the_sound_is_cut_makes_no_difference() -> None:
    far, near = noise(2.0, -20.0, 3), noise(2.0, -30.0, 4)
    np.testing.assert_array_equal(subtracted(near, far, 160), subtracted(near, far, 4800))
