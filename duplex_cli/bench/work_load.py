"""Ticks at real pace while four tools and a local background model work without a pause.

The session is the demo's, all senses on. Its help is kept busy from outside: whenever fewer than four calls
and one question are under way, others are begun; their answers belong to no errand and are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, cycle
from pathlib import Path
from typing import Any

from duplex_cli.bench.tick import MemoryWatch
from duplex_cli.session.assemble import Assembled
from duplex_cli.session.help import Help
from duplex_cli.session.loop import Outcome
from duplex_cli.session.summary import spread
from duplex_cli.stream import Act

FIRST_NUMBER = 1_000_000
"""Numbers of the calls made here, beyond any of the session's own."""

CALLS = ("search_files: def tick", "find_file: protocol", "read_file: loop", "recall: stretch every")
"""Four tools at once, each begun again when it has answered."""

QUESTION = "explain in as many words as you can how a live assistant should decide when to speak"

LOAD_PROFILE: dict[str, Any] = {
    "work.builtin": ["search_files", "find_file", "read_file", "recall"],
    "work.paths": [str(Path(__file__).parents[1])],
    "background.model": "smollm2-135m",
    "background.tokens": 400,
}
"""What is added to the demo's profile; another background model by --profile-set."""


class _Load:
    """Called by the loop after each tick: keeps all tools and the background model at work."""

    def __init__(self, help_: Help, memory: MemoryWatch) -> None:
        self._help, self._memory = help_, memory
        self._numbers: Iterator[int] = count(FIRST_NUMBER)
        self._calls = cycle(CALLS)
        self.begun = {"calls": 0, "questions": 0}

    def __call__(self, t: float) -> None:
        self._memory(t)
        for _ in range(len(CALLS) - self._help.under_way(thinking=False)):
            self._help.perform(Act("call", next(self._calls), remark=next(self._numbers)), t)
            self.begun["calls"] += 1
        if not self._help.under_way(thinking=True):
            self._help.perform(Act("delegate", QUESTION, remark=next(self._numbers)), t)
            self.begun["questions"] += 1


def measure(assembled: Assembled) -> tuple[Outcome, dict[str, Any]]:
    """Run an assembled session under load to its end. Returns its outcome and the load's figures."""
    help_ = assembled.session.parts.help
    if help_ is None:
        raise ValueError("a session under load needs tools")
    load = _Load(help_, MemoryWatch(list(assembled.workers.values())))
    assembled.open()
    try:
        outcome = assembled.session.run(load)
    finally:
        assembled.close()
    return outcome, {
        "tick_ms": spread(outcome.figures.tick_ms),
        "missed_ticks": outcome.figures.missed,
        "seconds": round(outcome.seconds, 1),
        "load": load.begun,
    }
