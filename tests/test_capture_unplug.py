"""The sound device goes away while the session goes on, and comes back; and the session itself dies."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psutil
import pytest
import soundfile

from tests.capture_media import RATE, tone
from tests.capture_sessions import Child, longest_on, loudest_hertz
from tests.virtual_sound import MIC_SINK, SPEAKER_SINK, virtual_sound


def test_the_sound_system_dies_and_comes_back(tmp_path: Path) -> None:
    talk, heard_wav = tmp_path / "talk.wav", tmp_path / "heard.wav"
    soundfile.write(talk, tone(0.8, 1000.0), RATE)
    with virtual_sound() as sound:
        child = Child(sound, 10.0, heard_wav)
        child.until(tick=2)
        sound.crash()
        gone = child.until(unplugged=True)
        assert "plug it in again" in gone["hint"]
        # Session time goes on in its own pace meanwhile: no tick is missing, none comes twice.
        child.until(tick=gone["tick"] + 5, unplugged=True)
        sound.start()
        child.until(unplugged=False)
        sound.play(talk)
        child.finish()
    ticks = [line for line in child.lines if "tick" in line]
    assert [line["read"] for line in ticks[:2]] == [3200, 6400]
    assert [line["tick"] for line in ticks] == list(range(1, 51))
    heard, _ = soundfile.read(heard_wav, dtype="float32")
    assert abs(heard.size - 10 * RATE) < 160
    first, end = longest_on(heard)
    assert (end - first) / RATE == pytest.approx(0.8, abs=0.1)


def test_pulling_out_and_putting_back_both_devices(tmp_path: Path) -> None:
    """PipeWire keeps the stream alive by itself; we hear again without doing anything."""
    talk, heard_wav = tmp_path / "talk.wav", tmp_path / "heard.wav"
    soundfile.write(talk, tone(0.8, 1000.0), RATE)
    with virtual_sound() as sound:
        child = Child(sound, 5.0, heard_wav)
        child.until(tick=2)
        sound.unplug(MIC_SINK)
        sound.unplug(SPEAKER_SINK)
        child.until(tick=8)
        sound.plug(SPEAKER_SINK)
        sound.plug(MIC_SINK)
        child.until(tick=12)
        sound.play(talk)
        child.finish()
    heard, _ = soundfile.read(heard_wav, dtype="float32")
    first, end = longest_on(heard)
    assert loudest_hertz(heard[first:end]) == pytest.approx(1000, abs=5)


def test_a_killed_session_leaves_no_process_behind(tmp_path: Path) -> None:
    with virtual_sound() as sound:
        child = Child(sound, 30.0, tmp_path / "heard.wav")
        child.until(tick=1)
        [host] = psutil.Process(child.pid).children()
        assert "duplex_cli.capture.sound_host" in host.cmdline()
        os.kill(child.pid, signal.SIGKILL)
        gone, _ = psutil.wait_procs([host], timeout=10)
        assert gone == [host]
