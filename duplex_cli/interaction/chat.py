"""A whole model as a partner in a chat: the background mind's local engine. Lives in a worker process.

Here latency does not matter and the library's own chat loop serves: templates, sampling, stopping.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from llama_cpp import Llama

from duplex_cli.errors import UserError
from duplex_cli.interaction.engine import check_gguf

PIECE_TOKENS = 4
"""Tokens between two looks at whether anybody still wants the answer: half a second on a slow CPU."""

TEMPERATURE = 0.2
REPEAT_PENALTY = 1.1
"""Small models run into loops at a temperature of 0 (llama.cpp's own default of the penalty was 1.1)."""


class ChatModel:
    """One loaded GGUF with its own chat template. `begin`, then `more` until it says that it is done."""

    def __init__(self, path: Path, context: int, threads: int) -> None:
        """Raises UserError if llama.cpp refuses the file."""
        check_gguf(path)
        try:
            self._model = Llama(
                str(path), n_ctx=context, n_threads=threads, n_threads_batch=threads, seed=1, verbose=False
            )
        except (ValueError, RuntimeError) as error:
            raise UserError(f"llama.cpp refuses the background model {path} ({error})") from error
        self._pieces: Iterator[Any] = iter(())

    def begin(self, messages: list[dict[str, str]], tokens: int) -> None:
        """Start an answer of at most `tokens` tokens; one under way is given up."""
        self._pieces = iter(
            self._model.create_chat_completion(
                messages,  # pyright: ignore[reportArgumentType] - plain dicts are what it takes
                max_tokens=tokens,
                temperature=TEMPERATURE,
                repeat_penalty=REPEAT_PENALTY,
                stream=True,
            )
        )

    def more(self) -> tuple[str, bool]:
        """The next piece, and whether the answer is complete. Raises UserError if the prompt has no room."""
        text, taken = "", 0
        try:
            for chunk in self._pieces:
                text += chunk["choices"][0]["delta"].get("content") or ""
                taken += 1
                if taken >= PIECE_TOKENS:
                    return text, False
        except ValueError as error:
            raise UserError(f"the background model cannot answer ({error})") from error
        return text, True

    def close(self) -> None:
        self._model.close()
