"""The eyes on drawn code windows: what is typed is told once, exactly, with its place; the rest is not."""

from __future__ import annotations

import difflib
import math

import numpy as np
import pytest
from perception_screens import CODE, THEMES, CodeWindow

from duplex_cli.errors import UserError
from duplex_cli.perception.eyes import Eyes, make_eyes
from duplex_cli.perception.news import looks_finished, only_ticked
from duplex_cli.stream import Percept

STEP = 0.1
"""Seconds between frames: the live rate while something happens."""


class Viewer:
    """Feeds a window's pictures to eyes, ten a second of session time, with the clock going."""

    def __init__(self, window: CodeWindow, eyes: Eyes | None = None) -> None:
        self.window, self.eyes = window, eyes or make_eyes()
        self.now = 0.0
        self.heard: list[Percept] = []
        self.told_at: list[float] = []

    def look(self, seconds: float) -> list[Percept]:
        new: list[Percept] = []
        for _ in range(round(seconds / STEP)):
            if self.window.clock:
                self.window.clock = f"09:{int(self.now) // 60:02d}:{int(self.now) % 60:02d}"
            found = self.eyes.feed(self.window.draw(), round(self.now, 3))
            new += found
            self.told_at += [self.now] * len(found)
            self.now += STEP
        self.heard += new
        return new

    def type_line(self, row: int, text: str, per_key: float = STEP) -> list[Percept]:
        """Type `text` into a row, indentation at once (as editors do)."""
        new: list[Percept] = []
        while len(self.window.lines) <= row:
            self.window.lines.append("")
        indent = len(text) - len(text.lstrip())
        for end in range(indent, len(text) + 1):
            self.window.lines[row] = text[:end]
            self.window.caret = (row, end)
            new += self.look(per_key)
        return new


def texts(percepts: list[Percept]) -> list[str]:
    return [p.text for p in percepts]


def accuracy(expected: str, read: str) -> float:
    same = sum(b.size for b in difflib.SequenceMatcher(None, expected, read, False).get_matching_blocks())
    return same / max(len(expected), len(read), 1)


@pytest.fixture(scope="module")
def reader_eyes() -> Eyes:
    """Eyes that have seen nothing but are warmed up: the network is loaded once a module."""
    eyes = make_eyes()
    eyes.warm_up()
    return eyes


def fresh(eyes: Eyes) -> Eyes:
    """New eyes that share the loaded network and what it has read."""
    twin = make_eyes()
    twin.reader = eyes.reader
    return twin


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", [14, 18])
def test_code_is_read_with_its_symbols_and_spaces(reader_eyes: Eyes, theme: str, size: int) -> None:
    window = CodeWindow(list(CODE), THEMES[theme], size, width=1100, height=1000)
    eyes = fresh(reader_eyes)
    for i in range(14):
        eyes.feed(window.draw(), i * STEP)
    screen = eyes.screen()
    expected = [line for line in CODE if line.strip()]
    assert len(screen) == len(expected)
    read = [" " * line.indent + line.text for line in screen]
    assert accuracy("\n".join(expected), "\n".join(read)) >= 0.995
    assert sum(a == b for a, b in zip(expected, read, strict=True)) >= len(expected) - 2


def test_typed_lines_are_told_once_with_file_and_line(reader_eyes: Eyes) -> None:
    viewer = Viewer(
        CodeWindow(list(CODE[:12]), title="store.py - demo", clock="00:00:00", gutter=True),
        fresh(reader_eyes),
    )
    viewer.look(3)
    viewer.heard.clear()
    viewer.type_line(12, CODE[12])
    viewer.type_line(14, CODE[14])
    viewer.type_line(15, CODE[15])
    viewer.look(2)
    assert [(p.where, p.text) for p in viewer.heard] == [
        ("store.py:13", CODE[12].strip()),
        ("store.py:15", CODE[14].strip()),
        ("store.py:16", CODE[15].strip()),
    ]
    assert all(p.kind == "see" for p in viewer.heard)


def test_half_typed_code_waits_for_a_pause_and_an_edit_is_told_again(reader_eyes: Eyes) -> None:
    viewer = Viewer(CodeWindow(["import math", "", ""]), fresh(reader_eyes))
    viewer.look(1)
    viewer.heard.clear()
    assert viewer.type_line(3, "area = math.pi * ") == []
    assert viewer.look(0.2) == []
    viewer.type_line(3, "area = math.pi * radius")
    told = viewer.look(1.0)
    assert texts(viewer.heard) == ["area = math.pi * radius"]
    assert told[0].at <= viewer.now - 0.6
    viewer.heard.clear()
    for text in ("area = math.pi * radiu", "area = math.pi * radi", "area = math.pi * radi**2"):
        viewer.window.lines[3] = text
        viewer.look(0.2)
    viewer.look(1)
    assert texts(viewer.heard) == ["area = math.pi * radi**2"]


def test_moving_to_another_line_tells_the_last_one_at_once(reader_eyes: Eyes) -> None:
    viewer = Viewer(CodeWindow(["import math", ""]), fresh(reader_eyes))
    viewer.look(1)
    viewer.heard.clear()
    viewer.type_line(2, "radius = 4")
    viewer.type_line(3, "print(radius *")
    assert texts(viewer.heard) == ["radius = 4"]


