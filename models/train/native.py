"""Read-outs of a built GGUF through llama.cpp: the decisions of what runs, quantization included."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from pathlib import Path

import llama_cpp
import numpy as np

from duplex_cli.errors import UserError
from duplex_cli.interaction import protocol
from models.train.evaluate import LONGEST, Reading
from models.train.tokens import Tokenizer


class NativePredictor:
    """A `Predict` on one GGUF file, one sequence at a time."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        """Raises UserError if llama.cpp refuses the file."""
        tokenizer = Tokenizer(path)  # silences llama.cpp's log
        self._silent = tokenizer.tokenize(protocol.SILENT)[0]
        self._size = tokenizer.size
        self._model = llama_cpp.llama_model_load_from_file(
            str(path).encode(), llama_cpp.llama_model_default_params()
        )
        params = llama_cpp.llama_context_default_params()
        params.n_ctx = params.n_batch = params.n_ubatch = LONGEST + 124
        params.n_threads = params.n_threads_batch = threads
        context = llama_cpp.llama_init_from_model(self._model, params) if self._model else None
        memory = llama_cpp.llama_get_memory(context) if context else None
        if not context or not memory:
            raise UserError(f"llama.cpp cannot run {path}; build it again")
        self._context, self._memory = context, memory
        self._batch = llama_cpp.llama_batch_init(LONGEST + 124, 0, 1)

    def decode(self, tokens: Sequence[int], first: int, wanted: frozenset[int]) -> None:
        """Append `tokens` at position `first`; logits for those whose index is in `wanted`."""
        batch = self._batch
        batch.n_tokens = len(tokens)
        for n, token in enumerate(tokens):
            batch.token[n] = token
            batch.pos[n] = first + n
            batch.n_seq_id[n] = 1
            batch.seq_id[n][0] = 0
            batch.logits[n] = n in wanted
        code = llama_cpp.llama_decode(self._context, batch)
        if code:
            raise RuntimeError(f"llama_decode returned {code}")

    def logits(self, index: int) -> np.ndarray:
        """float32[vocabulary] at the index of the last `decode`."""
        pointer = llama_cpp.llama_get_logits_ith(self._context, index)
        return np.ctypeslib.as_array(ctypes.cast(pointer, ctypes.POINTER(ctypes.c_float)), (self._size,))

    def forget(self) -> None:
        """Empty the context."""
        llama_cpp.llama_memory_clear(self._memory, True)

    def __call__(self, tokens: Sequence[int], at: Sequence[int]) -> list[Reading]:
        self.forget()
        self.decode(tokens, 0, frozenset(n - 1 for n in at))
        return [read(self.logits(n - 1), self._silent) for n in at]


def read(logits: np.ndarray, silent: int) -> Reading:
    """The reading of one row of logits."""
    best = int(logits.argmax())
    top = float(logits[best])
    chance = float(np.exp(logits[silent] - top) / np.exp(logits - top).sum())
    if best != silent:
        return Reading(best, chance, best)
    others = logits.copy()
    others[silent] = -np.inf
    return Reading(best, chance, int(others.argmax()))
