"""Measures the eyes and the counter; docs/seeing.md quotes it. From the checkout's root:

    nice -n 10 python tests/seeing_figures.py            # all, about two minutes
    nice -n 10 python tests/seeing_figures.py gate lines accuracy latency motion

Costs are minima and medians in milliseconds of one thread; latency is in session time, with the cost of
every call put on top as if the next frame had waited for it.
"""

from __future__ import annotations

import difflib
import statistics
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from perception_screens import CODE, THEMES, CodeWindow

from duplex_cli.clock import precise
from duplex_cli.perception.change import ChangeGate
from duplex_cli.perception.eyes import make_eyes
from duplex_cli.perception.layout import group_rows, make_row
from duplex_cli.perception.motion import make_motion
from duplex_cli.perception.screen_text import Piece
from duplex_cli.perception.text_lines import find_lines

FRAME_S = 0.1


def costs(work: Callable[[], object], times: int) -> str:
    took = []
    for _ in range(times):
        start = precise()
        work()
        took.append((precise() - start) * 1e3)
    return f"min {min(took):.1f}, median {statistics.median(took):.1f} ms"


def gate() -> None:
    window = CodeWindow(list(CODE) * 3, width=1920, height=1080)
    page = window.draw()
    for name in ("still", "typing", "window switch", "video 800x500"):
        judge = ChangeGate()
        judge.feed(page, 0.0)
        rng = np.random.default_rng(1)
        frames = [page.copy() for _ in range(24)]
        for i, frame in enumerate(frames):
            if name == "typing":
                frame[500:515, 300 : 309 + 9 * i] = 200
            elif name == "window switch":
                frame[:] = page if i % 2 else 255 - page
            elif name == "video 800x500":
                frame[200:700, 200:1000] = rng.integers(0, 255, (500, 800, 3))
        turns = iter(enumerate(frames))

        def step(judge: ChangeGate = judge, turns=turns) -> None:
            i, frame = next(turns)
            judge.feed(frame, i * FRAME_S)

        print(f"gate 1920x1080, {name}: {costs(step, len(frames))}")


def lines() -> None:
    page = CodeWindow(list(CODE) * 2, width=1920, height=1080).draw()
    print(f"find lines, whole 1920x1080 screen of code: {costs(lambda: find_lines(page), 8)}")
    strip = page[300:440]
    print(f"find lines, strip of one changed line: {costs(lambda: find_lines(strip), 20)}")
    eyes = make_eyes()
    eyes.warm_up()
    took, signs = [], 0
    for piece in _pieces(page):
        start = precise()
        signs += len(eyes.reader.read(piece).text)
        took.append((precise() - start) * 1e3)
    print(f"read a piece: min {min(took):.0f}, median {statistics.median(took):.0f} ms; "
          f"{sum(took) / signs:.2f} ms a character")  # fmt: skip


def _pieces(page: NDArray[np.uint8]) -> list[Piece]:
    rows = group_rows(find_lines(page), None)
    return [piece for row in rows for piece in make_row(page, row, None).pieces][:40]


def accuracy() -> None:
    library = Path(difflib.__file__).parent
    groups = {
        "code": [CODE, *(_excerpt(library / name) for name in ("textwrap.py", "sched.py", "queue.py"))],
        "tables and quotes": [_excerpt(library / name) for name in ("shlex.py", "heapq.py")],
    }
    for group, sources in groups.items():
        for theme in THEMES:
            for size in (12, 14, 18):
                right = total = whole = count = 0
                for source in sources:
                    window = CodeWindow(list(source), THEMES[theme], size, width=1200, height=1100)
                    eyes = make_eyes(lines_per_feed=100)
                    eyes.feed(window.draw(), 0.0)
                    expected = [s.strip() for s in source if s.strip()]
                    read = [s.text for s in eyes.screen()]
                    a, b = "\n".join(expected), "\n".join(read)
                    same = difflib.SequenceMatcher(None, a, b, False).get_matching_blocks()
                    right, total = right + sum(m.size for m in same), total + max(len(a), len(b))
                    whole, count = whole + sum(s in read for s in expected), count + len(expected)
                share = f"{100 * right / total:.2f} % of {total} characters"
                print(f"accuracy, {group}, {theme} {size} px: {share}, {whole} of {count} lines exact")


def _excerpt(path: Path) -> list[str]:
    text = [s.rstrip() for s in path.read_text(encoding="utf-8").splitlines()]
    return [s if len(s) < 100 else "" for s in text[40:80]]


class Typist:
    """Types whole lines at ten keys a second, with a pause after each, and notes when they are seen."""

    def __init__(self, theme: str, size: int) -> None:
        self.window = CodeWindow(
            list(CODE[:10]), THEMES[theme], size, title="store.py", gutter=True, height=760
        )
        self.eyes = make_eyes()
        self.eyes.warm_up()
        self.now = self.spent = self.pressed = 0.0
        self.line, self.unread = "", False
        self.read: list[float] = []
        self.told: list[float] = []

    def look(self, seconds: float) -> None:
        until = self.now + seconds
        while self.now < until - 1e-9:
            frame = self.window.draw()
            start = precise()
            heard = self.eyes.feed(frame, self.now)
            cost = precise() - start
            self.spent += cost
            lag = self.now + cost - self.pressed
            if self.unread and any(line.text == self.line for line in self.eyes.screen()):
                self.read.append(lag)
                self.unread = False
            self.told += [lag for percept in heard if percept.text == self.line]
            self.now += FRAME_S

    def type_line(self, row: int, text: str) -> None:
        self.window.lines += [""] * (row + 1 - len(self.window.lines))
        self.line, self.unread = text.strip(), False
        for end in range(len(text) - len(text.lstrip()) + 1, len(text) + 1):
            self.window.lines[row], self.window.caret = text[:end], (row, end)
            self.pressed, self.unread = self.now, end == len(text)
            self.look(FRAME_S)
        self.look(1.2)


def latency() -> None:
    for theme, size in (("dark", 14), ("light", 12)):
        typist = Typist(theme, size)
        typist.look(2.0)
        typist.spent, begun = 0.0, typist.now
        rows = [i for i in range(10, 34) if CODE[i].strip()]
        for row in rows:
            typist.type_line(row, CODE[row])
        busy = 100 * typist.spent / (typist.now - begun)
        print(
            f"latency, {theme} {size} px, {len(rows)} lines typed: key to text {_spread(typist.read)}; "
            f"key to percept {_spread(typist.told)}; {busy:.0f} % of a core"
        )


def _spread(values: list[float]) -> str:
    if not values:
        return "none"
    p50, p95 = np.percentile(values, [50, 95])
    return f"p50 {p50:.2f}, p95 {p95:.2f} s ({len(values)} exact)"


def motion() -> None:
    from test_perception_motion import clip, reps, squat, still

    frames = clip(squat, still(2) + reps(6, 1.6) + still(2))
    big = [cv2.resize(frame, (1280, 720)) for frame in frames]
    for name, shown in (("320x240", frames), ("1280x720", big)):
        counter = make_motion()
        turns = iter(enumerate(shown))

        def step(counter=counter, turns=turns) -> None:
            i, frame = next(turns)
            counter.feed(frame, i * FRAME_S)

        print(f"motion {name}: {costs(step, len(shown))}; counted {counter.count} of 6")


PARTS = {f.__name__: f for f in (gate, lines, accuracy, latency, motion)}

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()
