"""llama.cpp at its low level: load a model, append tokens, read logits, drop a span of the past.

One `Engine` owns one model and one context with one sequence. It is not thread-safe (llama.cpp
contexts are not); the session keeps it in a process of its own, because a native abort cannot be caught.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import llama_cpp
import numpy as np
from numpy.typing import NDArray

from duplex_cli.errors import UserError

# The bindings' stubs tell every handle as optional, also after it has been checked.
lib: Any = llama_cpp

_ERROR_LEVEL = 4  # GGML_LOG_LEVEL_ERROR
_complaints: list[str] = []


@lib.llama_log_callback
def log_callback(level: int, text: bytes, _user: Any) -> None:
    """Where all of llama.cpp's loggers write."""
    # llama.cpp prints to stderr by default, which would break the terminal view; its errors are kept
    # for the sentence that the user is shown when a model is refused.
    if level == _ERROR_LEVEL and len(_complaints) < 50:
        _complaints.append(text.decode("utf-8", "replace").strip())


_backend_ready = False


def _start_backend() -> None:
    global _backend_ready
    if not _backend_ready:
        lib.llama_log_set(log_callback, ctypes.c_void_p(0))
        lib.llama_backend_init()
        _backend_ready = True


def supports_gpu_offload() -> bool:
    """Whether this build of llama.cpp can put layers on a GPU."""
    _start_backend()
    return bool(lib.llama_supports_gpu_offload())


def library_version() -> str:
    """Version of llama-cpp-python."""
    return str(lib.__version__)


def system_info() -> str:
    """What this build of llama.cpp can use: backends and the CPU's instruction sets, in its own words."""
    _start_backend()
    return lib.llama_print_system_info().decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """How to run a model. The defaults suit a CPU; `duplex doctor` proposes others for a GPU."""

    context: int = 1024
    """KV cells. Under 1,000 tokens keep a step on two cores within a tick (facts.md)."""
    batch: int = 512
    threads: int = 1
    gpu_layers: int = 0
    """-1 is all layers."""
    flash_attention: bool = False
    """Off on a CPU: up to 5x slower there, and replay after a shift is bit-exact only without (facts.md)."""


class DecodeError(RuntimeError):
    """llama.cpp could not append the tokens; the context must be rebuilt."""


_MROPE = frozenset({lib.LLAMA_ROPE_TYPE_MROPE, lib.LLAMA_ROPE_TYPE_IMROPE})

SILENT_WEIGHT_KEY = "duplex.silent_weight"
"""Field of a built GGUF; the adapter brings it."""


def _number(model: Any, key: str, default: float) -> float:
    """A number among the metadata of a loaded GGUF."""
    text = ctypes.create_string_buffer(64)
    found = lib.llama_model_meta_val_str(model, key.encode(), text, len(text))
    return float(text.value) if found > 0 else default


class Vocabulary:
    """Text <-> tokens of a loaded model."""

    def __init__(self, model: Any) -> None:
        self._vocab = lib.llama_model_get_vocab(model)
        self.size = int(lib.llama_vocab_n_tokens(self._vocab))
        self.bos = int(lib.llama_vocab_bos(self._vocab))
        self.adds_bos = bool(lib.llama_vocab_get_add_bos(self._vocab))
        self._pieces: dict[int, bytes] = {}

    def tokenize(self, text: str) -> list[int]:
        """Tokens of `text`, without a begin mark; special words in it are plain text, never control."""
        raw = text.encode("utf-8")
        room = len(raw) + 8
        buffer = (lib.llama_token * room)()
        count = lib.llama_tokenize(self._vocab, raw, len(raw), buffer, room, False, False)
        if count < 0:
            raise DecodeError(f"tokenizing {len(raw)} bytes needs {-count} places")
        return list(buffer[:count])

    def piece(self, token: int) -> bytes:
        """Bytes that a token stands for (perhaps part of a UTF-8 character)."""
        if token not in self._pieces:
            buffer = ctypes.create_string_buffer(256)
            count = lib.llama_token_to_piece(self._vocab, token, buffer, 256, 0, False)
            self._pieces[token] = buffer.raw[: max(0, count)]
        return self._pieces[token]

    def only_control(self, tokens: list[int]) -> list[int]:
        """`tokens` if all of them are control marks of this vocabulary, else none."""
        return tokens if all(lib.llama_vocab_is_control(self._vocab, token) for token in tokens) else []

    def ends_generation(self, token: int) -> bool:
        return bool(lib.llama_vocab_is_eog(self._vocab, token))


