"""Code typed into a real window on a virtual screen reaches the model as text.

How soon is printed (`-s`) and recorded in docs/measurements.md, not asserted: a shared machine that stalls
for half a second says nothing about the eyes.
"""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

from duplex_cli import clock
from duplex_cli.session.journal import read
from tests.live import running
from tests.virtual_screen import virtual_screen

LINES = [
    "for name in names:",
    "total = price * count",
    "if user is None:",
    "return sorted(rows)",
    "with open(path) as file:",
    "import collections",
    "print(len(words) + 1)",
    "while queue: queue.pop()",
    "def mean(values):",
    "x = [n ** 2 for n in ys]",
]
WITHIN_S = 1.0
"""The issue's figure: a line reaches the model within a second of its last key in nine of ten cases."""


def test_typed_code_reaches_the_model(tmp_path: Path, models: dict[str, Path]) -> None:
    home = tmp_path / "home"
    (home / "cache").mkdir(parents=True)
    (home / "cache" / "models").symlink_to(models["moonshine-tiny-en"].parent)
    typed_at = {}
    with virtual_screen(1280, 800) as screen:
        env = {**os.environ, **screen.env, "DUPLEX_HOME": str(home)}
        screen.open_terminal("editor", command=("sh", "-c", "cat > /dev/null"), font_size=14)
        arguments = ["watch", "--no-mic", "--no-voice", "--json", "--profile-set", "gate.threshold=0.99"]
        with running(arguments, env) as process:
            clock.pause(2.0)
            for line in LINES:
                screen.type(line, delay_ms=60)
                typed_at[line] = clock.wall()
                screen.key("Return")
                clock.pause(1.6)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert json.loads(out)["senses"] == ["screen"]
    recording = read(next((home / "data" / "sessions").iterdir()))
    began = next(line["wall"] for line in recording.lines if line.get("event") == "clock")
    reached: dict[str, float] = {}
    for turn in recording.turns:
        for percept in turn.get("percepts", ()):
            if percept["kind"] == "see":
                reached.setdefault(percept["text"], began + turn["at"])
    waits = {line: reached[line] - typed_at[line] for line in LINES if line in reached}
    print("seconds from the last key to the model:", {k: round(v, 2) for k, v in waits.items()})
    in_time = [line for line, wait in waits.items() if wait <= WITHIN_S]
    print(f"{len(in_time)} of {len(LINES)} within {WITHIN_S} s")
    assert len(waits) >= 9, (waits, sorted(set(reached) - set(LINES)))
    order = [line for line in reached if line in LINES]
    assert order == [line for line in LINES if line in waits]
