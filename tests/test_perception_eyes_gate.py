"""The change gate: typing passes; carets, clocks, spinners and videos do not; nothing is lost for good."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from perception_screens import CODE, DARK, LIGHT, CodeWindow

from duplex_cli.perception.change import Change, ChangeGate, Rect

Frame = NDArray[np.uint8]


def covers(change: Change, x: int, y: int) -> bool:
    return any(r.x0 <= x < r.x1 and r.y0 <= y < r.y1 for r in change.rects)


def run(gate: ChangeGate, frames: list[Frame], start: float, step: float = 0.1) -> list[Change]:
    return [gate.feed(frame, start + i * step) for i, frame in enumerate(frames)]


def test_the_first_frame_and_a_new_size_are_scenes() -> None:
    gate = ChangeGate()
    assert gate.feed(np.zeros((101, 203, 3), np.uint8), 0.0) == Change("scene", (Rect(0, 0, 203, 101),))
    assert gate.feed(np.zeros((101, 203, 3), np.uint8), 0.1).kind == "nothing"
    assert gate.feed(np.zeros((64, 64, 3), np.uint8), 0.2).kind == "scene"


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize("size", [12, 18])
def test_one_full_stop_is_a_change_and_its_place_is_exact(theme, size: int) -> None:
    window = CodeWindow(list(CODE), theme, size)
    gate = ChangeGate()
    gate.feed(window.draw(), 0.0)
    window.lines[5] = "."
    change = gate.feed(window.draw(), 0.1)
    assert change.kind == "text"
    (rect,) = change.rects
    assert window.row_y(5) <= rect.y0 < rect.y1 <= window.row_y(6)
    assert rect.x1 - rect.x0 <= 4 and rect.y1 - rect.y0 <= 4


def test_faint_noise_and_a_slow_fade() -> None:
    rng = np.random.default_rng(3)
    plain = np.full((240, 320, 3), 128, np.uint8)
    gate = ChangeGate()
    gate.feed(plain, 0.0)
    noisy = [np.clip(plain + rng.normal(0, 4, plain.shape), 0, 255).astype(np.uint8) for _ in range(10)]
    assert {c.kind for c in run(gate, noisy, 0.1)} == {"nothing"}
    faded = [np.full((240, 320, 3), 128 + 2 * i, np.uint8) for i in range(30)]
    assert "scene" in {c.kind for c in run(gate, faded, 2.0)}


def blink(window: CodeWindow, seconds: float, place: tuple[int, int]) -> list[Frame]:
    frames = []
    for i in range(round(seconds * 10)):
        window.caret = place if (i // 5) % 2 == 0 else None
        frames.append(window.draw())
    return frames


def test_a_blinking_caret_is_learned_and_typing_beside_it_still_passes() -> None:
    window = CodeWindow(list(CODE[:6]))
    gate = ChangeGate()
    kinds = [c.kind for c in run(gate, blink(window, 8, (6, 0)), 0.0)]
    assert "text" in kinds[:25] and set(kinds[30:]) <= {"nothing", "flicker"} and "flicker" in kinds[30:]
    window.lines.append("x")
    window.caret = (6, 1)
    change = gate.feed(window.draw(), 8.0)
    assert change.kind == "text" and covers(change, window.text_left + 4, window.row_y(6) + 10)


def test_a_clock_is_learned_also_when_its_tens_turn_and_read_when_it_stops() -> None:
    window = CodeWindow(list(CODE), title="a.py")
    gate = ChangeGate()
    kinds = []
    for i in range(400):
        window.clock = f"12:34:{min(i, 350) // 10:02d}"
        kinds.append(gate.feed(window.draw(), i * 0.1).kind)
    assert set(kinds[90:350]) == {"nothing", "flicker"}
    assert kinds[350:].count("text") == 1


def test_a_spinner_is_learned_and_typing_elsewhere_passes() -> None:
    window = CodeWindow(list(CODE), title="a.py")
    gate = ChangeGate()
    for i in range(60):
        window.clock = "|/-\\"[i % 4]
        if i == 40:
            window.lines[9] += " # new"
        change = gate.feed(window.draw(), i * 0.1)
        if i == 40:
            assert change.kind == "text" and all(r.y0 >= window.row_y(9) for r in change.rects)
        elif i > 20:
            assert change.kind in ("flicker", "nothing")


def test_a_video_is_left_alone_until_it_rests() -> None:
    rng = np.random.default_rng(2)
    page = CodeWindow(list(CODE), width=900).draw()

    def playing() -> Frame:
        frame = page.copy()
        frame[100:300, 500:800] = rng.integers(0, 255, (200, 300, 3))
        return frame

    frames = [playing() for _ in range(30)]
    gate = ChangeGate()
    kinds = [c.kind for c in run(gate, [*frames, *[frames[-1]] * 20], 0.0)]
    assert set(kinds[10:30]) == {"video"}
    assert [k for k in kinds[30:] if k != "nothing"] == ["text"]


def test_typing_at_a_steady_rate_is_never_taken_for_a_clock() -> None:
    for size in (12, 14, 18):
        window = CodeWindow([""], size=size)
        gate = ChangeGate()
        gate.feed(window.draw(), 0.0)
        text = "total=sum(values)*rate[index]+offset/count-minimum%modulus"
        for i in range(1, len(text)):
            window.lines[0], window.caret = text[:i], (0, i)
            assert gate.feed(window.draw(), i * 0.1).kind == "text", (size, i)


def test_typing_and_erasing_one_letter_ends_in_what_is_there() -> None:
    window = CodeWindow(["ab"])
    gate = ChangeGate()
    gate.feed(window.draw(), 0.0)
    last_seen = "ab"
    for i in range(1, 40):
        window.lines[0] = "abc" if i % 2 and i < 20 else "ab"
        if gate.feed(window.draw(), i * 0.1).kind == "text":
            last_seen = window.lines[0]
    assert last_seen == "ab"
