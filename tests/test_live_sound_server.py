"""The sound server dies in a session and comes back: told once, and nothing in the journal lost."""

from __future__ import annotations

import json
import os
import signal
from itertools import pairwise
from pathlib import Path

import numpy as np
import soundfile

from duplex_cli import clock
from duplex_cli.session.journal import Recording, read
from tests.capture_media import RATE
from tests.live import running
from tests.virtual_sound import virtual_sound

GIVE_UP_S = 60.0


def test_the_session_hears_again_after_the_sound_server_died(tmp_path: Path, models: dict[str, Path]) -> None:
    home = tmp_path / "home"
    (home / "cache").mkdir(parents=True)
    (home / "cache" / "models").symlink_to(models["moonshine-tiny-en"].parent)
    hiss = tmp_path / "hiss.wav"  # a microphone is never as still as a virtual one
    soundfile.write(hiss, np.random.default_rng(0).normal(0, 1e-3, 90 * RATE), RATE)
    with virtual_sound() as sound:
        env = {**os.environ, **sound.env, "DUPLEX_HOME": str(home)}
        with running(["run", "reminders", "--json", "--seconds", "120"], env) as process:
            with sound.playing(hiss):
                clock.pause(2.0)
            sound.crash()
            _until_told(home, "plug it in again")
            began = clock.monotonic()
            sound.start()
            with sound.playing(hiss):
                _until_told(home, "is back")
                print(f"heard again {clock.monotonic() - began:.1f} s after the sound server was started")
                clock.pause(1.0)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    recording = _journal(home)
    indexes = [turn["index"] for turn in recording.turns]
    assert recording.complete and all(later == earlier + 1 for earlier, later in pairwise(indexes))
    assert recording.turns[-1]["at"] <= json.loads(out)["seconds"]
    told = _notes(recording)
    assert sum("plug it in again" in note for note in told) == 1
    assert sum("is back" in note for note in told) == 1


def _journal(home: Path) -> Recording:
    return read(next((home / "data" / "sessions").iterdir()))


def _notes(recording: Recording) -> list[str]:
    return [line["text"] for line in recording.lines if line.get("event") == "note"]


def _until_told(home: Path, words: str) -> None:
    give_up = clock.monotonic() + GIVE_UP_S
    while not any(words in note for note in _notes(_journal(home))):
        assert clock.monotonic() < give_up, f"never told {words!r}"
        clock.pause(0.1)
