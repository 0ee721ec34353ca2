"""The twins of the sound device: recordings heard, speech written, at real pace and fast."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile

from duplex_cli.capture.audio import AudioPort
from duplex_cli.capture.file_audio import FileAudio, NullAudio, WavSink
from duplex_cli.capture.media import AudioReader, sniff
from duplex_cli.errors import UserError
from duplex_cli.stream import SAMPLE_RATE, TICK_S
from tests.capture_media import RATE, tone, write_video


class Speaker:
    """Renders a ramp and keeps account of what it was asked for."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, start: int, n: int) -> np.ndarray:
        assert start == self.asked, "a sample was skipped or asked for twice"
        self.asked += n
        return (np.arange(start, start + n) % 1000 / 2000).astype(np.float32)


def run(port: AudioPort, ticks: int) -> tuple[np.ndarray, np.ndarray]:
    """All that was heard and spoken in so many ticks."""
    heard, spoken = [], []
    for tick in range(1, ticks + 1):
        port.clock.wait_until(tick * TICK_S)
        heard.append(port.read(tick * TICK_S))
        spoken.append(port.spoken)
        assert heard[-1].size == spoken[-1].size
    return np.concatenate(heard), np.concatenate(spoken)


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "talk.wav"
    soundfile.write(path, tone(0.9), RATE, subtype="FLOAT")
    return path


@pytest.mark.parametrize("fast", [True, False])
def test_a_recording_is_heard_exactly_and_then_silence(talk: Path, tmp_path: Path, fast: bool) -> None:
    speaker, out = Speaker(), tmp_path / "spoken.wav"
    port = FileAudio(talk, sink="wav", wav=out, fast=fast)
    port.open(speaker)
    heard, spoken = run(port, 4)
    assert port.ended_at is None
    more, rest = run_from(port, 4, 7)
    assert port.ended_at == pytest.approx(0.9)
    port.close()
    heard, spoken = np.concatenate([heard, more]), np.concatenate([spoken, rest])
    expected = np.concatenate([tone(0.9), np.zeros(heard.size - round(0.9 * RATE), np.float32)])
    assert heard.size == round(7 * TICK_S * SAMPLE_RATE)
    assert np.array_equal(heard, expected)
    assert port.played_through() >= 1.4
    written, rate = soundfile.read(out, dtype="float32")
    assert rate == SAMPLE_RATE and written.size == spoken.size
    assert np.abs(written - spoken).max() < 1 / 16_000  # 16-bit steps
    assert port.state.mic == "talk.wav" and port.state.echo == "off" and not port.state.unplugged


def run_from(port: AudioPort, first: int, ticks: int) -> tuple[np.ndarray, np.ndarray]:
    heard, spoken = [], []
    for tick in range(first + 1, ticks + 1):
        port.clock.wait_until(tick * TICK_S)
        heard.append(port.read(tick * TICK_S))
        spoken.append(port.spoken)
    return np.concatenate(heard), np.concatenate(spoken)


def test_fast_renders_no_further_than_it_was_read(talk: Path) -> None:
    speaker = Speaker()
    port = FileAudio(talk, fast=True)
    port.open(speaker)
    port.clock.wait_until(5.0)
    assert speaker.asked == 0
    assert port.read(0.2).size == speaker.asked == 3200
    assert port.read(0.2).size == 0
    assert port.read(0.1).size == 0
    port.close()


def test_no_recording_is_silence_on_the_clock(tmp_path: Path) -> None:
    for fast in (True, False):
        port = NullAudio(fast=fast, wav=tmp_path / f"{fast}.wav")
        port.open(Speaker())
        heard, spoken = run(port, 2)
        port.close()
        port.close()
        assert heard.size == 6400 and not heard.any() and spoken.any()
        assert soundfile.info(tmp_path / f"{fast}.wav").frames == 6400


