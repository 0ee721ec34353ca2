"""The local background model: a GGUF in a process of its own, below everything else that runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from duplex_cli.background.engines import Message
from duplex_cli.background.offer import Failed
from duplex_cli.errors import UserError
from duplex_cli.session.workers import Worker, WorkerDied

NICE = 15
"""Below the eyes (+10): thinking takes what the senses leave over."""

CHAT_HOST = "duplex_cli.interaction.chat:ChatModel"


class LocalEngine:
    """A `ThinkingEngine` behind a supervised process; a death costs the answer under way, not the session."""

    def __init__(self, path: Path, context: int, threads: int, on_restart: Callable[[str], None]) -> None:
        kwargs = {"path": path, "context": context, "threads": threads}
        self.worker = Worker("background", CHAT_HOST, kwargs, NICE, threads)
        self._on_restart = on_restart

    def stream(self, messages: Sequence[Message], tokens: int, stop: threading.Event) -> Iterator[str]:
        try:
            self.worker.call("begin", list(messages), tokens)
            done = False
            while not done and not stop.is_set():
                piece, done = self.worker.call("more")
                yield piece
        except UserError as error:
            raise Failed(str(error)) from error
        except WorkerDied as death:
            self.worker.restart()
            self._on_restart("the background model's process ended and was started again")
            raise Failed("the background model stopped; ask again") from death

    def close(self) -> None:
        self.worker.close()
