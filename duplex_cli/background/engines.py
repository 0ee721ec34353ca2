"""Where the background mind thinks: any OpenAI-compatible engine, by URL."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import httpx

from duplex_cli.background.offer import Failed

CONNECT_S = 5.0

Message = dict[str, str]
"""{"role": "system" or "user", "content": text}"""


class ThinkingEngine(Protocol):
    """A model that answers a chat, piece by piece."""

    def stream(self, messages: Sequence[Message], tokens: int, stop: threading.Event) -> Iterator[str]:
        """Pieces of the answer, at most `tokens` tokens; ends early once `stop` is set. Raises Failed."""
        ...

    def close(self) -> None: ...


class UrlEngine:
    """llama-server, Ollama, vLLM, SGLang or any other with /v1/chat/completions."""

    def __init__(self, url: str, name: str, key_variable: str = "", silence_s: float = 60.0) -> None:
        """`url` ends in /v1; `name` is the model's there; the key is read from `key_variable`.

        `silence_s` is the longest wait for the next piece: a cold engine loads its model first.
        """
        key = os.environ.get(key_variable, "") if key_variable else ""
        self._name = name
        self._client = httpx.Client(
            base_url=url.rstrip("/"),
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(silence_s, connect=CONNECT_S),
        )

    def stream(self, messages: Sequence[Message], tokens: int, stop: threading.Event) -> Iterator[str]:
        request = {"messages": list(messages), "max_tokens": tokens, "stream": True}
        if self._name:
            request["model"] = self._name
        try:
            with self._client.stream("POST", "/chat/completions", json=request) as response:
                if response.status_code != httpx.codes.OK:
                    raise Failed(f"the background engine answers {response.status_code}")
                for line in response.iter_lines():
                    if stop.is_set() or line.strip() == "data: [DONE]":
                        return
                    if line.startswith("data:"):
                        yield _piece(line[len("data:") :])
        except httpx.HTTPError as error:
            raise Failed(f"the background engine cannot be reached ({type(error).__name__})") from error

    def close(self) -> None:
        self._client.close()


def _piece(data: str) -> str:
    try:
        chunk: dict[str, Any] = json.loads(data)
        return chunk["choices"][0]["delta"].get("content") or "" if chunk.get("choices") else ""
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Failed("the background engine speaks no OpenAI-compatible stream") from error
