"""Plain lines: remarks on stdout, notes on stderr, and where they are chosen."""

from __future__ import annotations

import io

import pytest
from display_material import HOSTILE, INFO, terminal, turn
from rich.console import Console

from duplex_cli.display.live import LiveView
from duplex_cli.display.plain import PlainView
from duplex_cli.display.view import View, make_view
from duplex_cli.session.watcher import Switches
from duplex_cli.stream import Act, Percept


def plain_view(verbose: bool = False) -> tuple[PlainView, io.StringIO, io.StringIO]:
    out, notes = io.StringIO(), io.StringIO()
    return PlainView(Console(file=out, width=40), Console(file=notes, width=40), verbose), out, notes


def test_plain_lines_are_remarks_alone_on_stdout():
    view, out, notes = plain_view()
    view.start(INFO)
    view.turn(turn(0, Percept(0.1, "hear", "hello there")), 10, 0)
    view.partial("unstable")
    view.meters(-20, -30, True, True)
    view.note("fetching a model")
    view.remark(
        12.44, "A remark that is a good deal longer than the forty columns of this console.", "say", 0.9
    )
    view.remark(3723.0, HOSTILE, "due", None)
    view.finish({"session": "s1", "seconds": 2, "remarks": [1, 2]})
    view.close()
    assert out.getvalue().splitlines() == [
        "[00:12.4] say   A remark that is a good deal longer than the forty columns of this console.",
        "[1:02:03.0] due   [red]no[/red] red gnihton end",
    ]
    assert "fetching a model" in notes.getvalue()
    assert "hello" not in notes.getvalue()
    assert "2 remarks" in notes.getvalue()


def test_plain_lines_tell_all_when_asked():
    view, out, notes = plain_view(verbose=True)
    view.start(INFO)
    view.state(Switches())
    view.turn(turn(0, Percept(0.1, "hear", "hello"), Percept(0.1, "see", "x = 1", "a.py:3"),
                   acts=(Act("call", "cancel"),), withheld="snoozed"), 250, 1)  # fmt: skip
    view.state(Switches(muted=True))
    view.state(Switches(muted=True))
    view.state(Switches())
    text = notes.getvalue()
    for words in ("[00:00.1] hear  hello", "[00:00.1] see   a.py:3 x = 1", "call  cancel",
                  "withheld: snoozed",
                  "missed 1 (a tick took 250 ms)", "no longer muted"):  # fmt: skip
        assert words in text, words
    assert text.count("\nmuted\n") == 1
    assert out.getvalue() == ""


def test_no_terminal_gets_plain_lines(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert isinstance(make_view(Console(file=io.StringIO()), "watch", plain=False), PlainView)
    views: list[View] = [LiveView(terminal()), plain_view()[0]]
    assert len(views) == 2
