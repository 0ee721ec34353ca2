"""The terminal view: what it shows, at every size, and what hostile text may not do to a terminal."""

from __future__ import annotations

import io
import itertools
import json
from pathlib import Path

import pytest
from display_material import HOSTILE, INFO, terminal, turn
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from duplex_cli.display.board import Board
from duplex_cli.display.frame import frame
from duplex_cli.display.glyphs import ASCII, UNICODE, clean, level_bar, moment_text, percentile, spark
from duplex_cli.display.info import SessionInfo
from duplex_cli.display.live import LiveView
from duplex_cli.display.picture import example, picture
from duplex_cli.session.watcher import Switches
from duplex_cli.stream import Percept

ROOT = Path(__file__).parents[1]


def written(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def shown(view: LiveView, width: int = 80, height: int = 24) -> str:
    return "\n".join(line.plain for line in frame(view.board, width, height, UNICODE))


def test_the_example_session_is_all_there():
    view = LiveView(terminal(), "watch")
    example(view)
    view.close()
    text = shown(view, 92, 26)
    for words in (
        "duplex watch", "● rec", "0:31", "mic · screen · voice", "2 windows left out", "gemma-3-270m",
        "-23 dB",
        "00:06.7 remind me to stretch every twenty seconds", "and we change in Lyon at around",
        "report.py:12 return sum(values) / len(value)", "◆ call every twenty seconds: stretch",
        "00:28.4 ◷ Time to stretch.", "94%", "0 missed", "q stop",
    ):  # fmt: skip
        assert words in text, words


def test_words_join_until_a_pause_and_partial_words_follow_them():
    view = LiveView(terminal())
    view.start(INFO)
    view.turn(turn(0, Percept(0.1, "hear", "good")), 10, 0)
    view.partial("morn")
    assert "00:00.1 good morn" in shown(view)
    view.partial("")
    view.turn(turn(1, Percept(0.3, "hear", "morning"), Percept(0.4, "pause")), 10, 0)
    view.turn(turn(2, Percept(0.5, "hear", "hello")), 10, 0)
    view.close()
    assert "00:00.1 good morning" in shown(view)
    assert "00:00.5 hello" in shown(view)
    assert "morn " not in shown(view)


def test_missed_ticks_withheld_remarks_and_state_are_told():
    view = LiveView(terminal())
    view.start(INFO)
    view.turn(turn(0, say=0.9, withheld="cooldown"), 40, 0)
    view.turn(turn(1, Percept(0.3, "cut", "Time to")), 350, 2)
    view.state(Switches(paused=True, muted=True, snoozed_until=60.4, recording=True, looking="window Mail"))
    view.note("microphone unplugged, waiting")
    view.close()
    text = shown(view)
    for words in ("withheld: cooldown", "cut off after: Time to", "2 missed", "╳", "PAUSED", "MUTED",
                  "snoozed 1:00", "● rec", "window Mail", "microphone unplugged, waiting"):  # fmt: skip
        assert words in text, words
    for index in range(2, 80):
        view.turn(turn(index), 10, 0)
    assert "unplugged" not in shown(view), "a note is gone after a while"


def test_a_view_of_no_senses_keeps_its_room_for_remarks():
    board = Board(SessionInfo("s", "demo", "m"))
    text = "\n".join(line.plain for line in frame(board, 80, 24, UNICODE))
    assert "says" in text
    assert "hears" not in text
    assert "sees" not in text


WIDTHS = (1, 7, 20, 40, 59, 60, 80, 115, 116, 220)


HEIGHTS = (1, 3, 5, 6, 11, 12, 19, 24, 70)


@pytest.mark.parametrize(("width", "height"), list(itertools.product(WIDTHS, HEIGHTS)))
def test_every_size_is_filled_exactly(width: int, height: int):
    view = LiveView(terminal())
    example(view)
    view.close()
    view.remark(31.0, "日本語のとても長い文" * 9, "translate", 0.7)
    for glyphs in (UNICODE, ASCII):
        lines = frame(view.board, width, height, glyphs)
        assert [line.cell_len for line in lines] == [width] * height


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.integers(2, 130), st.integers(1, 40))
def test_no_text_breaks_the_frame(text: str, width: int, height: int):
    view = LiveView(terminal())
    view.turn(turn(0, Percept(0.1, "hear", text), Percept(0.1, "see", text, where=text)), 5, 0)
    view.partial(text)
    view.remark(0.2, text, text[:9], 0.5)
    view.note(text)
    view.state(Switches(looking=text, privacy=text, echo=text))
    lines = frame(view.board, width, height, UNICODE)
    assert [line.cell_len for line in lines] == [width] * height
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for line in lines for c in line.plain)


