"""A whole session on recorded sound: what was said, its journal, its replay, its page; and crashes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from duplex_cli import clock
from duplex_cli.session.journal import read
from duplex_cli.session.loop import LONGEST_LINGER_S
from duplex_cli.stream import SAMPLE_RATE

REQUEST = (1.0, "Remind me to stretch every five seconds.")
STOP = (17.0, "Okay, stop.")
CHATTER = (22.0, "I told her we could meet on Friday.")


@pytest.fixture
def env(tmp_path: Path, models: dict[str, Path]) -> dict[str, str]:
    home = tmp_path / "home"
    (home / "cache").mkdir(parents=True)
    (home / "cache" / "models").symlink_to(models["moonshine-tiny-en"].parent)
    return {**os.environ, "DUPLEX_HOME": str(home)}


def duplex(env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "duplex_cli", *arguments],
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def folder_of(env: dict[str, str]) -> Path:
    (only,) = (Path(env["DUPLEX_HOME"]) / "data" / "sessions").iterdir()
    return only


def test_heard_reminded_stopped_replayed_and_shown(
    env: dict[str, str], tmp_path: Path, talk_file: Callable[..., Path]
) -> None:
    spoken = tmp_path / "spoken.wav"
    wav = talk_file(27.0, REQUEST, STOP, CHATTER)
    arguments = ["run", "reminders", "--from", str(wav), "--fast", "--json", "--voice-file", str(spoken)]
    done = duplex(env, *arguments)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert set(summary) >= {
        "session",
        "seconds",
        "ticks",
        "missed_ticks",
        "tick_ms",
        "remarks",
        "model",
        "senses",
    }
    assert summary["ticks"] == pytest.approx(summary["seconds"] / 0.2, abs=1)
    reminders = summary["remarks"]
    assert len(reminders) in (2, 3), reminders
    assert all("stretch" in r["text"].lower() and r["kind"] == "reminder" for r in reminders)
    assert reminders[1]["at"] - reminders[0]["at"] == pytest.approx(5.0, abs=0.001)
    assert spoken.stat().st_size > 20 * SAMPLE_RATE

    again = duplex(env, "replay", "last", "--json")
    assert again.returncode == 0, again.stdout + again.stderr
    replayed = json.loads(again.stdout)
    assert replayed["same"]
    assert [a["text"] for a in replayed["acts"] if a["kind"] == "say"] == [r["text"] for r in reminders]

    page = duplex(env, "timeline", "last", "--out", str(tmp_path / "page.html"))
    assert page.returncode == 0, page.stderr
    html = (tmp_path / "page.html").read_text()
    assert all(r["text"] in html for r in reminders)

    listed = json.loads(duplex(env, "sessions", "--json").stdout)["sessions"]
    assert [s["session"] for s in listed] == [summary["session"]]
    assert listed[0]["complete"]


def test_the_same_recording_gives_the_same_session(
    env: dict[str, str], talk_file: Callable[..., Path]
) -> None:
    wav = talk_file(12.0, REQUEST)
    arguments = ["run", "reminders", "--from", str(wav), "--fast", "--json", "--no-record"]
    first, second = (json.loads(duplex(env, *arguments).stdout)["remarks"] for _ in range(2))
    assert first == second
    assert not (Path(env["DUPLEX_HOME"]) / "data" / "sessions").exists()


def test_a_session_that_is_killed_keeps_its_journal_and_leaves_no_process(
    env: dict[str, str], talk_file: Callable[..., Path]
) -> None:
    wav = talk_file(30.0, REQUEST)
    process = subprocess.Popen(
        [sys.executable, "-m", "duplex_cli", "run", "reminders", "--from", str(wav), "--json"],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    children = _children_after_seconds(env, process.pid, 8.0)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    recording = read(folder_of(env))
    assert not recording.complete
    assert recording.turns[-1]["at"] >= 7.0
    _until(lambda: not any(Path(f"/proc/{child}").exists() for child in children))
    listed = json.loads(duplex(env, "sessions", "--json").stdout)["sessions"]
    assert [s["complete"] for s in listed] == [False]


@pytest.mark.parametrize("victim", ["model", "ears", "voice"])
def test_a_killed_worker_comes_back_and_the_user_is_told_once(
    env: dict[str, str], talk_file: Callable[..., Path], victim: str
) -> None:
    wav = talk_file(16.0, REQUEST, (11.0, "Okay, stop."))
    process = subprocess.Popen(
        [sys.executable, "-m", "duplex_cli", "run", "reminders", "--from", str(wav), "--json"],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    order = ["model", "ears", "voice"]
    children = _children_after_seconds(env, process.pid, 4.5)
    os.kill(children[order.index(victim)], signal.SIGKILL)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    summary = json.loads(out)
    assert summary["remarks"], "the reminder was lost"
    notes = [n["text"] for n in read(folder_of(env)).lines if n.get("event") == "note"]
    assert sum("started again" in n for n in notes) == 1, notes


def _children_after_seconds(env: dict[str, str], pid: int, seconds: float) -> list[int]:
    """Worker processes of a session, in the order in which they were started, at a session time."""

    def far_enough() -> bool:
        status = duplex(env, "ctl", "status", "--json")
        return status.returncode == 0 and json.loads(status.stdout).get("seconds", 0) >= seconds

    _until(far_enough)
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (entry / "stat").exists():
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            line = (entry / "cmdline").read_bytes()
            if int(fields[1]) == pid and b"spawn_main" in line:
                found.append(int(entry.name))
    return sorted(found)


def _until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    give_up = clock.monotonic() + seconds
    while not true():
        assert clock.monotonic() < give_up
        clock.pause(0.2)


def test_a_fed_session_ends_though_a_standing_reminder_goes_on(
    env: dict[str, str], tmp_path: Path, talk_file: Callable[..., Path]
) -> None:
    profile = tmp_path / "metronome.toml"
    profile.write_text('task = "Keep time."\n\n[[script]]\nat = 0.5\ncall = "every two seconds: step"\n')
    arguments = ["run", str(profile), "--from", str(talk_file(4.0)), "--fast", "--json", "--no-record"]
    done = duplex(env, *arguments)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert 4.0 + LONGEST_LINGER_S <= summary["seconds"] <= 4.0 + LONGEST_LINGER_S + 5.0
    assert len(summary["remarks"]) > 8
