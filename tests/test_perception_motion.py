"""Repetitions counted on drawn clips of a stick figure: speeds, pauses, noise, drift and partial ones."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from duplex_cli.errors import UserError
from duplex_cli.perception.motion import Motion, make_motion

FPS = 10.0


def squat(depth: float, shift: float = 0.0) -> Image.Image:
    """A person from the side; depth 0 stands, 1 sits low."""
    picture = Image.new("RGB", (320, 240), (120, 130, 140))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 210, 320, 240), fill=(90, 80, 70))
    draw.rectangle((20, 40, 60, 210), fill=(150, 120, 100))
    foot = (165 + shift, 208)
    bend = depth * 1.25
    knee = (foot[0] + 45 * math.sin(bend * 0.5), foot[1] - 45 * math.cos(bend * 0.5))
    hip = (knee[0] - 45 * math.sin(bend * 0.9), knee[1] - 45 * math.cos(bend * 0.9))
    neck = (hip[0] + 60 * math.sin(depth * 0.5), hip[1] - 60 * math.cos(depth * 0.5))
    for a, b, width in ((foot, knee, 12), (knee, hip, 15), (hip, neck, 22)):
        draw.line((a, b), fill=(40, 45, 90), width=width)
    draw.line((neck, (neck[0] + 50 * depth + 5, neck[1] + 45 - 30 * depth)), fill=(220, 180, 150), width=7)
    draw.ellipse((neck[0] - 12, neck[1] - 28, neck[0] + 12, neck[1] - 4), fill=(220, 180, 150))
    return picture


def pushup(depth: float, shift: float = 0.0) -> Image.Image:
    """A push-up from the side; depth 0 is arms straight, 1 is chest to the floor."""
    picture = Image.new("RGB", (320, 240), (200, 200, 195))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 190, 320, 240), fill=(150, 140, 120))
    hand, toe = (215 + shift, 190), (70 + shift, 188)
    shoulder = (212 + shift, 190 - 58 * (1 - 0.75 * depth))
    elbow = (hand[0] - 24 * depth, (hand[1] + shoulder[1]) / 2)
    draw.line((toe, shoulder), fill=(60, 60, 60), width=18)
    draw.line((hand, elbow, shoulder), fill=(210, 170, 140), width=8)
    draw.ellipse((shoulder[0] + 4, shoulder[1] - 22, shoulder[0] + 28, shoulder[1] + 2), fill=(210, 170, 140))
    return picture


def clip(draw, depths: list[float], noise: float = 4.0, drift: float = 0.0) -> list[NDArray[np.uint8]]:
    rng = np.random.default_rng(5)
    grain = rng.normal(0, noise, (300, 380, 3)).astype(np.int16)
    out = []
    for index, depth in enumerate(depths):
        picture = np.asarray(draw(depth, drift * index), np.int16)
        y, x = rng.integers(0, 60, 2)
        out.append(np.clip(picture + grain[y : y + 240, x : x + 320], 0, 255).astype(np.uint8))
    return out


def still(seconds: float) -> list[float]:
    return [0.0] * round(seconds * FPS)


def reps(count: int, seconds: float, depth: float = 1.0) -> list[float]:
    """`count` repetitions of `seconds` each, from rest to rest."""
    steps = round(count * seconds * FPS)
    return [depth * (0.5 - 0.5 * math.cos(2 * math.pi * i / (seconds * FPS))) for i in range(steps)]


def watch(frames: list[NDArray[np.uint8]]) -> tuple[list[tuple[float, str]], list[tuple[float, str]]]:
    motion = make_motion()
    motion.warm_up()
    heard = [p for i, frame in enumerate(frames) for p in motion.feed(frame, i / FPS)]
    return [(p.at, p.text) for p in heard if p.kind == "rep"], [
        (p.at, p.text) for p in heard if p.kind == "motion"
    ]


@pytest.mark.parametrize("draw", [squat, pushup])
@pytest.mark.parametrize("seconds", [0.9, 1.6, 3.0, 4.5])
def test_each_repetition_is_counted_as_it_ends(draw, seconds: float) -> None:
    counted, moved = watch(clip(draw, still(2) + reps(4, seconds) + still(2)))
    assert [text for _, text in counted] == ["1", "2", "3", "4"]
    for number, (at, _) in enumerate(counted, start=1):
        assert abs(at - (2 + number * seconds)) <= 0.2 + 0.2 * seconds
    assert [text for _, text in moved] == ["start", "stop"]


def test_a_pause_on_top_and_one_below_do_not_lose_the_count() -> None:
    down = reps(1, 2.0)[:10]
    depths = still(2) + reps(3, 1.5) + still(5) + reps(2, 1.5) + down + [1.0] * 30 + down[::-1] + still(3)
    counted, _ = watch(clip(squat, depths))
    assert abs(len(counted) - 6) <= 1
    assert [text for _, text in counted] == [str(i + 1) for i in range(len(counted))]


def test_a_partial_repetition_is_not_counted() -> None:
    depths = still(2) + reps(4, 1.6) + reps(1, 1.2, depth=0.35) + reps(3, 1.6) + still(3)
    counted, _ = watch(clip(pushup, depths))
    assert len(counted) == 7


def test_speed_may_change_and_the_body_may_drift() -> None:
    depths = still(2) + reps(3, 1.2) + reps(3, 2.4) + reps(3, 1.0) + still(3)
    counted, _ = watch(clip(squat, depths, noise=8.0, drift=0.1))
    assert abs(len(counted) - 9) <= 1


def test_a_still_noisy_picture_says_nothing() -> None:
    rng = np.random.default_rng(1)
    frames = clip(squat, still(12), noise=12.0)
    dimmed = [np.clip(f * (1 + 0.05 * rng.standard_normal()), 0, 255).astype(np.uint8) for f in frames]
    assert watch(frames) == ([], [])
    assert watch(dimmed)[0] == []


def test_sitting_down_is_movement_but_no_repetition() -> None:
    depths = still(2) + reps(1, 2.0)[:10] + [1.0] * 40
    counted, moved = watch(clip(squat, depths))
    assert counted == []
    assert [text for _, text in moved] == ["start", "stop"]


def test_reset_counts_from_one_again() -> None:
    motion = Motion(where="screen")
    frames = clip(squat, still(1) + reps(2, 1.5) + still(1))
    for _ in range(2):
        heard = [p for i, frame in enumerate(frames) for p in motion.feed(frame, i / FPS)]
        assert [(p.text, p.where) for p in heard if p.kind == "rep"] == [("1", "screen"), ("2", "screen")]
        motion.reset()


def test_a_gray_picture_is_refused_with_a_mend() -> None:
    with pytest.raises(UserError, match="convert the picture to RGB"):
        Motion().feed(np.zeros((10, 10), np.uint8), 0.0)
