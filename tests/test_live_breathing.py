"""The whole thing on a virtual sound card: a spoken request starts the pace, "okay, stop" ends it."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from duplex_cli import clock
from duplex_cli.perception.moonshine import Moonshine
from duplex_cli.session.journal import read
from duplex_cli.stream import SAMPLE_RATE
from tests.live import running
from tests.virtual_sound import VirtualSound, virtual_sound

MARK_S = 4.0
TOLERANCE_S = 0.1


def onsets(samples: np.ndarray, quiet_s: float = 1.0) -> list[float]:
    """Seconds at which sound begins after at least `quiet_s` of silence."""
    loud = np.flatnonzero(np.abs(samples) > 0.01)
    if not len(loud):
        return []
    starts = [loud[0], *loud[1:][np.diff(loud) > quiet_s * SAMPLE_RATE]]
    return [s / SAMPLE_RATE for s in starts]


def test_breathing_at_the_asked_pace_until_told_to_stop(
    tmp_path: Path, models: dict[str, Path], talk_file: Callable[..., Path]
) -> None:
    home = tmp_path / "home"
    (home / "cache").mkdir(parents=True)
    (home / "cache" / "models").symlink_to(models["moonshine-tiny-en"].parent)
    wav = talk_file(30.0, (1.0, "Remind me to breathe in and out every four seconds."), (22.5, "Okay, stop."))
    with virtual_sound() as sound:
        env = {**os.environ, **sound.env, "DUPLEX_HOME": str(home)}
        heard, summary = _session(sound, env, wav, tmp_path)
    remarks = [r for r in summary["remarks"] if r["kind"] == "reminder"]
    assert len(remarks) >= 4, summary
    assert len(remarks) == len(summary["remarks"]), summary

    recording = read(next((home / "data" / "sessions").iterdir()))
    asked_at = next(
        max(p["at"] for p in turn["percepts"] if p["kind"] == "hear")
        for turn in recording.turns
        if any("second" in p.get("text", "") for p in turn.get("percepts", ()))
    )
    for number, remark in enumerate(remarks):
        assert remark["at"] == pytest.approx(asked_at + MARK_S * (number + 1), abs=TOLERANCE_S)

    samples, rate = soundfile.read(heard, dtype="float32")
    assert rate == SAMPLE_RATE
    starts = onsets(samples)
    assert len(starts) == len(remarks)
    assert np.diff(starts) == pytest.approx(MARK_S, abs=TOLERANCE_S)
    ears = Moonshine(models["moonshine-tiny-en"])
    for start, word in zip(starts, ["in", "out"] * 9, strict=False):
        begin = max(0, round((start - 0.2) * SAMPLE_RATE))
        words = ears.transcribe(samples[begin : begin + 2 * SAMPLE_RATE]).lower()
        assert "breath" in words or word in words, words


def _session(sound: VirtualSound, env: dict[str, str], wav: Path, folder: Path) -> tuple[Path, dict]:
    with (
        running(["coach", "breathing", "--json", "--seconds", "60"], env) as process,
        sound.recording(folder / "heard.wav") as heard,
    ):
        sound.play(wav)
        clock.pause(6.0)  # one more mark would fall here, had it not been stopped
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return heard, json.loads(out)
