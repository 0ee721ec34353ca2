"""A native model in a process of its own, fed with media ahead of its steps; and the same in replay."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from duplex_cli.interaction.media import Medium
from duplex_cli.interaction.model import StepRequest, StepResult
from duplex_cli.interaction.native_model import NativeModel
from duplex_cli.session.mind import MEMORY_LINES, MindWorker
from duplex_cli.session.native_media import MediaStore


class Media(Protocol):
    """Where media are had by name."""

    def get(self, name: str) -> Medium | None: ...


class NativeMind(MindWorker):
    """As MindWorker. `announce` sends a medium ahead; a restart sends those of the lines given back again."""

    HOST = "duplex_cli.interaction.native_model:NativeModel"

    def __init__(
        self, kwargs: dict[str, Any], threads: int, on_restart: Callable[[str], None], store: MediaStore
    ) -> None:
        """`kwargs` are those of NativeModel without `feed`."""
        self._kwargs = kwargs
        self._store = store
        self._media: deque[tuple[str, ...]] = deque(maxlen=MEMORY_LINES)
        theirs = self._new_pipe()
        super().__init__(kwargs, threads, on_restart)
        theirs.close()

    def announce(self, name: str, medium: Medium) -> None:
        """Send a medium to be encoded. Where the model is just being brought back, it gets it then."""
        try:
            self._feed.send((name, medium))
        except OSError:
            return  # the next step finds the process dead, and `revive` sends what the lines need

    def step(self, request: StepRequest) -> StepResult:
        """As MindWorker.step; what could not be taken of the media is told to the user."""
        result = super().step(request)
        for fault in result.faults:
            self._on_restart(fault)
        return result

    def reset(self, task: str) -> None:
        self._media.clear()
        super().reset(task)

    def close(self) -> None:
        super().close()
        self._feed.close()

    def _new_pipe(self) -> Any:
        """Our end is kept; theirs is given to the process that starts next, and to be closed here after."""
        theirs, self._feed = multiprocessing.get_context("spawn").Pipe(duplex=False)
        self._kwargs["feed"] = theirs
        return theirs

    def revive(self) -> None:
        self._feed.close()
        theirs = self._new_pipe()
        self.worker.restart()
        theirs.close()
        self.wait_ready()
        for name in dict.fromkeys(name for media in self._media for name in media):
            self._send_again(name)
        lines = [(moment, act, media) for (moment, act), media in zip(self._lines, self._media, strict=True)]
        self.worker.call("preload_native", lines)
        self._on_restart("the model's process ended and was started again")

    def _step_again(self, request: StepRequest) -> StepResult:
        for name in request.media:
            self._send_again(name)
        return super()._step_again(request)

    def _send_again(self, name: str) -> None:
        medium = self._store.get(name)
        if medium is not None:
            self.announce(name, medium)

    def _remember(self, request: StepRequest, result: StepResult) -> None:
        if request.moment is not None:
            self._media.append(request.media)
        super()._remember(request, result)


class ReplayedMind:
    """A native model in this process, whose media come from a recording."""

    def __init__(self, model: NativeModel, media: Media) -> None:
        self._model = model
        self._media = media

    def step(self, request: StepRequest) -> StepResult:
        """As NativeModel.step. Raises UserError if the recording lacks a medium."""
        for name in request.media:
            medium = self._media.get(name)
            if medium is not None:
                self._model.give(name, medium)
        return self._model.step(request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)
