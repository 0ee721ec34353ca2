"""The way of own speech back into the microphone: found with its delay, or found not to be."""

from __future__ import annotations

import numpy as np
import pytest

from duplex_cli.bench.voice_items import Echo
from duplex_cli.bench.voice_room import EchoPath, noise
from duplex_cli.capture.audio import AudioState
from duplex_cli.capture.echo import EchoCanceller
from duplex_cli.capture.echo_path import EchoPathMeter
from duplex_cli.speech.synthesis import Voice
from duplex_cli.stream import SAMPLE_RATE

STORY = "We hiked for about four hours, and the view from there was worth every step of the way."


@pytest.fixture
def played(voice: Voice) -> np.ndarray:
    clip = voice.say(STORY)
    return np.concatenate([clip, clip, np.zeros(SAMPLE_RATE, np.float32)])


@pytest.mark.parametrize("db", [-10.0, -20.0])
@pytest.mark.parametrize("delay_ms", [50.0, 80.0, 150.0])
def test_a_path_is_found_with_its_delay(played: np.ndarray, db: float, delay_ms: float) -> None:
    near = EchoPath(Echo(db=db, delay_ms=delay_ms)).feed(played) + noise(30.0, -55.0, 1)[: len(played)]
    meter = EchoPathMeter()
    for begin in range(0, len(played), 3200):
        meter.feed(near[begin : begin + 3200], played[begin : begin + 3200])
    assert not meter.none
    assert meter.delay_s == pytest.approx(delay_ms / 1000, abs=0.002)


def test_headphones_are_found_and_the_user_over_own_speech_is_left_whole(
    played: np.ndarray, voice: Voice
) -> None:
    near = noise(30.0, -55.0, 2)[: len(played)].copy()
    user = voice.say("Okay, but what about the weather?")
    at = 6 * SAMPLE_RATE
    near[at : at + len(user)] += user
    canceller = EchoCanceller(0.0)
    cleaned = []
    for begin in range(0, len(played) // 3200 * 3200, 3200):
        canceller.feed(near[begin : begin + 3200], played[begin : begin + 3200])
        cleaned.append(canceller.take(3200))
    assert canceller.path.none
    power = [float(np.square(x[at : at + len(user)]).mean()) for x in (np.concatenate(cleaned), near)]
    assert 10 * np.log10(power[0] / power[1]) > -3.0


def test_headphones_are_found_within_two_seconds_in_a_room_whose_noise_is_known(played: np.ndarray) -> None:
    far = np.concatenate([np.zeros(2 * SAMPLE_RATE, np.float32), played])
    near = noise(30.0, -55.0, 4)[: len(far)]
    meter = EchoPathMeter()
    for begin in range(0, 4 * SAMPLE_RATE, 3200):
        meter.feed(near[begin : begin + 3200], far[begin : begin + 3200])
    assert meter.none


@pytest.mark.parametrize("db", [-10.0, -20.0, -30.0])
def test_a_faint_echo_in_a_room_whose_noise_is_known_is_no_headphones(played: np.ndarray, db: float) -> None:
    far = np.concatenate([np.zeros(2 * SAMPLE_RATE, np.float32), played])
    near = EchoPath(Echo(db=db, delay_ms=150.0)).feed(far) + noise(30.0, -55.0, 5)[: len(far)]
    meter = EchoPathMeter()
    for begin in range(0, len(far), 3200):
        meter.feed(near[begin : begin + 3200], far[begin : begin + 3200])
        assert not meter.none


def test_silence_tells_nothing() -> None:
    meter = EchoPathMeter()
    meter.feed(noise(10.0, -50.0, 3), np.zeros(160_000, np.float32))
    assert not meter.none and meter.delay_s is None


def test_what_the_view_tells() -> None:
    assert AudioState().echo_told == "echo off"
    assert AudioState(echo="on").echo_told == "echo on"
    assert AudioState(echo="on", echo_delay_s=0.0804, erle_db=41.6).echo_told == "echo on, 80 ms, -42 dB"
    assert AudioState(echo="on", no_echo_path=True).echo_told == "no echo path"