def load_vocabulary(path: Path) -> tuple[Vocabulary, float]:
    """The vocabulary of a GGUF and its weight of silence, without its weights. Raises UserError."""
    _start_backend()
    if not path.is_file():
        raise UserError(f"there is no model file {path}; fetch one with: duplex models pull")
    check_gguf(path)
    params = lib.llama_model_default_params()
    params.vocab_only = True
    model = lib.llama_model_load_from_file(str(path).encode(), params)
    if not model:
        raise UserError(refusal(f"llama.cpp refuses the model {path}", "fetch it again or name another"))
    return Vocabulary(model), _number(model, SILENT_WEIGHT_KEY, 1.0)


class Engine:
    """A loaded model with one growing sequence. Positions are counted by the caller."""

    def __init__(
        self, path: Path, settings: EngineSettings | None = None, adapter: Path | None = None
    ) -> None:
        """Raises UserError if llama.cpp refuses the file or the adapter."""
        settings = settings or EngineSettings()
        _start_backend()
        forget_complaints()
        if not path.is_file():
            raise UserError(f"there is no model file {path}; fetch one with: duplex models pull")
        check_gguf(path)
        model_params = lib.llama_model_default_params()
        model_params.n_gpu_layers = 999 if settings.gpu_layers < 0 else settings.gpu_layers
        self._model = lib.llama_model_load_from_file(str(path).encode(), model_params)
        if not self._model:
            raise UserError(refusal(f"llama.cpp refuses the model {path}", "fetch it again or name another"))
        params = lib.llama_context_default_params()
        params.n_ctx = settings.context
        params.n_batch = params.n_ubatch = min(settings.batch, settings.context)
        params.n_seq_max = 1
        params.n_threads = params.n_threads_batch = settings.threads
        params.flash_attn_type = 1 if settings.flash_attention else 0
        params.no_perf = True
        self._ctx = lib.llama_init_from_model(self._model, params)
        if not self._ctx:
            lib.llama_model_free(self._model)
            raise UserError(
                refusal(f"llama.cpp cannot run {path}", "try a smaller --profile-set model.context")
            )
        self._memory = lib.llama_get_memory(self._ctx)
        self.vocabulary = Vocabulary(self._model)
        self.silent_weight = _number(self._model, SILENT_WEIGHT_KEY, 1.0)
        """What a token of silence weighed in this model's training; gate.py makes up for it."""
        self.room = settings.context
        self.name = path.name
        self.width = int(lib.llama_model_n_embd_inp(self._model))
        """Numbers in one embedding."""
        self.mrope = int(lib.llama_model_rope_type(self._model)) in _MROPE
        self._adapter = self._load_adapter(adapter) if adapter else None
        self._open_batch(int(params.n_batch))

    def _load_adapter(self, adapter: Path) -> Any:
        handle = lib.llama_adapter_lora_init(self._model, str(adapter).encode())
        if not handle:
            raise UserError(
                refusal(f"llama.cpp refuses the adapter {adapter}", "use the base it was trained on")
            )
        adapters = (lib.llama_adapter_lora_p_ctypes * 1)(handle)
        scales = (ctypes.c_float * 1)(1.0)
        lib.llama_set_adapters_lora(self._ctx, adapters, 1, scales)
        return handle

    def _open_batch(self, size: int) -> None:
        # The batch's C arrays are filled through numpy views: no Python loop per token.
        self._batch = lib.llama_batch_init(size, 0, 1)
        self.batch_size = size
        """Most tokens of one decode; a micro-batch is as large."""
        self._token = np.ctypeslib.as_array(self._batch.token, (size,))
        self._pos = np.ctypeslib.as_array(self._batch.pos, (size,))
        self._wants_logits = np.ctypeslib.as_array(self._batch.logits, (size,))
        np.ctypeslib.as_array(self._batch.n_seq_id, (size,))[:] = 1
        for i in range(size):
            self._batch.seq_id[i][0] = 0

    def append(self, tokens: Sequence[int], position: int) -> int:
        """Decode `tokens` at `position` onwards; the logits of the last one can be read after.

        Returns how many positions they took.

        Raises DecodeError if llama.cpp does not take them (no room, a gap, aborted).
        """
        last = len(tokens) - 1
        for start in range(0, len(tokens), self.batch_size):
            part = tokens[start : start + self.batch_size]
            self._decode(part, position + start, [last - start] if start + len(part) > last else [])
        return len(tokens)

    def append_reading(
        self, tokens: Sequence[int], position: int, wanted: Sequence[int]
    ) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """As `append`, and yields (n, logits after tokens[n]) for each index n in `wanted`, ascending.

        The logits, float32[vocabulary.size], are valid until the next pair is asked for. All tokens are
        appended only once the iterator is exhausted. Raises DecodeError.
        """
        for start in range(0, len(tokens), self.batch_size):
            part = tokens[start : start + self.batch_size]
            here = [n - start for n in wanted if start <= n < start + len(part)]
            self._decode(part, position + start, here)
            for n in here:
                pointer = lib.llama_get_logits_ith(self._ctx, n)
                yield start + n, np.ctypeslib.as_array(pointer, (self.vocabulary.size,))

    def _decode(self, part: Sequence[int], position: int, wanted: Sequence[int]) -> None:
        """One batch; logits are kept for the indices in `wanted`."""
        n = len(part)
        self._token[:n] = part
        self._pos[:n] = np.arange(position, position + n)
        self._wants_logits[:n] = 0
        self._wants_logits[list(wanted)] = 1
        self._batch.n_tokens = n
        code = lib.llama_decode(self._ctx, self._batch)
        if code != 0:
            raise DecodeError(f"llama_decode returned {code} for {n} tokens at {position}")

    def logits(self) -> NDArray[np.float32]:
        """Logits after the last appended token: float32[vocabulary.size], valid until the next append."""
        return np.ctypeslib.as_array(lib.llama_get_logits_ith(self._ctx, -1), (self.vocabulary.size,))

    @property
    def handle(self) -> Any:
        """llama.cpp's model, for the projector that is loaded beside it."""
        return self._model

    def drop(self, start: int, end: int) -> bool:
        """Forget positions [start, end) and close the gap. False if this model's memory refuses."""
        if not lib.llama_memory_can_shift(self._memory):
            return False
        if not lib.llama_memory_seq_rm(self._memory, 0, start, end):
            return False
        lib.llama_memory_seq_add(self._memory, 0, end, -1, -(end - start))
        return True

    def truncate(self, position: int) -> bool:
        """Forget all from `position` on. False if this model's memory refuses."""
        return bool(lib.llama_memory_seq_rm(self._memory, 0, position, -1))

    def clear(self) -> None:
        """Forget everything."""
        lib.llama_memory_clear(self._memory, True)

    def close(self) -> None:
        """Free the native memory. The engine cannot be used afterwards."""
        lib.llama_batch_free(self._batch)
        lib.llama_free(self._ctx)
        lib.llama_model_free(self._model)


def check_gguf(path: Path) -> None:
    """Raise UserError if the file cannot be a GGUF: llama.cpp may abort the process on some of these."""
    with path.open("rb") as file:
        magic = file.read(4)
    if magic != b"GGUF":
        raise UserError(f"{path} is not a GGUF model file; fetch it again with: duplex models pull")


def forget_complaints() -> None:
    """Before something is tried that llama.cpp may refuse: what it said before is not the reason."""
    _complaints.clear()


def refusal(what: str, mend: str) -> str:
    """The sentence for the user: what was refused, llama.cpp's last error, and the mend."""
    reason = next((c for c in reversed(_complaints) if c), "")
    reason = " ".join(reason.split())[:160]
    return f"{what}{f' ({reason})' if reason else ''}; {mend}"