def test_speech_survives_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "killed.wav"
    child = (
        "import os, signal, sys; import numpy as np\n"
        "from duplex_cli.capture.file_audio import WavSink\n"
        "sink = WavSink(sys.argv[1])\n"
        "for _ in range(5): sink.write(np.full(3200, 0.5, np.float32))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = str(Path(__file__).parents[1])
    done = subprocess.run([sys.executable, "-c", child, str(path)], env={**os.environ, "PYTHONPATH": root})
    assert done.returncode == -signal.SIGKILL
    with wave.open(str(path), "rb") as file:
        assert (file.getnframes(), file.getframerate(), file.getnchannels()) == (16_000, SAMPLE_RATE, 1)


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3"])
def test_sound_formats_rates_and_channels(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"talk.{suffix}"
    stereo = np.stack([tone(1.5, rate=44_100), np.zeros(66_150, np.float32)], axis=1)
    soundfile.write(path, stereo, 44_100)
    assert sniff(path) == {"audio": True, "video": False}
    reader = AudioReader(path)
    heard = np.concatenate([reader.take(777) for _ in range(40)])
    assert reader.ended
    assert heard.size == pytest.approx(1.5 * RATE, abs=0.08 * RATE)  # mp3 pads to whole frames
    middle = heard[RATE // 2 : RATE]
    peak = np.abs(np.fft.rfft(middle)).argmax() * RATE / middle.size
    assert peak == pytest.approx(440, abs=3)
    rms = float(np.sqrt(np.mean(middle**2)))
    assert rms * np.sqrt(2) == pytest.approx(0.15, abs=0.02)  # the mean of both channels


@pytest.mark.parametrize(("suffix", "late_ms"), [("mp4", 0), ("mkv", 0), ("mkv", 500)])
def test_the_sound_of_a_video_stays_with_its_pictures(tmp_path: Path, suffix: str, late_ms: int) -> None:
    path = tmp_path / f"screen.{suffix}"
    sound = np.concatenate([np.zeros(RATE // 2, np.float32), tone(0.5)])
    write_video(path, [0, 500, 1000, 1500], sound, late_ms)
    assert sniff(path) == {"audio": True, "video": True}
    heard = AudioReader(path).take(10 * RATE)
    onset = np.flatnonzero(np.abs(heard) > 0.1)[0] / RATE
    assert onset == pytest.approx(0.5 + late_ms / 1000, abs=0.03)


def test_a_video_without_sound(tmp_path: Path) -> None:
    path = tmp_path / "mute.mp4"
    write_video(path, [0, 100])
    assert sniff(path) == {"audio": False, "video": True}
    with pytest.raises(UserError, match=r"holds no sound; give"):
        FileAudio(path)


def test_damage_in_the_middle_ends_the_sound_not_the_session(tmp_path: Path) -> None:
    path = tmp_path / "cut.flac"
    soundfile.write(path, np.random.default_rng(1).uniform(-0.5, 0.5, 4 * RATE).astype(np.float32), RATE)
    data = bytearray(path.read_bytes())
    path.write_bytes(data[: len(data) // 2])
    port = FileAudio(path, fast=True)
    port.open(Speaker())
    heard, _ = run(port, 25)
    port.close()
    assert heard.size == 5 * RATE
    assert port.ended_at is not None and 1.0 < port.ended_at < 3.0


def unreadable(tmp_path: Path) -> list[Path]:
    text, empty, noise, folder = (tmp_path / n for n in ("notes.txt", "empty.wav", "noise.mp4", "folder"))
    text.write_text("just some words\n" * 50)
    empty.write_bytes(b"")
    noise.write_bytes(np.random.default_rng(0).bytes(5000))
    folder.mkdir()
    (folder / "readme.txt").write_text("no pictures")
    return [text, empty, noise, folder, tmp_path / "missing.wav"]


def test_unreadable_media_is_one_sentence_with_the_mend(tmp_path: Path) -> None:
    for path in unreadable(tmp_path):
        with pytest.raises(UserError) as told:
            sniff(path)
        assert path.name in str(told.value) and "; " in str(told.value) and "\n" not in str(told.value)
        with pytest.raises(UserError):
            FileAudio(path)


def test_a_playlist_cannot_reach_other_places(tmp_path: Path) -> None:
    path = tmp_path / "list.m3u8"
    path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nhttp://127.0.0.1:9/secret.ts\n")
    with pytest.raises(UserError):
        sniff(path)


def test_what_cannot_be_written_or_played(talk: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be written"):
        WavSink(tmp_path / "no" / "such" / "folder.wav")
    with pytest.raises(UserError, match="--fast cannot be played"):
        FileAudio(talk, sink="device", fast=True)


def test_a_folder_of_pictures_and_a_single_picture_can_be_looked_at(tmp_path: Path) -> None:
    import cv2

    cv2.imwrite(str(tmp_path / "1.png"), np.zeros((40, 40, 3), np.uint8))
    assert sniff(tmp_path) == {"audio": False, "video": True}
    assert sniff(tmp_path / "1.png") == {"audio": False, "video": True}
