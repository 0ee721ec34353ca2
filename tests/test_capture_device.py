"""The real microphone and loudspeaker, on a virtual sound card: heard, spoken, refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.capture_media import RATE, tone
from tests.capture_sessions import Child, longest_on, loudest_hertz
from tests.virtual_sound import VirtualSound, virtual_sound

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def sound() -> Iterator[VirtualSound]:
    with virtual_sound() as running:
        yield running


@pytest.mark.parametrize("alsa", ["", "{ alsa.rate = 48000 }", "{ alsa.rate = 44100 alsa.channels = 2 }"])
def test_hears_and_speaks(sound: VirtualSound, tmp_path: Path, alsa: str) -> None:
    """With a device that takes 16 kHz, and with two that refuse it."""
    talk, heard_wav = tmp_path / "talk.wav", tmp_path / "heard.wav"
    soundfile.write(talk, tone(0.8, 1000.0), RATE)
    env = {"PIPEWIRE_ALSA": alsa} if alsa else {}
    with sound.recording(tmp_path / "spoken.wav") as spoken_wav:
        child = Child(sound, 4.0, heard_wav, 2.6, 0.5, **env)
        opened = child.until(tick=1)
        sound.play(talk)
        last = child.finish()
    assert (opened["mic"], opened["speaker"], opened["echo"]) == ("default", "default", "on")
    assert last["spoken_matches"] and last["rendered"] >= 4 * RATE
    heard, rate = soundfile.read(heard_wav, dtype="float32")
    assert rate == RATE and last["rendered"] - heard.size < RATE
    first, end = longest_on(heard)
    assert (end - first) / RATE == pytest.approx(0.8, abs=0.1)
    assert loudest_hertz(heard[first:end]) == pytest.approx(1000, abs=5)
    spoken, _ = soundfile.read(spoken_wav, dtype="float32")
    first, end = longest_on(spoken)
    assert (end - first) / RATE == pytest.approx(0.5, abs=0.02)
    assert loudest_hertz(spoken[first:end]) == pytest.approx(440, abs=5)
    ticks = [line for line in child.lines if "tick" in line]
    assert [line["tick"] for line in ticks] == list(range(1, 21))
    assert all(abs(line["read"] - line["tick"] * 3200) < 160 for line in ticks)
    assert not any(line["unplugged"] for line in ticks)
    assert 0.0 < 4.0 - ticks[-1]["played_through"] < 0.5  # behind by the device's delay


OPEN = """
import json, sys
import numpy as np
from duplex_cli.capture.device_audio import DeviceAudio
from duplex_cli.capture.file_audio import FileAudio
from duplex_cli.errors import UserError
kind, options = sys.argv[1], json.loads(sys.argv[2])
try:
    port = DeviceAudio(**options) if kind == "device" else FileAudio(**options)
    port.open(lambda start, n: np.full(n, 0.1, np.float32))
    port.clock.wait_until(0.6)
    heard = port.read(0.5)
    state = port.state
    port.close()
    print(json.dumps([heard.size, float(np.abs(heard).max()), state.mic, state.speaker, state.echo]))
except UserError as error:
    print(json.dumps(str(error)))
"""


def opened(env: dict[str, str], kind: str, **options: Any) -> Any:
    done = subprocess.run(
        [sys.executable, "-c", OPEN, kind, json.dumps(options)],
        env={**os.environ, **env, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=40,
    )
    assert done.returncode == 0, done.stderr
    assert "ALSA lib" not in done.stderr and "Expression" not in done.stderr  # it would tear the view
    return json.loads(done.stdout)


def test_devices_by_name_and_one_alone(sound: VirtualSound) -> None:
    assert opened(sound.env, "device", mic="DEFAULT", speaker="pipe")[2:] == ["default", "pipewire", "on"]
    assert opened(sound.env, "device", want_mic=False) == [8000, 0.0, "", "default", "off"]
    heard = opened(sound.env, "device", want_speaker=False)
    assert heard[0] == 8000 and heard[2:] == ["default", "", "off"]
    told = opened(sound.env, "device", mic="no such thing")
    assert told.startswith('there is no microphone "no such thing"; choose one of "default", "pipewire"')
    told = opened(sound.env, "device", speaker=99)
    assert told.startswith('there is no loudspeaker "99"; choose one of')


def test_a_recording_is_heard_while_the_loudspeaker_speaks(sound: VirtualSound, tmp_path: Path) -> None:
    talk = tmp_path / "talk.wav"
    soundfile.write(talk, tone(2.0), RATE)
    with sound.recording(tmp_path / "spoken.wav") as spoken:
        heard = opened(sound.env, "file", path=str(talk), sink="device", wav=str(tmp_path / "copy.wav"))
    assert heard[0] == 8000 and heard[1] == pytest.approx(0.3, abs=0.01)
    assert heard[2:] == ["talk.wav", "default", "off"]
    played, _ = soundfile.read(spoken, dtype="float32")
    assert np.abs(played).max() > 0.05
    assert soundfile.info(tmp_path / "copy.wav").frames == 8000


def test_no_microphone_at_all(tmp_path: Path) -> None:
    cards = Path("/proc/asound/cards")
    if cards.exists() and "no soundcards" not in cards.read_text():
        pytest.skip("this machine has a sound card")
    nothing = {"XDG_RUNTIME_DIR": str(tmp_path), "PULSE_SERVER": "none"}
    told = opened(nothing, "device")
    assert told == "no microphone was found; plug one in, or use --no-mic, or --from talk.wav"
    told = opened(nothing, "device", want_mic=False)
    assert told == "no loudspeaker was found; plug one in, or use --no-voice to print only"


def test_a_sound_system_that_aborts_the_process_is_told(tmp_path: Path) -> None:
    """ALSA's library aborts on an empty configuration: only the host process ends by that."""
    told = opened({"XDG_RUNTIME_DIR": str(tmp_path), "ALSA_CONFIG_PATH": os.devnull}, "device")
    assert told.startswith("the sound system of this machine fails")
