"""Carries calls out beside the tick: each on a thread of its own, with a time limit, dropped at a word.

The session's loop begins and cancels calls and gathers answers once a tick; nothing here ever makes it wait,
except with `wait` (files at full speed), where an answer is awaited and told at the time it took.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from duplex_cli.background.arguments import Unfit, parse
from duplex_cli.background.offer import Failed, Tool
from duplex_cli.clock import precise
from duplex_cli.stream import Percept

MOST_AT_ONCE = 8
"""Calls under way at the same time; one more is refused rather than queued behind a hanging one."""

LONGEST_ANSWER = 4000
"""Characters kept of an answer: more than anybody listens to or a panel shows."""


@dataclass(slots=True)
class _Call:
    number: int
    tool: Tool
    begun: float
    """Session time, seconds."""
    started: float
    """Real time, seconds."""
    stop: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)
    answer: str = ""
    took_s: float = 0.0


class Workbench:
    """Runs tools by name. Owned by the session's loop; `close` leaves no thread that is waited for."""

    def __init__(self, tools: Iterable[Tool]) -> None:
        self.tools: Mapping[str, Tool] = {tool.offer.name: tool for tool in tools}
        self._calls: dict[int, _Call] = {}
        self._ready: list[Percept] = []

    @property
    def busy(self) -> bool:
        """Whether a call is under way."""
        return bool(self._calls or self._ready)

    @property
    def under_way(self) -> tuple[str, ...]:
        """The tools whose calls have not answered, one for each call."""
        return tuple(call.tool.offer.name for call in self._calls.values())

    def begin(self, number: int, name: str, text: str, t: float) -> None:
        """Start call `number` of the tool `name` at session time `t`; `text` holds its arguments."""
        tool = self.tools.get(name)
        try:
            if tool is None:
                raise Unfit(f"there is no tool {name}")
            if len(self._calls) >= MOST_AT_ONCE:
                raise Unfit(f"{name}: {MOST_AT_ONCE} calls are under way")
            arguments = parse(tool.offer, text)
        except Unfit as refusal:
            self._ready.append(_percept(number, t, str(refusal)))
            return
        call = _Call(number, tool, t, precise())
        self._calls[number] = call
        threading.Thread(
            target=_work, args=(call, arguments), name=f"duplex-tool-{name}", daemon=True
        ).start()

    def cancel(self, number: int) -> None:
        """Drop a call: it is told to stop, and its answer will not come."""
        call = self._calls.pop(number, None)
        if call is not None:
            call.stop.set()
        self._ready = [percept for percept in self._ready if percept.where != str(number)]

    def gather(self, t: float, wait: bool) -> list[Percept]:
        """Answers that have come by session time `t`; those that took too long are given up."""
        for call in list(self._calls.values()):
            self._settle(call, t, wait)
        told = [percept for percept in self._ready if percept.at <= t + 1e-9]
        self._ready = [percept for percept in self._ready if percept.at > t + 1e-9]
        return told

    def close(self) -> None:
        """Tell all calls to stop. Their threads are daemons and hold nothing of the session."""
        for number in list(self._calls):
            self.cancel(number)

    def _settle(self, call: _Call, t: float, wait: bool) -> None:
        limit = call.tool.timeout_s
        if wait:
            call.done.wait(limit)
            took = call.took_s if call.tool.takes_s is None else call.tool.takes_s
            over = not call.done.is_set() or took > limit
            at = call.begun + min(took, limit) if call.done.is_set() else call.begun + limit
        else:
            over = not call.done.is_set() and precise() - call.started > limit
            at = t
        if not over and not call.done.is_set():
            return
        del self._calls[call.number]
        call.stop.set()
        answer = f"no answer within {limit:g} seconds" if over else call.answer
        self._ready.append(_percept(call.number, at, answer))


def _work(call: _Call, arguments: dict[str, Any]) -> None:
    try:
        answer = call.tool.run(arguments, call.stop)
    except Failed as failure:
        answer = str(failure)
    except Exception as error:  # a tool is anybody's code: whatever it raises is its answer
        answer = f"failed: {type(error).__name__}"
    call.answer = answer.strip()[:LONGEST_ANSWER] or "done"
    call.took_s = precise() - call.started
    call.done.set()


def _percept(number: int, at: float, text: str) -> Percept:
    return Percept(at, "result", text, where=str(number))
