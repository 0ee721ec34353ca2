"""Shared by all tests: the real models from the catalogue, and a home of their own for what is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from rich.console import Console

from duplex_cli.cli.models import ensure_all
from duplex_cli.interaction.engine import EngineSettings
from duplex_cli.interaction.model import InteractionModel
from duplex_cli.speech.synthesis import Voice
from duplex_cli.stream import SAMPLE_RATE

Talk = Callable[..., NDArray[np.float32]]


@pytest.fixture(scope="session")
def models() -> dict[str, Path]:
    """The embedded models, fetched or built at the first run, in the user's own cache."""
    return ensure_all(["duplex-270m", "moonshine-tiny-en"], Console(stderr=True))


@pytest.fixture(scope="session")
def _loaded(models: dict[str, Path]) -> InteractionModel:
    return InteractionModel(models["duplex-270m"], "", EngineSettings(threads=1))


@pytest.fixture
def mind(_loaded: InteractionModel) -> InteractionModel:
    """The default interaction model, as new."""
    _loaded.reset("Help the user with reminders.")
    return _loaded


@pytest.fixture(scope="session")
def voice() -> Voice:
    """The default voice, also used as the user's."""
    return Voice()


@pytest.fixture(scope="session")
def talk(voice: Voice) -> Talk:
    """`talk(seconds, (at, "words"), …)` -> float32[n] at 16 kHz: sentences over faint room noise."""

    def make(seconds: float, *sentences: tuple[float, str]) -> NDArray[np.float32]:
        track = np.random.default_rng(0).normal(0, 5e-4, round(seconds * SAMPLE_RATE)).astype(np.float32)
        for at, words in sentences:
            clip = voice.say(words)
            start = round(at * SAMPLE_RATE)
            track[start : start + len(clip)] += clip
        return track

    return make


@pytest.fixture
def talk_file(talk: Talk, tmp_path: Path) -> Callable[..., Path]:
    """As `talk`, written to a WAV file."""

    def make(seconds: float, *sentences: tuple[float, str]) -> Path:
        path = tmp_path / "talk.wav"
        soundfile.write(path, talk(seconds, *sentences), SAMPLE_RATE)
        return path

    return make
