"""A new file that grows line by line, in an editor with line numbers and a block caret that blinks."""

from __future__ import annotations

import pytest

from duplex_cli.perception.change import Rect
from duplex_cli.perception.eyes import make_eyes
from duplex_cli.perception.gutter import grown_gutter, without_number
from duplex_cli.perception.layout import Row
from duplex_cli.perception.news import News
from tests.perception_screens import THEMES, CodeWindow

LINES = ["import json", "from collections import Counter", "", "def total(rows):", "    return sum(rows)"]
STEP_S, REST_STEPS = 0.1, 14
"""A look each tenth of a second, one or two for each key, and so many of rest after each line."""


def grow(theme: str, below: tuple[int, int, int] | None) -> list[tuple[str, str]]:
    """(place, text) of all that is told while the file is typed."""
    eyes = make_eyes(settle_s=0.4)
    window = CodeWindow([""], THEMES[theme], 14, 640, 260, "rows.py - vim", gutter=True, block=True)
    window.below = below
    told, step = [], 0

    def look() -> None:
        nonlocal step
        on = step // 6 % 2 == 0  # 0.6 s each
        window.caret = (len(window.lines) - 1, len(window.lines[-1])) if on else None
        told.extend((p.where, p.text) for p in eyes.feed(window.draw(), round(step * STEP_S, 3)))
        step += 1

    for _ in range(10):
        look()
    for number, line in enumerate(LINES):
        if number:
            window.lines.append("")
        for end in range(len(line) + 1):
            window.lines[-1] = line[:end]
            for _ in range(1 + (end % 3 == 0)):
                look()
        for _ in range(REST_STEPS):
            look()
    return told


@pytest.mark.parametrize(("theme", "below"), [("dark", None), ("light", None), ("light", (225, 225, 225))])
def test_each_line_is_told_once_with_its_place_and_without_its_number(
    theme: str, below: tuple[int, int, int] | None
) -> None:
    code = [one for one in grow(theme, below) if one[1] not in ("rows.py - vim", "")]
    assert code == [(f"rows.py:{n}", line.strip()) for n, line in enumerate(LINES, 1) if line]


def test_a_rest_is_longer_than_the_typists_own_steps() -> None:
    fast, average, new = News(12, 0.4), News(12, 0.4), News(12, 0.4)
    for n in range(20):
        fast.stepped(n * 0.09)
        average.stepped(n * 0.24)
    new.stepped(0.0)
    assert fast.rest_s == pytest.approx(0.27)
    assert average.rest_s == new.rest_s == 0.4
    fast.stepped(30.0)  # a pause is no step
    assert fast.rest_s == pytest.approx(0.27)


def row(text: str, x: int, y: int, pitch: float = 8.0, scene: bool = False) -> Row:
    box = Rect(x, y, x + round(len(text) * pitch), y + 14)
    return Row(box, (box,), (), parts=(text,), text=text, pitch=pitch, scene=scene)


def test_a_gutter_is_two_numbers_in_line_under_a_files_name() -> None:
    title, first, second = row("shop.py - vim", 500, 2), row("9 import os", 28, 100), row("10", 20, 118)
    assert grown_gutter([title, first, second], 800) is not None
    assert grown_gutter([row("notes", 500, 2), first, second], 800) is None  # no file
    assert grown_gutter([title, first, row("11", 20, 118)], 800) is None  # not the next number
    assert grown_gutter([title, first, row("10", 28, 118)], 800) is None  # not in line
    assert grown_gutter([title, first, row("10", 20, 180)], 800) is None  # not the next row
    assert grown_gutter([title, row("1", 28, 100, scene=True)], 800) is not None  # a new file
    assert grown_gutter([title, row("1", 28, 100)], 800) is None  # typed
    assert grown_gutter([title, row("1", 28, 100, scene=True), row("total", 28, 140)], 800) is None
    assert without_number("12 total = 3") == "total = 3" and without_number("12") == ""
    assert without_number("total 12") == "total 12" and without_number("12px") == "12px"
