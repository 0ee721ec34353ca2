"""An engine that appends embeddings beside tokens: decode, the last of tokenize, encode, decode.

A span of embeddings stands in a line as negative numbers, one for each row, so that a line is a list of ints
of the length that it takes in the context, whatever it holds, and the window counts it like any other.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from duplex_cli.interaction.encoder import Rows
from duplex_cli.interaction.engine import DecodeError, Engine, EngineSettings, lib


class NativeEngine(Engine):
    """As Engine, for lines that hold embeddings too."""

    def __init__(self, path: Path, settings: EngineSettings | None = None) -> None:
        """Raises UserError if llama.cpp refuses the file."""
        super().__init__(path, settings)
        self._spans: dict[int, Rows] = {}
        """By the first of its numbers."""
        self._span_of: dict[int, int] = {}
        self._next = -1
        sections = 4 if self.mrope else 1
        self._rows_pos = np.zeros(self.batch_size * sections, dtype=np.int32)
        self._rows_wanted = np.zeros(self.batch_size, dtype=np.int8)

    def hold(self, rows: Rows) -> list[int]:
        """Keep embeddings for appending; returns the numbers that stand for them, each below 0."""
        first, count = self._next, len(rows.values)
        numbers = [first - n for n in range(count)]
        self._next -= count
        self._spans[first] = rows
        self._span_of |= dict.fromkeys(numbers, first)
        return numbers

    def keep_only(self, numbers: Iterable[int]) -> None:
        """Let go of all embeddings but those that `numbers` stand for."""
        kept = {self._span_of[n] for n in numbers if n < 0}
        self._spans = {first: rows for first, rows in self._spans.items() if first in kept}
        self._span_of = {n: first for n, first in self._span_of.items() if first in kept}

    @property
    def held(self) -> int:
        """Embeddings that are kept."""
        return len(self._span_of)

    def append(self, tokens: Sequence[int], position: int) -> int:
        """As Engine.append, negative numbers being embeddings from `hold`."""
        start = position
        for span in self._split(tokens):
            rows = self._spans.get(span[0]) if span[0] < 0 else None
            position += super().append(span, position) if rows is None else self._append_rows(rows, position)
        return position - start

    def _split(self, tokens: Sequence[int]) -> Iterator[list[int]]:
        """Spans of plain tokens, and of embeddings that belong together."""
        for _, span in groupby(tokens, key=lambda token: self._span_of[token] if token < 0 else 0):
            yield list(span)

    def _append_rows(self, rows: Rows, position: int) -> int:
        count = len(rows.values)
        size = self.batch_size
        if not rows.causal and count > size:
            raise DecodeError(f"{count} rows that attend to each other do not fit a batch of {size}")
        if not rows.causal:
            lib.llama_set_causal_attn(self._ctx, False)
        try:
            for start in range(0, count, size):
                self._decode_rows(rows, start, min(start + size, count), position)
        finally:
            if not rows.causal:
                lib.llama_set_causal_attn(self._ctx, True)
        return rows.positions

    def _decode_rows(self, rows: Rows, start: int, end: int, position: int) -> None:
        values = np.ascontiguousarray(rows.values[start:end])
        n = end - start
        if rows.offsets is None:
            self._rows_pos[:n] = np.arange(position + start, position + end)
        else:
            self._rows_pos[: 4 * n] = (rows.offsets[:, start:end] + position).ravel()
        batch = lib.llama_batch()
        batch.n_tokens = n
        batch.embd = _pointer(values, ctypes.c_float)
        batch.pos = _pointer(self._rows_pos, lib.llama_pos)
        batch.n_seq_id, batch.seq_id = self._batch.n_seq_id, self._batch.seq_id
        batch.logits = _pointer(self._rows_wanted, ctypes.c_int8)
        code = lib.llama_decode(self._ctx, batch)
        if code != 0:
            raise DecodeError(f"llama_decode returned {code} for {n} embeddings at {position}")


def _pointer(array: Any, kind: Any) -> Any:
    return array.ctypes.data_as(ctypes.POINTER(kind))
