"""A drawn person who exercises: joints by angles, limbs as rounded bars, in front of a room.

Poses are in body heights, the ground at y = 0, up positive; depth 0 is rest, 1 the far end of a repetition.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi, radians, sin
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Point: TypeAlias = tuple[float, float]
Pose: TypeAlias = dict[str, Point]
Frame: TypeAlias = NDArray[np.uint8]

THIGH, SHIN, TORSO, UPPER, FORE, NECK = 0.245, 0.246, 0.30, 0.172, 0.157, 0.06
"""Lengths of the limbs in body heights (Drillis and Contini 1966)."""

WIDTH, HEIGHT = 320, 240


def _to(start: Point, length: float, degrees: float) -> Point:
    """A limb of this length from `start`; 0 degrees points up, 90 to the right."""
    return start[0] + length * sin(radians(degrees)), start[1] + length * cos(radians(degrees))


def squat_side(d: float) -> Pose:
    foot = (0.0, 0.0)
    knee = _to(foot, SHIN, 35 * d)
    hip = _to(knee, THIGH, -85 * d)
    neck = _to(hip, TORSO, 40 * d)
    hand = _to(_to(neck, UPPER, 180 - 90 * d), FORE, 175 - 85 * d)
    return {
        "foot": foot,
        "knee": knee,
        "hip": hip,
        "neck": neck,
        "hand": hand,
        "elbow": _to(neck, UPPER, 180 - 90 * d),
    }


def squat_front(d: float) -> Pose:
    drop = 0.30 * d
    pose: Pose = {
        "hip": (0.0, THIGH + SHIN - drop),
        "neck": (0.0, THIGH + SHIN - drop + TORSO * (1 - 0.12 * d)),
    }
    for side, name in ((-1, "l"), (1, "r")):
        pose[f"foot{name}"] = (0.10 * side, 0.0)
        pose[f"knee{name}"] = ((0.10 + 0.10 * d) * side, SHIN * (1 - 0.25 * d))
        pose[f"elbow{name}"] = (0.13 * side, pose["neck"][1] - UPPER * (1 - 0.8 * d))
        pose[f"hand{name}"] = (0.09 * side, pose["elbow" + name][1] - FORE * (1 - 1.1 * d))
    return pose


def pushup_side(d: float) -> Pose:
    foot = (-0.55, 0.03)
    lift = (UPPER + FORE) * (1 - 0.78 * d)
    neck = (0.24, lift + 0.02)
    hip = (-0.05, 0.03 + (lift - 0.01) * 0.62)
    hand = (0.22, 0.0)
    elbow = (0.22 - 0.13 * d, lift * 0.5)
    return {
        "foot": foot,
        "knee": (-0.30, 0.03 + lift * 0.3),
        "hip": hip,
        "neck": neck,
        "hand": hand,
        "elbow": elbow,
    }


def situp_side(d: float) -> Pose:
    hip = (0.0, 0.05)
    knee = _to(hip, THIGH, 50)
    foot = (knee[0] + 0.12, 0.0)
    neck = _to(hip, TORSO, -88 + 80 * d)
    elbow = _to(neck, UPPER, -60 + 100 * d)
    return {
        "foot": foot,
        "knee": knee,
        "hip": hip,
        "neck": neck,
        "hand": _to(elbow, FORE, 100),
        "elbow": elbow,
    }


def jack_front(d: float) -> Pose:
    hop = 0.03 * sin(pi * d)
    hip = (0.0, THIGH + SHIN - 0.02 * d + hop)
    pose: Pose = {"hip": hip, "neck": (0.0, hip[1] + TORSO)}
    for side, name in ((-1, "l"), (1, "r")):
        leg = 8 + 22 * d
        pose[f"knee{name}"] = _to(hip, THIGH, 180 - leg * side)
        pose[f"foot{name}"] = _to(pose[f"knee{name}"], SHIN, 180 - leg * side)
        arm = 165 - 150 * d
        pose[f"elbow{name}"] = _to((0.09 * side, pose["neck"][1] - 0.02), UPPER, arm * side)
        pose[f"hand{name}"] = _to(pose[f"elbow{name}"], FORE, (arm - 5 * d) * side)
    return pose


def raise_front(d: float) -> Pose:
    pose = jack_front(0.0)
    for side, name in ((-1, "l"), (1, "r")):
        arm = 168 - 85 * d
        pose[f"elbow{name}"] = _to((0.09 * side, pose["neck"][1] - 0.02), UPPER, arm * side)
        pose[f"hand{name}"] = _to(pose[f"elbow{name}"], FORE, arm * side)
    return pose


def curl_side(d: float) -> Pose:
    pose = squat_side(0.0)
    pose["elbow"] = _to(pose["neck"], UPPER, 176)
    pose["hand"] = _to(pose["elbow"], FORE, 165 - 140 * d)
    return pose


def lunge_side(d: float) -> Pose:
    hip = (0.0, (THIGH + SHIN) * (1 - 0.42 * d))
    pose: Pose = {
        "hip": hip,
        "neck": (0.02 * d, hip[1] + TORSO),
        "elbow": (0.0, hip[1] + 0.13),
        "hand": (0.05, hip[1]),
    }
    pose |= {"kneel": (0.26 * d, hip[1] - 0.2 * (1 - 0.4 * d)), "footl": (0.30 * d, 0.0)}
    pose |= {"kneer": (-0.12 * d, hip[1] - 0.23), "footr": (-0.36 * d, 0.02)}
    return pose


EXERCISES: dict[str, Callable[[float], Pose]] = {
    f.__name__: f
    for f in (
        squat_side,
        squat_front,
        pushup_side,
        situp_side,
        jack_front,
        raise_front,
        curl_side,
        lunge_side,
    )
}

_BONES = (
    ("hip", "neck", 0.085, "shirt"), ("hip", "knee", 0.055, "trousers"), ("knee", "foot", 0.045, "trousers"),
    ("neck", "elbow", 0.038, "skin"), ("elbow", "hand", 0.03, "skin"),
    ("hip", "kneel", 0.055, "trousers"), ("kneel", "footl", 0.045, "trousers"),
    ("hip", "kneer", 0.055, "trousers"), ("kneer", "footr", 0.045, "trousers"),
    ("neck", "elbowl", 0.038, "skin"), ("elbowl", "handl", 0.03, "skin"),
    ("neck", "elbowr", 0.038, "skin"), ("elbowr", "handr", 0.03, "skin"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """What a clip looks like; drawn by lot once for a clip."""

    colours: dict[str, tuple[int, ...]]
    """Red, green, blue of what is worn and of the skin."""
    scale: float
    """Body height, pixels."""
    left: float
    """Where the feet stand, pixels from the left."""
    mirrored: bool
    tilt: float
    """The camera's roll, degrees."""
    room: Frame


