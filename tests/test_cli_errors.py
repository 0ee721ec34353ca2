"""Bad input: one line that says the mend, exit code 2, never a traceback, and no journal lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

USER_ERROR = 2


def duplex(*arguments: str, home: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "duplex_cli", *arguments],
        env={**os.environ, "DUPLEX_HOME": str(home), **env},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def home(tmp_path: Path, models: dict[str, Path]) -> Path:
    """A home of its own that shares the models."""
    home = tmp_path / "home"
    (home / "cache").mkdir(parents=True)
    (home / "cache" / "models").symlink_to(models["moonshine-tiny-en"].parent)
    return home


@pytest.fixture
def bare() -> dict[str, str]:
    """An environment without screen and sound server."""
    return {
        "DISPLAY": "",
        "WAYLAND_DISPLAY": "",
        "PULSE_SERVER": "unix:/nonexistent",
        "XDG_RUNTIME_DIR": "/nonexistent",
    }


def one_line(result: subprocess.CompletedProcess[str], *says: str) -> None:
    assert result.returncode == USER_ERROR, result.stderr
    lines = [line for line in result.stderr.splitlines() if line.startswith("duplex: ")]
    assert len(lines) == 1, result.stderr
    assert "Traceback" not in result.stderr
    for text in says:
        assert text in lines[0]


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ('task = "x"\ntreshold = 1', ["unknown key `treshold`", "remove it or correct"]),
        ('task = "x"\n[senses]\nmicrophone = "loud"', ["`senses.microphone`", "bool"]),
        ('task = "x', ["not valid TOML"]),
    ],
)
def test_profiles(home: Path, tmp_path: Path, toml: str, says: list[str]) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(toml)
    one_line(duplex("run", str(path), home=home), "mine.toml", *says)


def test_unknown_profile_and_bad_setting(home: Path) -> None:
    one_line(duplex("run", "wacht", home=home), "there is no profile 'wacht'", "watch")
    one_line(duplex("watch", "--profile-set", "gate", home=home), "key=value")
    one_line(duplex("watch", "--profile-set", "gate.treshold=0.5", home=home), "gate.treshold")


def test_models(home: Path, tmp_path: Path) -> None:
    one_line(duplex("watch", "--model", "gemma-99", home=home), "gemma-99", "did you mean")
    one_line(
        duplex("watch", "--model", str(tmp_path / "none.gguf"), home=home), "none.gguf", "duplex models list"
    )
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF\x03\0\0\0" + b"\xff" * 500)
    talk = tmp_path / "x.wav"
    talk.write_bytes(b"")
    one_line(
        duplex("run", "reminders", "--no-mic", "--no-voice", "--model", str(broken), home=home), "broken.gguf"
    )


@pytest.mark.parametrize("content", [b"", b"this is no sound", b"RIFF\x00\x00\x00\x00WAVEfmt "])
def test_unreadable_media(home: Path, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "talk.wav"
    path.write_bytes(content)
    one_line(duplex("coach", "breathing", "--from", str(path), home=home), "talk.wav")


def test_missing_media(home: Path, tmp_path: Path) -> None:
    one_line(duplex("coach", "breathing", "--from", str(tmp_path / "none.wav"), home=home), "none.wav")


def test_no_microphone(home: Path, bare: dict[str, str]) -> None:
    one_line(duplex("run", "reminders", home=home, **bare), "no microphone", "--no-mic")


def test_no_display(home: Path, bare: dict[str, str]) -> None:
    one_line(duplex("watch", "--no-mic", "--no-voice", home=home, **bare), "no display", "--no-screen")


def test_unwritable_cache(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("x")
    one_line(duplex("run", "reminders", "--no-mic", "--no-voice", home=blocker), "DUPLEX_HOME")


def test_fast_needs_a_file(home: Path) -> None:
    one_line(duplex("run", "reminders", "--fast", home=home), "--fast", "--from")


def test_no_running_session(home: Path) -> None:
    one_line(duplex("ctl", "stop", home=home), "no session is running")


def test_no_such_session(home: Path) -> None:
    one_line(duplex("replay", "2020", home=home), "there is no session 2020")
    one_line(duplex("timeline", "2020", home=home), "there is no session 2020")


def test_scenario_files(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "items.jsonl"
    path.write_text('{"id": 3}')
    one_line(duplex("bench", "scenario", "--items", str(path), home=home), "items.jsonl line 1")
    path.write_text('{"id": "a", "duration": 1, "profile": "wacht"}')
    one_line(duplex("bench", "scenario", "--items", str(path), home=home), "wacht")
