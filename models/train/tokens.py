"""Tokens exactly as at inference: llama.cpp's own tokenizer on the GGUF's vocabulary, no weights loaded."""

from __future__ import annotations

import ctypes
from functools import lru_cache
from pathlib import Path

import llama_cpp

from duplex_cli.errors import UserError


class Tokenizer:
    """Text <-> token ids of one GGUF file. Special tokens in the text are never parsed."""

    def __init__(self, path: Path) -> None:
        """Raises UserError if llama.cpp cannot read the file."""
        llama_cpp.llama_log_set(_quiet, ctypes.c_void_p(0))
        params = llama_cpp.llama_model_default_params()
        params.vocab_only = True
        self._model = llama_cpp.llama_model_load_from_file(str(path).encode(), params)
        if not self._model:
            raise UserError(f"llama.cpp cannot read {path}; fetch or build it again")
        vocab = llama_cpp.llama_model_get_vocab(self._model)
        if not vocab:
            raise UserError(f"{path} has no vocabulary; fetch or build it again")
        self._vocab = vocab
        self.size: int = llama_cpp.llama_vocab_n_tokens(self._vocab)
        self.bos = int(llama_cpp.llama_vocab_bos(self._vocab))
        self.begin = [self.bos] if llama_cpp.llama_vocab_get_add_bos(self._vocab) else []
        """What stands before the header, as in a session: nothing where the vocabulary asks for no mark."""
        self.tokenize = lru_cache(maxsize=200_000)(self._tokenize)

    def _tokenize(self, text: str) -> tuple[int, ...]:
        data = text.encode()
        room = (llama_cpp.llama_token * (len(data) + 8))()
        count = llama_cpp.llama_tokenize(self._vocab, data, len(data), room, len(room), False, False)
        return tuple(room[:count])

    def text(self, tokens: list[int]) -> str:
        """The text of `tokens`; bytes that are no UTF-8 become U+FFFD."""
        out = b""
        piece = ctypes.create_string_buffer(256)
        for token in tokens:
            length = llama_cpp.llama_token_to_piece(self._vocab, token, piece, len(piece), 0, False)
            out += piece.raw[:length]
        return out.decode(errors="replace")


@llama_cpp.llama_log_callback
def _quiet(level: int, text: bytes, user_data: ctypes.c_void_p) -> None:
    pass
