"""Nothing recorded is ever lost: journals whole, torn, and killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from duplex_cli.capture.media import AudioReader
from duplex_cli.errors import UserError
from duplex_cli.session.journal import LINES, Journal, find, list_folders, read
from duplex_cli.stream import SAMPLE_RATE, Act, GateReading, MicroTurn, Percept, micro_turn_from_json, to_json

HEADER = {"session": "s1", "profile": "test"}


def turn(index: int, *acts: Act) -> MicroTurn:
    percept = Percept(at=index * 0.2, kind="hear", text=f"word{index} “quoted” 🐈", lang="en")
    gate = GateReading(silent=0.9, say=0.1)
    return MicroTurn(index, round((index + 1) * 0.2, 4), (percept,), acts, gate)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "s1", HEADER)
    turns = [
        turn(0),
        turn(1, Act("say", "Hello", remark=0, last=False)),
        turn(2, Act("say", " there.", remark=0)),
    ]
    for item in turns:
        journal.turn(item, cost_ms=12.345)
    journal.event("started", remark=0, at=0.5)
    journal.sound("mic", np.zeros(3200, np.float32))
    journal.close({"seconds": 0.6})
    recording = read(tmp_path / "s1")
    assert recording.complete
    assert recording.end == {"seconds": 0.6}
    assert [micro_turn_from_json(t) for t in recording.turns] == turns
    assert [(r["at"], r["text"]) for r in recording.remarks()] == [(0.5, "Hello there.")]


def test_json_form_is_reversible_and_short_when_idle() -> None:
    assert to_json(MicroTurn(5, 1.2)) == {"index": 5, "at": 1.2}
    full = turn(3, Act("call", "cancel: all"), Act("yield", remark=4))
    assert micro_turn_from_json(to_json(full)) == full


@pytest.mark.parametrize("cut", [1, 10, 50])
def test_a_torn_last_line_is_passed_over(tmp_path: Path, cut: int) -> None:
    journal = Journal(tmp_path, HEADER, audio=False)
    for index in range(5):
        journal.turn(turn(index), 1.0)
    journal.close({})
    path = tmp_path / LINES
    lines = path.read_bytes().splitlines(keepends=True)[:-1]
    path.write_bytes(b"".join(lines)[:-cut])
    recording = read(tmp_path)
    assert not recording.complete
    assert len(recording.turns) == 4


def test_a_killed_session_can_be_read_to_its_last_second(tmp_path: Path) -> None:
    script = textwrap.dedent(
        f"""
        import sys
        import numpy as np
        from pathlib import Path
        from duplex_cli.session.journal import Journal
        from duplex_cli.stream import MicroTurn, Percept
        journal = Journal(Path({str(tmp_path)!r}), {HEADER!r})
        tone = np.sin(np.arange(3200) * 0.2).astype(np.float32) * 0.5
        for index in range(100):
            journal.turn(MicroTurn(index, (index + 1) * 0.2, (Percept(index * 0.2, "hear", "x"),)), 1.0)
            journal.sound("mic", tone)
        print("written", flush=True)
        sys.stdin.read()
        """
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "written"
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    recording = read(tmp_path)
    assert not recording.complete
    assert len(recording.turns) == 100
    heard = AudioReader(tmp_path / "mic.flac").take(30 * SAMPLE_RATE)
    assert 20.0 - len(heard) / SAMPLE_RATE <= 1.0
    assert np.abs(heard[-SAMPLE_RATE // 4 :]).max() > 0.4


def test_sessions_are_found_by_beginning_or_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUPLEX_HOME", str(tmp_path))
    with pytest.raises(UserError, match="no session last"):
        find("last")
    root = tmp_path / "data" / "sessions"
    for name in ("20260101-1", "20260102-1", "20260102-2"):
        Journal(root / name, HEADER, audio=False).close({})
    assert len(list_folders()) == 3
    assert find("20260101").name == "20260101-1"
    assert find("last").name == "20260102-2"
    assert find(str(root / "20260101-1")) == root / "20260101-1"
    with pytest.raises(UserError, match="2 sessions begin with"):
        find("20260102")


def test_an_unwritable_place_is_a_sentence(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("x")
    with pytest.raises(UserError, match="DUPLEX_HOME"):
        Journal(blocker / "s1", HEADER)