def test_keystroke_to_percept_of_a_finished_line_is_short(reader_eyes: Eyes) -> None:
    viewer = Viewer(CodeWindow(["import math", ""]), fresh(reader_eyes))
    viewer.look(1)
    viewer.type_line(2, "print(math.sqrt(2))")
    last_key = viewer.now - STEP
    viewer.look(1)
    assert viewer.heard[-1].text == "print(math.sqrt(2))"
    assert viewer.heard[-1].at == pytest.approx(last_key, abs=STEP)
    assert viewer.told_at[-1] - last_key <= 0.3 + 1e-6


def test_clock_and_caret_are_no_news(reader_eyes: Eyes) -> None:
    viewer = Viewer(CodeWindow(list(CODE[:5]), title="a.py", clock="00:00:00"), fresh(reader_eyes))
    viewer.look(2)
    viewer.heard.clear()
    before = viewer.eyes.reader.pieces_read
    for i in range(120):
        viewer.window.caret = (3, 9) if (i // 5) % 2 else None
        viewer.look(STEP)
    assert viewer.heard == []
    assert viewer.eyes.reader.pieces_read - before <= 12


def test_scrolling_reads_only_what_is_new_and_back_again_nothing(reader_eyes: Eyes) -> None:
    window = CodeWindow([f"value_{i} = compute({i * 37 % 91}, mode={i % 7})" for i in range(60)], height=320)
    viewer = Viewer(window, fresh(reader_eyes))
    viewer.look(2)
    seen, read = list(viewer.heard), viewer.eyes.reader.pieces_read
    shown = (window.height - window.text_top) // window.pitch
    window.first = 5
    viewer.look(2)
    assert viewer.eyes.reader.pieces_read - read <= 7
    assert len(viewer.heard) - len(seen) <= 5
    assert not set(texts(viewer.heard[len(seen) :])) & set(texts(seen))
    told, read = len(viewer.heard), viewer.eyes.reader.pieces_read
    window.first = 0
    viewer.look(2)
    assert len(viewer.heard) == told and viewer.eyes.reader.pieces_read - read <= 2
    assert [line.text for line in viewer.eyes.screen()] == window.lines[:shown]


def test_a_new_window_costs_a_bounded_number_of_lines_and_words(reader_eyes: Eyes) -> None:
    page = CodeWindow(["first"], width=900, height=700)
    other = CodeWindow([f"item_{i:02d} = [{i}, {i * i}]" for i in range(30)], width=900, height=700)
    eyes = fresh(reader_eyes)
    eyes.feed(page.draw(), 0.0)
    told = 0
    for i in range(1, 15):
        before = eyes.reader.pieces_read
        told += len(eyes.feed(other.draw(), i * STEP))
        assert eyes.reader.pieces_read - before <= 4 + 2  # four lines, none of them longer than a piece
    assert told <= 12
    assert len(eyes.screen()) == 30
    looked = eyes.take_looked()
    assert len(looked) >= 30 and eyes.take_looked() == []
    assert all(0 <= look.rect.x0 < look.rect.x1 <= 900 and look.at < 1.5 for look in looked)


def test_lines_that_only_move_are_no_news(reader_eyes: Eyes) -> None:
    viewer = Viewer(CodeWindow(["alpha = 1", "beta = 2", "gamma = 3"]), fresh(reader_eyes))
    viewer.look(1.5)
    viewer.heard.clear()
    viewer.window.lines = ["alpha = 1", "", "beta = 2", "gamma = 3"]
    viewer.look(1.5)
    assert viewer.heard == []
    viewer.type_line(1, "delta = 4")
    viewer.look(1.0)
    assert [(p.text, p.where) for p in viewer.heard] == [("delta = 4", "line 2")]


def test_same_frames_give_the_same_percepts() -> None:
    def session() -> list[Percept]:
        viewer = Viewer(CodeWindow(list(CODE[:3]), title="x.py", gutter=True))
        viewer.type_line(4, "if x: y()")
        viewer.look(1)
        return viewer.heard

    assert session() == session()


def test_finished_and_ticking_lines() -> None:
    for text in ("def f(x):", "call(a[1], 'b)')", "}", "x = {", "return [1, 2]", 'print("it\\"s")', "});"):
        assert looks_finished(text), text
    for text in ("def f(x", "call(a[1]", "x = 1 +", 'print("hi', "total", "foo(bar))", "{k:", ""):
        assert not looks_finished(text), text
    assert only_ticked("Sat 12:34:56", "Sat 12:34:57", in_bar=False)
    assert only_ticked("Ln 12, Col 8  UTF-8", "Ln 12, Col 9  UTF-8", in_bar=True)
    assert not only_ticked("x = 1", "x = 12", in_bar=True)
    assert not only_ticked("Ln 12", "Ln 13", in_bar=False)


def test_what_is_no_frame_is_refused_with_a_mend() -> None:
    eyes = make_eyes()
    for frame in (
        np.zeros((10, 10), np.uint8),
        np.zeros((10, 10, 4), np.uint8),
        np.zeros((10, 10, 3), np.float32),
    ):
        with pytest.raises(UserError, match="convert the picture to RGB"):
            eyes.feed(frame, 0.0)
    with pytest.raises(UserError, match="lines_per_feed"):
        make_eyes(lines_per_feed=0)
    assert eyes.feed(np.zeros((3, 3, 3), np.uint8), 0.0) == []
    assert math.isfinite(eyes.reader.pieces_read)
