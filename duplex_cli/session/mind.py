"""The interaction model in a process of its own, brought back with its memory when it dies."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from duplex_cli.clock import precise
from duplex_cli.interaction import protocol
from duplex_cli.interaction.model import StepRequest, StepResult
from duplex_cli.session.workers import Worker, WorkerDied

MEMORY_LINES = 30
"""Lines given back to a restarted model: half of what the context holds. Sixty took 2.6 s to read, thirty
half of it, and a session should have its model back within three seconds."""

MODEL_HOST = "duplex_cli.interaction.model:InteractionModel"


class MindWorker:
    """A `Mind` behind a supervised process. `on_restart` is told once per restart."""

    HOST = MODEL_HOST

    def __init__(self, kwargs: dict[str, Any], threads: int, on_restart: Callable[[str], None]) -> None:
        """`kwargs` are those of InteractionModel; `threads` what it may use."""
        self.worker = Worker("model", self.HOST, kwargs, threads=threads)
        self._on_restart = on_restart
        self._lines: deque[tuple[str, str]] = deque(maxlen=MEMORY_LINES)

    def wait_ready(self) -> None:
        """Return once the model is loaded. Raises UserError, also where llama.cpp took the process down."""
        self.worker.wait_ready()

    def step(self, request: StepRequest) -> StepResult:
        """As InteractionModel.step; after a death the model is reloaded, reminded and asked again."""
        started = precise()
        try:
            result: StepResult = self.worker.call("step", request)
        except WorkerDied:
            self.revive()
            result = self._step_again(request)
        self._remember(request, result)
        # A step's cost is what the session waits for it, the way to the other process and back included.
        return replace(result, total_s=precise() - started)

    def retract(self) -> None:
        """As InteractionModel.retract."""
        if self._lines:
            self._lines[-1] = (self._lines[-1][0], protocol.SILENT)
        try:
            self.worker.call("retract")
        except WorkerDied:
            self.revive()

    def abandon(self) -> None:
        """As InteractionModel.abandon."""
        try:
            self.worker.call("abandon")
        except WorkerDied:
            self.revive()

    def read_on(self, lines: list[tuple[str, str]]) -> None:
        """Have it read (moment, act) lines that another model has written, without waiting for it.

        The caller fetches the answer (`worker.poll`) before the next call.
        """
        self._lines.extend(lines)
        try:
            self.worker.poll()
            self.worker.cast("preload", lines)
        except WorkerDied:
            self.revive()

    def reset(self, task: str) -> None:
        """As InteractionModel.reset: a bench's next item. Raises WorkerDied."""
        self._lines.clear()
        self.worker.call("reset", task)

    def close(self) -> None:
        self.worker.close()

    def revive(self) -> None:
        """Start the process again and remind it; its owner is told."""
        self.worker.restart()
        self.wait_ready()
        self.worker.call("preload", list(self._lines))
        self._on_restart("the model's process ended and was started again")

    def _step_again(self, request: StepRequest) -> StepResult:
        return self.worker.call("step", request)

    def _remember(self, request: StepRequest, result: StepResult) -> None:
        words = {kind: word for word, kind in protocol.ACT_WORDS.items()}
        if request.moment is not None:
            self._lines.append((request.moment, words[result.kind] + result.text))
        elif self._lines and result.text:
            moment, act = self._lines[-1]
            self._lines[-1] = (moment, act + result.text)
