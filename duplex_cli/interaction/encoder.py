"""Sound and pictures to embeddings, by llama.cpp's mtmd: the middle one of tokenize, encode, decode.

One `Encoder` belongs to one loaded model. Its calls may run in another thread than the model's decoding
(mtmd has a compute context of its own), but not in two threads at once.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from llama_cpp import mtmd_cpp
from numpy.typing import NDArray

from duplex_cli.errors import UserError
from duplex_cli.interaction import engine
from duplex_cli.interaction.media import Medium, Picture, Sound, check
from duplex_cli.interaction.projector import check_pair, grid, read_projector
from duplex_cli.stream import SAMPLE_RATE

mtmd: Any = mtmd_cpp
lib: Any = engine.lib

_TEXT, _IMAGE = 0, 1  # mtmd_input_chunk_type


@dataclass(frozen=True, slots=True)
class Rows:
    """Embeddings that are decoded as one span."""

    values: NDArray[np.float32]
    """float32[n, width]."""
    causal: bool
    """False: every row attends to every other, so that all must be decoded in one micro-batch."""
    positions: int
    """How many positions they take: n, or less for a picture under M-RoPE, where a grid shares them."""
    offsets: NDArray[np.int32] | None = None
    """int32[4, n] for M-RoPE, to be added to the position at which they begin."""


Piece: TypeAlias = list[int] | Rows
"""A part of an encoded medium: special tokens of the vocabulary that frame it, or its embeddings."""


class Encoder:
    """A loaded projector."""

    def __init__(
        self, path: Path, owner: engine.Engine, *, threads: int, most_tokens: int, use_gpu: bool = False
    ) -> None:
        """`most_tokens` bounds what one medium may become; it must fit the engine's micro-batch.

        Raises UserError if the projector cannot be used with the model.
        """
        self.projector = read_projector(path)
        check_pair(self.projector, owner.name, owner.width)
        if most_tokens < 1 or most_tokens > owner.batch_size:
            raise UserError(
                f"pictures of up to {most_tokens} tokens do not fit a batch of {owner.batch_size}; "
                "set model.picture_tokens between 1 and that"
            )
        self._vocab, self.width, self._mrope = owner.vocabulary, owner.width, owner.mrope
        self._most, self._batch, self._room = most_tokens, owner.batch_size, owner.room
        _silence()
        params = mtmd.mtmd_context_params_default()
        params.use_gpu = use_gpu
        params.print_timings = params.warmup = False
        params.n_threads = threads
        params.flash_attn_type = 1 if use_gpu else 0
        params.image_min_tokens, params.image_max_tokens = 1, most_tokens
        engine.forget_complaints()
        self._ctx = mtmd.mtmd_init_from_file(str(path).encode(), owner.handle, params)
        if not self._ctx:
            raise UserError(
                engine.refusal(
                    f"llama.cpp refuses the projector {path.name} for {owner.name}",
                    "name the one that belongs to it",
                )
            )
        rate = int(mtmd.mtmd_get_audio_sample_rate(self._ctx))
        if self.projector.hears and rate != SAMPLE_RATE:
            raise UserError(
                f"{path.name} hears at {rate} Hz, duplex at {SAMPLE_RATE}; name another projector"
            )
        self._marker: bytes = mtmd.mtmd_get_marker(self._ctx)

    def encode(self, medium: Medium) -> list[Piece]:
        """What stands in the context for `medium`. Raises UserError for one that this model cannot take."""
        medium = check(medium)
        self._check_fits(medium)
        chunks = mtmd.mtmd_input_chunks_init()
        bitmap = _bitmap(medium)
        try:
            self._tokenize(chunks, bitmap)
            count = int(mtmd.mtmd_input_chunks_size(chunks))
            taken = [mtmd.mtmd_input_chunks_get(chunks, n) for n in range(count)]
            tokens = sum(int(mtmd.mtmd_input_chunk_get_n_tokens(chunk)) for chunk in taken)
            if tokens > self._room // 2:
                raise UserError(f"the medium takes {tokens} of {self._room} places; give a smaller one")
            return [piece for chunk in taken if (piece := self._piece(chunk))]
        finally:
            mtmd.mtmd_bitmap_free(bitmap)
            mtmd.mtmd_input_chunks_free(chunks)

    def close(self) -> None:
        """Free the projector. The encoder cannot be used afterwards."""
        mtmd.mtmd_free(self._ctx)

    def _check_fits(self, medium: Medium) -> None:
        name = self.projector.path.name
        if isinstance(medium, Sound):
            if not self.projector.hears:
                raise UserError(
                    f"{name} does not hear; name a projector for sound, or set model.native to off"
                )
            return
        if not self.projector.sees:
            raise UserError(f"{name} does not see; name a projector for pictures, or set model.native to off")
        height, width = medium.pixels.shape[:2]
        columns, rows = grid(self.projector, width, height, 1, self._most)
        if columns * rows > self._most or max(columns, rows) > (self.projector.most_side or self._most):
            raise UserError(
                f"a picture of {width}x{height} becomes {columns}x{rows} tokens, more than {name} has places "
                f"for; cut it, or raise model.picture_tokens"
            )

    def _tokenize(self, chunks: Any, bitmap: Any) -> None:
        text = mtmd.mtmd_input_text()
        text.text, text.text_len = self._marker, len(self._marker)
        text.add_special, text.parse_special = False, True
        engine.forget_complaints()
        code = mtmd.mtmd_tokenize(
            self._ctx, chunks, ctypes.byref(text), (mtmd.mtmd_bitmap_p_ctypes * 1)(bitmap), 1
        )
        if code != 0:
            raise UserError(engine.refusal("llama.cpp cannot take this sound or picture", "give another one"))

    def _piece(self, chunk: Any) -> Piece:
        kind = mtmd.mtmd_input_chunk_get_type(chunk)
        count = int(mtmd.mtmd_input_chunk_get_n_tokens(chunk))
        if kind == _TEXT:
            size = ctypes.c_size_t()
            tokens = mtmd.mtmd_input_chunk_get_tokens_text(chunk, ctypes.byref(size))
            # A vocabulary without the family's marks spells them out: words that this model never learned.
            return self._vocab.only_control(list(tokens[: size.value]))
        causal = not mtmd.mtmd_decode_use_non_causal(self._ctx, chunk)
        if not causal and count > self._batch:
            raise UserError(
                f"a picture of {count} tokens does not fit a batch of {self._batch}; scale it down"
            )
        if mtmd.mtmd_encode_chunk(self._ctx, chunk) != 0:
            raise UserError(
                engine.refusal("llama.cpp cannot encode this sound or picture", "give another one")
            )
        pointer = mtmd.mtmd_get_output_embd(self._ctx)
        values = np.ctypeslib.as_array(pointer, (count, self.width)).copy()
        if not np.isfinite(values).all():
            raise UserError(f"{self.projector.path.name} makes no numbers of this medium; fetch it again")
        positions = int(mtmd.mtmd_input_chunk_get_n_pos(chunk))
        return Rows(values, causal, positions, self._offsets(chunk, kind, count) if self._mrope else None)

    def _offsets(self, chunk: Any, kind: int, count: int) -> NDArray[np.int32]:
        """Positions of M-RoPE relative to the first: time, row, column, one more (mtmd-helper-common.h)."""
        if kind != _IMAGE:
            return np.tile(np.arange(count, dtype=np.int32), (4, 1))
        tokens = mtmd.mtmd_input_chunk_get_tokens_image(chunk)
        places = [mtmd.mtmd_image_tokens_get_decoder_pos(tokens, 0, n) for n in range(count)]
        return np.array([[p.t, p.y, p.x, p.z] for p in places], dtype=np.int32).T.copy()


def _bitmap(medium: Medium) -> Any:
    """mtmd's copy of the medium."""
    if isinstance(medium, Picture):
        height, width = medium.pixels.shape[:2]
        return mtmd.mtmd_bitmap_init(
            width, height, medium.pixels.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
        )
    samples = medium.samples
    return mtmd.mtmd_bitmap_init_from_audio(
        len(samples), samples.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
    )


def _silence() -> None:
    """The other two of llama.cpp's three loggers; `engine` has set the first."""
    mtmd.mtmd_log_set(engine.log_callback, ctypes.c_void_p(0))
    mtmd.mtmd_helper_log_set(engine.log_callback, ctypes.c_void_p(0))
