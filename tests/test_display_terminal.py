"""The views in a real terminal: tmux draws what they write."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from programs import require

ROOT = Path(__file__).parents[1]


SCRIPT = """
import sys
from rich.console import Console
from duplex_cli.clock import pause
from duplex_cli.display.view import make_view
from duplex_cli.display.picture import example
view = make_view(Console(), "watch", plain="--plain" in sys.argv)
example(view)
print("stray words", file=sys.stderr)
view.note("ready")
sys.stdin.readline()
for n in range(12):  # a session goes on drawing; tmux tells the new size a moment late
    pause(0.1)
    view.note(f"resized {n}")
sys.stdin.readline()
view.finish({"session": "s1", "seconds": 31, "ticks": 155, "missed_ticks": 0, "remarks": []})
sys.stdin.readline()
"""


def tmux(server: str, *words: str) -> str:
    done = subprocess.run(["tmux", "-L", server, *words], capture_output=True, text=True, timeout=20)
    assert done.returncode == 0, done.stderr
    return done.stdout


def until(server: str, words: str) -> str:
    """The pane's text once `words` stand in it."""
    for _ in range(60):
        text = tmux(server, "capture-pane", "-p", "-t", "v")
        if words in text:
            return text
        subprocess.run(["sleep", "0.25"], check=True)
    raise AssertionError(f"{words!r} is not in\n{text}")


@pytest.mark.parametrize("term", ["screen-256color", "dumb"])
def test_in_a_real_terminal(tmp_path: Path, term: str):
    require("tmux")
    server, script = f"duplex-view-{os.getpid()}-{term}", tmp_path / "run.py"
    script.write_text(SCRIPT)
    # readline, which pytest loads, exports a fixed LINES and COLUMNS.
    environment = f"-u LINES -u COLUMNS TERM={term} PYTHONPATH={ROOT} PYTHONIOENCODING=utf-8"
    command = f"env {environment} {sys.executable} {script}"
    size = ("-x", "80", "-y", "24")
    tmux(server, "-f", "/dev/null", "-u", "new-session", "-d", "-s", "v", *size, command)
    try:
        text = until(server, "ready")
        if term == "dumb":
            assert "[00:28.4] due   Time to stretch." in text
            return
        assert len(text.splitlines()) == 24
        assert "duplex watch" in text.splitlines()[0]
        tmux(server, "resize-window", "-t", "v", "-x", "50", "-y", "14")
        tmux(server, "send-keys", "-t", "v", "Enter")
        text = until(server, "resized 11")
        assert "duplex watch" in text.splitlines()[0], text
        assert "Time to stretch." in text
        tmux(server, "send-keys", "-t", "v", "Enter")
        text = until(server, "session s1")
        assert "stray words" in text, "what went to stderr meanwhile is shown when the picture has gone"
        assert "hears" not in text
    finally:
        subprocess.run(["tmux", "-L", server, "kill-server"], check=False, capture_output=True)
