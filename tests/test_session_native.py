"""Sessions whose model hears and sees by itself: what is given to it, replay, restarts, refusals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import av
import msgspec
import numpy as np
import pytest
import soundfile
from rich.console import Console
from tiny_gemma import WIDTH, write_tiny

from duplex_cli.cli.prepare import PICTURE_TOKENS_CPU, model_choice
from duplex_cli.interaction.build_projector import build_projector
from duplex_cli.interaction.engine import EngineSettings
from duplex_cli.interaction.media import Picture, Sound
from duplex_cli.interaction.model import StepRequest
from duplex_cli.profile import Profile
from duplex_cli.session.journal import read
from duplex_cli.session.native_ear import NativeEar, Sounding
from duplex_cli.session.native_media import MediaStore, RecordedMedia, as_recorded, sound_name
from duplex_cli.session.native_mind import NativeMind
from duplex_cli.session.native_sight import Budget, Glimpses, scaled
from duplex_cli.stream import SAMPLE_RATE

TICK = 3200


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("native")
    write_tiny(folder / "tiny-duplex.gguf", layers=6)
    build_projector(folder / "projector.gguf", WIDTH)
    return folder


def noise(seconds: float, dbfs: float, seed: int = 0) -> np.ndarray:
    drawn = np.random.default_rng(seed).standard_normal(round(seconds * SAMPLE_RATE))
    return (drawn * 10 ** (dbfs / 20)).astype(np.float32)


def ticks(sound: np.ndarray) -> list[np.ndarray]:
    return [sound[n : n + TICK] for n in range(0, len(sound), TICK)]


# ---- what is given


def test_pictures_are_as_large_as_the_machine_carries_unless_the_profile_says(room: Path) -> None:
    def tokens(**model: object) -> int:
        wanted = {"name": str(room / "tiny-duplex.gguf"), "projector": str(room / "projector.gguf")} | model
        profile = msgspec.convert(
            {"name": "n", "task": "Help.", "model": {"native": "beside", **wanted}}, Profile
        )
        native = model_choice(profile, Console()).native
        assert native is not None
        return native.picture_tokens

    assert tokens(gpu_layers=0) == PICTURE_TOKENS_CPU
    assert tokens(picture_tokens=30) == 30


def test_silence_and_steady_noise_cost_nothing() -> None:
    sounding = Sounding()
    assert not any(sounding.feed(tick) for tick in ticks(np.zeros(5 * SAMPLE_RATE, np.float32)))
    assert not any(sounding.feed(tick) for tick in ticks(noise(5, -70)))
    opened = [sounding.feed(tick) for tick in ticks(noise(20, -35))]  # a fan is switched on
    assert sum(opened) * 0.2 < 4.0
    assert not any(opened[20:])


def test_speech_is_given_whole_from_its_first_sound(talk: Callable[..., np.ndarray]) -> None:
    sentence = "I told her we could meet on Friday at the station."
    track = talk(8.0, (3.05, sentence))
    store = MediaStore()
    announced: list[str] = []
    ear = NativeEar(store, lambda name, _medium: announced.append(name))
    for n, tick in enumerate(ticks(track)):
        ear.feed(tick, n * 0.2, (n + 1) * 0.2)
    percepts = ear.gather(wait=False)
    assert [p.frame for p in percepts] == announced
    spans = [tuple(map(int, name.removeprefix("mic:").split("+"))) for name in announced]
    assert spans[0][0] / SAMPLE_RATE <= 3.05, "the start of the first word"
    loud = np.flatnonzero(np.abs(track) > 0.02)
    assert sum(spans[-1]) >= loud[-1], "the end of the last one"
    for (start, count), (later, _) in pairwise(spans):
        assert start + count == later, "no gap, nothing twice"
    assert sum(count for _, count in spans) / SAMPLE_RATE < 5.0
    heard = store.get(announced[0])
    assert isinstance(heard, Sound)
    start, count = spans[0]
    np.testing.assert_array_equal(heard.samples, as_recorded(track[start : start + count]))


def test_what_the_journal_keeps_is_the_very_sound_and_picture(tmp_path: Path) -> None:
    sound = np.concatenate([noise(1, -12), np.array([1.0, -1.0, 1.5, -1.5, 0.0, 1e-5], np.float32)])
    form = {"format": "FLAC", "subtype": "PCM_16"}
    with soundfile.SoundFile(tmp_path / "mic.flac", "w", SAMPLE_RATE, 1, **form) as file:
        file.write(sound)
    recorded = RecordedMedia(tmp_path)
    back = recorded.get(sound_name(100, len(sound) - 100))
    assert isinstance(back, Sound)
    np.testing.assert_array_equal(back.samples, as_recorded(sound[100:]))
    glimpses = Glimpses(Budget(48, 32), tmp_path / "frames")
    frame = np.random.default_rng(0).integers(0, 255, (360, 640, 3), dtype=np.uint8)
    glimpses.feed(frame, 1.2)
    ((percept, pixels),) = glimpses.take()
    picture = recorded.get(percept.frame)
    assert isinstance(picture, Picture)
    np.testing.assert_array_equal(picture.pixels, pixels)


@pytest.mark.parametrize("size", [(1920, 1080), (640, 480), (1080, 1920), (3000, 100), (100, 3000), (20, 20)])
@pytest.mark.parametrize("tokens", [1, 16, 64])
def test_pictures_keep_to_their_budget_and_about_to_their_shape(size: tuple[int, int], tokens: int) -> None:
    out = scaled(np.zeros((size[1], size[0], 3), np.uint8), Budget(48, tokens))
    rows, columns = out.shape[0] // 48, out.shape[1] // 48
    assert out.shape == (rows * 48, columns * 48, 3)
    assert 1 <= rows * columns <= tokens
    if tokens == 64 and 0.5 < size[0] / size[1] < 2:
        assert columns / rows == pytest.approx(size[0] / size[1], rel=0.25)


def test_pictures_come_on_change_and_within_the_budget_of_a_second() -> None:
    glimpses = Glimpses(Budget(48, 16), None)
    still = np.full((240, 320, 3), 90, np.uint8)
    for n in range(50):
        glimpses.feed(still, n * 0.1)
    assert len(glimpses.take()) == 1
    moving = [np.random.default_rng(n).integers(0, 255, (240, 320, 3), dtype=np.uint8) for n in range(100)]
    for n, frame in enumerate(moving):
        glimpses.feed(cv2_blocks(frame), 5 + n * 0.1)
    chosen = glimpses.take()
    assert sum(p.shape[0] * p.shape[1] // 48**2 for _, p in chosen) <= 16 * 10.5
    cursor = still.copy()
    glimpses = Glimpses(Budget(48, 16), None)
    glimpses.feed(still, 0.0)
    cursor[100:112, 50:52] = 255
    glimpses.feed(cursor, 10.0)
    assert len(glimpses.take()) == 1, "a text cursor is no news"


def cv2_blocks(frame: np.ndarray) -> np.ndarray:
    """Noise in blocks of 40 pixels, so that it survives being made small."""
    return np.repeat(np.repeat(frame[::40, ::40], 40, axis=0), 40, axis=1)


# ---- the mind


def test_a_killed_model_is_given_back_what_it_had_heard(room: Path) -> None:
    told: list[str] = []
    store = MediaStore()
    kwargs = {
        "path": room / "tiny-duplex.gguf",
        "task": "Help.",
        "settings": EngineSettings(context=512, batch=64),
        "projector": room / "projector.gguf",
        "picture_tokens": 32,
    }
    mind = NativeMind(kwargs, 1, told.append, store)
    mind.wait_ready()
    for n in range(6):
        name = sound_name(n * TICK, TICK)
        store.put(name, Sound(as_recorded(noise(0.2, -20, n))))
        if n == 3:
            assert mind.worker.pid is not None
            os.kill(mind.worker.pid, signal.SIGKILL)
        medium = store.get(name)
        assert medium is not None
        mind.announce(name, medium)
        result = mind.step(
            StepRequest(moment=f"{n} sound", threshold=0.5, budget=4, permitted=frozenset(), media=(name,))
        )
        assert result.faults == ()
        assert result.tokens_in >= 5
    assert told == ["the model's process ended and was started again"]
    lost = mind.step(StepRequest(moment="9 sound", threshold=0.5, budget=2, media=("mic:9+9",)))
    assert lost.faults
    assert told[1:] == list(lost.faults)
    mind.close()


# ---- whole sessions


@pytest.fixture
def env(tmp_path: Path, models: dict[str, Path]) -> dict[str, str]:
    home = tmp_path / "home"
    (home / "cache").mkdir(parents=True)
    (home / "cache" / "models").symlink_to(models["moonshine-tiny-en"].parent)
    return {**os.environ, "DUPLEX_HOME": str(home)}


def duplex(env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "duplex_cli", *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=300, check=False)


def film(path: Path, seconds: int) -> None:
    """A video whose picture changes every two seconds."""
    with av.open(path, "w") as container:
        stream = container.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for n in range(seconds * 5):
            shade = (n // 10) * 80 % 240
            frame = av.VideoFrame.from_ndarray(np.full((240, 320, 3), shade, np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def arguments(room: Path, mode: str, *media: Path) -> list[str]:
    chosen = [f"model.native={mode}", f"model.projector={room / 'projector.gguf'}", "model.picture_tokens=16"]
    out = ["run", "reminders", "--fast", "--json", "--no-voice", "--model", str(room / "tiny-duplex.gguf")]
    for path in media:
        out += ["--from", str(path)]
    for setting in chosen:
        out += ["--profile-set", setting]
    return out


@pytest.mark.parametrize("mode", ["beside", "instead"])
def test_a_native_session_is_replayed_from_its_journal(
    env: dict[str, str], room: Path, tmp_path: Path, talk_file: Callable[..., Path], mode: str
) -> None:
    wav = talk_file(9.0, (2.0, "Remind me to stretch."))
    film(tmp_path / "film.mp4", 9)
    done = duplex(env, *arguments(room, mode, wav, tmp_path / "film.mp4"))
    assert done.returncode == 0, done.stderr
    (folder,) = (Path(env["DUPLEX_HOME"]) / "data" / "sessions").iterdir()
    turns = read(folder).turns
    kinds = [[p["kind"] for p in turn.get("percepts", ())] for turn in turns]
    heard = [turn["at"] for turn, here in zip(turns, kinds, strict=True) if "sound" in here]
    assert heard
    assert all(2.0 <= at <= 4.6 for at in heard), "only while somebody speaks"
    assert sum("look" in here for here in kinds) >= 3
    assert any("hear" in here for here in kinds) == (mode == "beside")
    assert any("pause" in here for here in kinds)
    again = duplex(env, "replay", "last", "--json")
    assert again.returncode == 0, again.stdout + again.stderr
    assert json.loads(again.stdout)["same"]
    (folder / "mic.flac").unlink()
    missing = duplex(env, "replay", "last")
    assert missing.returncode == 2
    assert len(missing.stderr.strip().split("\n")) == 1


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        (["model.native=beside"], "projector"),
        (["model.native=beside", "model.projector=/nowhere.gguf"], "projector"),
        (["model.native=sometimes"], "native"),
        (["model.native=beside", "model.projector={wide}"], "640"),
        (["model.native=instead", "model.projector={eyes}"], "hear"),
        (["model.native=beside", "model.projector={good}", "model.picture_tokens=4000"], "picture_tokens"),
    ],
)
def test_what_cannot_be_is_one_line(
    env: dict[str, str],
    room: Path,
    tmp_path: Path,
    talk_file: Callable[..., Path],
    settings: list[str],
    word: str,
) -> None:
    build_projector(tmp_path / "wide.gguf", 640)
    build_projector(tmp_path / "eyes.gguf", WIDTH, hears=False)
    names = {
        "wide": tmp_path / "wide.gguf",
        "eyes": tmp_path / "eyes.gguf",
        "good": room / "projector.gguf",
    }
    command = ["run", "reminders", "--fast", "--no-voice", "--model", str(room / "tiny-duplex.gguf")]
    command += ["--from", str(talk_file(2.0))]
    for setting in settings:
        command += ["--profile-set", setting.format(**names)]
    done = duplex(env, *command)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.strip().split("\n")) == 1
    assert word in done.stderr