def look(lots: np.random.Generator) -> Look:
    """A person, a room and a camera by lot."""
    tone = lots.uniform(70, 230)
    room = np.full((HEIGHT, WIDTH, 3), lots.uniform(60, 220, 3), np.float32)
    floor = int(HEIGHT * lots.uniform(0.78, 0.86))
    room[floor:] *= lots.uniform(0.5, 0.9)
    for _ in range(lots.integers(2, 6)):
        x, y = lots.integers(0, WIDTH - 40), lots.integers(0, floor - 30)
        w, h = lots.integers(20, 80), lots.integers(20, 90)
        cv2.rectangle(
            room,
            (int(x), int(y)),
            (int(x + w), int(min(y + h, floor))),
            lots.uniform(40, 230, 3).tolist(),
            -1,
        )
    room += cv2.GaussianBlur(lots.normal(0, 25, room.shape).astype(np.float32), (0, 0), 3)
    return Look(
        colours={
            "shirt": tuple(int(v) for v in lots.integers(20, 240, 3)),
            "trousers": tuple(int(v) for v in lots.integers(15, 140, 3)),
            "skin": (int(tone), int(tone * 0.8), int(tone * 0.65)),
        },
        scale=float(lots.uniform(95, 165)),
        left=float(WIDTH * lots.uniform(0.42, 0.58)),
        mirrored=bool(lots.integers(2)),
        tilt=float(lots.uniform(-4, 4)),
        room=np.clip(room, 0, 255).astype(np.uint8),
    )


def draw(pose: Pose, look: Look, shift: Point = (0.0, 0.0)) -> Frame:
    """uint8[HEIGHT, WIDTH, 3], RGB; `shift` moves the person, in pixels."""
    out = look.room.copy()
    sign = -1 if look.mirrored else 1

    def at(point: Point) -> tuple[int, int]:
        # Sixteenths of a pixel, so that slow movement does not jump.
        x = look.left + shift[0] + sign * point[0] * look.scale
        y = HEIGHT * 0.9 + shift[1] - point[1] * look.scale
        return round(x * 16), round(y * 16)

    for a, b, thick, part in _BONES:
        if a in pose and b in pose:
            width = max(1, round(thick * look.scale))
            cv2.line(out, at(pose[a]), at(pose[b]), look.colours[part], width, cv2.LINE_AA, 4)
    spine = (pose["neck"][0] - pose["hip"][0], pose["neck"][1] - pose["hip"][1])
    length = max(1e-6, (spine[0] ** 2 + spine[1] ** 2) ** 0.5)
    head = (pose["neck"][0] + spine[0] / length * 0.1, pose["neck"][1] + spine[1] / length * 0.1)
    cv2.circle(out, at(head), round(0.065 * look.scale * 16), look.colours["skin"], -1, cv2.LINE_AA, 4)
    turn = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), look.tilt, 1.03)
    return np.asarray(cv2.warpAffine(out, turn, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE), np.uint8)
