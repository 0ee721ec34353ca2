"""Child processes: they answer, they die, they come back."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from duplex_cli.errors import UserError
from duplex_cli.interaction.engine import EngineSettings
from duplex_cli.interaction.model import StepRequest
from duplex_cli.session.mind import MindWorker
from duplex_cli.session.workers import Worker, WorkerDied

VOICE = "duplex_cli.session.speaking_host:SpeakingHost"


@pytest.fixture
def voice_worker() -> Iterator[Worker]:
    worker = Worker("test-voice", VOICE, {"name": "heart", "rate": 1.0}, nice=3)
    yield worker
    worker.close()


def kill(worker: Worker) -> None:
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)


def test_calls_and_casts_are_answered_in_order(voice_worker: Worker) -> None:
    assert len(voice_worker.call("say", "One.")) > 1000
    voice_worker.cast("say", "One.")
    voice_worker.cast("say", "One two three four five six seven.")
    short, long = voice_worker.poll(wait=True)
    assert len(short) < len(long)
    assert voice_worker.pending == 0


def test_a_killed_worker_is_noticed_and_comes_back(voice_worker: Worker) -> None:
    before = voice_worker.call("say", "Hello.")
    kill(voice_worker)
    with pytest.raises(WorkerDied):
        voice_worker.call("say", "Hello.")
    voice_worker.restart()
    assert voice_worker.restarts == 1
    assert (voice_worker.call("say", "Hello.") == before).all()


def test_what_the_user_can_mend_crosses_the_process_as_a_sentence() -> None:
    worker = Worker("test-nobody", VOICE, {"name": "nobody", "rate": 1.0})
    with pytest.raises(UserError, match="nobody"):
        worker.wait_ready()
    worker.close()


def test_a_child_that_dies_at_its_start_is_a_sentence_too() -> None:
    worker = Worker("test-exit", "os:_exit", {"status": 7})
    with pytest.raises(UserError, match="test-exit could not start"):
        worker.wait_ready()
    worker.close()


def test_the_model_comes_back_with_its_memory(models: dict[str, Path]) -> None:
    notes: list[str] = []
    kwargs = {
        "path": models["duplex-270m"],
        "task": "Help the user with reminders.",
        "settings": EngineSettings(),
    }
    mind = MindWorker(kwargs, threads=1, on_restart=notes.append)
    mind.wait_ready()

    def step(moment: str) -> object:
        return mind.step(StepRequest(moment=moment, threshold=0.5, budget=48)).gate

    step("1 hear remind me to")
    kill(mind.worker)
    assert step("2 hear stretch") is not None
    assert len(notes) == 1
    assert mind.worker.restarts == 1
    mind.close()