def test_hostile_text_is_words_only():
    assert clean(HOSTILE) == "[red]no[/red] red gnihton end"
    console = terminal()
    view = LiveView(console)
    view.start(INFO)
    view.remark(0.0, HOSTILE, "say", None)
    view.turn(turn(0, Percept(0.1, "see", HOSTILE, where="[bold]x")), 5, 0)
    view.note("drawn at once")
    view.finish({"session": "s1", "remarks": [{"at": 0.0, "text": HOSTILE, "kind": "say"}]})
    out = written(console)
    assert "[red]no[/red] red gnihton end" in out
    assert "[bold]x" in out
    for forbidden in ("\x1b[2J", "\x1b]0;", "\x9b", "\u202e", "\x00", "\x08"):
        assert forbidden not in out


def test_the_picture_is_overwritten_never_cleared_and_the_terminal_given_back():
    console = terminal()
    view = LiveView(console, "watch")
    view.start(INFO)
    for n in range(5):
        view.note(f"note {n}")
    view.close()
    view.close()
    out = written(console)
    assert "\x1b[2J" not in out
    assert "\x1b[2K" not in out
    assert out.count("\x1b[?1049h") == out.count("\x1b[?1049l") == 1
    assert out.index("\x1b[?25l") < out.index("\x1b[?25h"), "the cursor is shown again"


def test_frames_are_not_drawn_faster_than_eyes_can_use():
    console = terminal()
    view = LiveView(console)
    view.start(INFO)
    before = len(written(console))
    for index in range(400):
        view.turn(turn(index), 10, 0)
    frames = (len(written(console)) - before) / before
    view.close()
    assert frames < 40, "400 calls in a moment must not make 400 pictures"


def test_finish_sums_up_below_the_picture():
    console = terminal(100)
    view = LiveView(console)
    view.start(INFO)
    remarks = [{"at": n, "text": f"remark {n}", "kind": "say"} for n in range(30)]
    view.finish({"session": "s1", "seconds": 63.0, "ticks": 315, "missed_ticks": 2, "remarks": remarks,
                 "tick_ms": {"p50": 41.0, "p95": 80.0, "p99": 90.0, "max": 120.0}})  # fmt: skip
    end = Console(file=io.StringIO()).render_str(written(console).split("\x1b[?1049l")[1], markup=False).plain
    assert "10 earlier remarks" in end
    assert "remark 29" in end
    for words in ("1:03", "30 remarks", "2 missed", "p99", "duplex timeline s1", "/tmp/j"):
        assert words in end


def test_the_picture_for_the_readme_is_current_and_loads_nothing():
    svg = picture()
    assert len(svg.encode()) < 100_000
    assert "@font-face" not in svg
    assert "://" not in svg.replace("http://www.w3.org/2000/svg", "")
    assert svg == (ROOT / "docs" / "terminal.svg").read_text(), (
        "python -m duplex_cli.display.picture docs/terminal.svg"
    )


def test_small_pieces():
    assert [moment_text(s) for s in (0, 12.44, 59.96, 3723)] == ["00:00.0", "00:12.4", "01:00.0", "1:02:03.0"]
    assert percentile([], 0.5) == 0.0
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile(range(1, 101), 0.99) == 99
    assert spark(0, 200, UNICODE) == "▁"
    assert spark(500, 200, UNICODE) == "█"
    assert level_bar(-120, 10, UNICODE) == ("", "━" * 10)
    assert level_bar(0, 10, UNICODE) == ("━" * 10, "")
    assert level_bar(-30, 5, UNICODE) == ("━━╸", "━━")
    json.dumps(ASCII.kinds).encode("ascii")
