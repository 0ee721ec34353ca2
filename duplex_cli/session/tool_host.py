"""The built-in tools in a process of their own, so that a search never holds up the tick's Python."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from duplex_cli import clock
from duplex_cli.background.builtin import builtin_offers
from duplex_cli.background.offer import Failed, Offer, Tool
from duplex_cli.session.workers import Worker, WorkerDied

NICE = 10
HOST = "duplex_cli.background.builtin:BuiltinHost"

LOOK_S = 0.02
"""How often a waiting call looks for its answer and whether it is still wanted, seconds."""


class BuiltinTools:
    """`tools` are those called `names`; their process is killed to cancel a call, and started again."""

    def __init__(self, names: Sequence[str], paths: Sequence[Path], session: str, timeout_s: float) -> None:
        """Raises UserError where folders are missing."""
        offers = builtin_offers(names, paths)
        self._turn = threading.Lock()
        self._closed = False
        self._worker = Worker("tools", HOST, {"paths": list(paths), "session": session}, NICE)
        self.tools = [self._tool(offer, timeout_s) for offer in offers]

    def close(self) -> None:
        """End the process; a call that still waits gets no answer."""
        self._closed = True
        self._worker.close()

    def _tool(self, offer: Offer, timeout_s: float) -> Tool:
        (argument,) = offer.arguments

        def run(arguments: dict[str, Any], stop: threading.Event) -> str:
            with self._turn:
                return "" if stop.is_set() else self._ask(offer.name, arguments[argument], stop)

        return Tool(offer, run, timeout_s)

    def _ask(self, name: str, words: str, stop: threading.Event) -> str:
        try:
            self._worker.cast("run", name, words)
            while not (answers := self._worker.poll()):
                if stop.is_set():
                    self._restart()
                    return ""
                clock.pause(LOOK_S)
        except WorkerDied as death:
            self._restart()
            raise Failed("the tool stopped; try again") from death
        worked, answer = answers[0]
        if not worked:
            raise Failed(answer)
        return answer

    def _restart(self) -> None:
        if not self._closed:
            self._worker.restart()
