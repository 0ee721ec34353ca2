"""The background mind: a question goes to an engine with its context and comes back as a result."""

from __future__ import annotations

import threading
from typing import Any

from duplex_cli.background.engines import ThinkingEngine
from duplex_cli.background.minutes import Minutes
from duplex_cli.background.offer import Failed, Offer, Tool
from duplex_cli.profile import BackgroundMind

ASK = "ask"
"""Name of the tool behind `ask WORDS`; it is not listed in a task."""

OFFER = Offer(
    ASK, {"type": "object", "properties": {"question": {"type": "string"}}, "required": ["question"]}, "read"
)


class Thoughts:
    """Answers as they grow, from the mind's thread to the session's loop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._grown: dict[str, str] = {}

    def put(self, question: str, answer: str) -> None:
        """The answer has got so far."""
        with self._lock:
            self._grown[question] = answer

    def take(self) -> dict[str, str]:
        """Question to answer so far, of all that grew since the last call."""
        with self._lock:
            grown, self._grown = self._grown, {}
        return grown


def mind_tool(engine: ThinkingEngine, minutes: Minutes, settings: BackgroundMind, thoughts: Thoughts) -> Tool:
    """What carries out `ask`. One question is thought about at a time; the next one waits its turn."""
    turn = threading.Lock()

    def run(arguments: dict[str, Any], stop: threading.Event) -> str:
        question = arguments["question"]
        messages = minutes.package(question)
        with turn:
            answer = ""
            for piece in engine.stream(messages, settings.tokens, stop):
                if stop.is_set():
                    break
                answer += piece
                thoughts.put(question, answer)
        if not answer.strip() and not stop.is_set():
            raise Failed("the background model had no answer")
        return answer

    return Tool(OFFER, run, settings.timeout_s)
