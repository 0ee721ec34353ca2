"""From a base GGUF and our adapter to the model that runs: merged, vocabulary trimmed, quantized.

Needs numpy, gguf and llama.cpp only, so that it runs on the user's machine after the base is fetched.

- Merge: W + (alpha / rank) B A, as in LoRA (Hu et al. 2021, section 4.1). A live adapter would make
  llama.cpp leave its repacked CPU kernels for every adapted layer.
- Trim: rows of the embedding (which is also the output head) whose pieces are not kept are dropped. The head
  over 262,144 words is 60 % of a step of gemma-3-270m. Text of any language still tokenizes, by smaller
  pieces down to bytes.
- Quantize: by llama.cpp itself, see `BODY_TYPE`.
"""

from __future__ import annotations

import ctypes
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gguf
import llama_cpp
import numpy as np
import numpy.typing as npt

from duplex_cli.errors import UserError
from duplex_cli.interaction.engine import SILENT_WEIGHT_KEY

Progress = Callable[[str, float], None]
"""Told the stage in words and the fraction done, 0 to 1."""

BODY_TYPE = "Q4_0"
"""Of the layers. Held out, Q4_0 loses 3 points of acts and 5 of exact content (models/README.md)."""
EMBEDDING_TYPE = "Q8_0"
"""Of the embedding and head; the base's own is Q8_0, so it loses nothing."""

_FTYPES = {
    "Q4_0": llama_cpp.LLAMA_FTYPE_MOSTLY_Q4_0,
    "Q5_0": llama_cpp.LLAMA_FTYPE_MOSTLY_Q5_0,
    "Q8_0": llama_cpp.LLAMA_FTYPE_MOSTLY_Q8_0,
    "F16": llama_cpp.LLAMA_FTYPE_MOSTLY_F16,
}
_PER_TOKEN_FIELDS = frozenset({"tokenizer.ggml.tokens", "tokenizer.ggml.scores", "tokenizer.ggml.token_type"})
_EMBEDDING = "token_embd.weight"
_HEAD = "output.weight"
_VOCABULARY_TENSORS = frozenset({_EMBEDDING, _HEAD})


def write_keep(kept: npt.NDArray[np.int64], vocabulary_size: int, path: Path) -> None:
    """Store which pieces are kept (their ids, ascending) as a compressed bitmap of the vocabulary."""
    bits = np.zeros(vocabulary_size, dtype=np.uint8)
    bits[kept] = 1
    path.write_bytes(zlib.compress(np.packbits(bits).tobytes(), 9))


def read_keep(path: Path, vocabulary_size: int) -> npt.NDArray[np.int64]:
    """Ids of the kept pieces, ascending, int64[n]. Raises UserError if the file does not fit the base."""
    try:
        bits = np.unpackbits(np.frombuffer(zlib.decompress(path.read_bytes()), dtype=np.uint8))
    except (OSError, zlib.error) as error:
        raise UserError(f"cannot read the vocabulary list {path} ({error}); reinstall duplex-cli") from error
    if not vocabulary_size <= len(bits) < vocabulary_size + 8:
        raise UserError(
            f"{path.name} lists {len(bits)} pieces, the base has {vocabulary_size}; use its own base"
        )
    return np.flatnonzero(bits[:vocabulary_size])


def open_gguf(path: Path) -> gguf.GGUFReader:
    """A reader on `path`, or UserError if it is absent or no GGUF."""
    try:
        return gguf.GGUFReader(path)
    except (OSError, ValueError, IndexError) as error:
        raise UserError(f"{path} is not a readable GGUF ({error}); fetch it again") from error


def adapter_deltas(path: Path) -> dict[str, tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]]:
    """Base tensor name -> (A, B): float32[rank, in] and float32[out, rank], the scale already in B.

    Raises UserError if the file is no LoRA adapter.
    """
    reader = open_gguf(path)
    alpha_field = reader.get_field("adapter.lora.alpha")
    if alpha_field is None:
        raise UserError(
            f"{path} is not a LoRA adapter (no adapter.lora.alpha); give one made by models/train"
        )
    alpha = float(alpha_field.contents())
    parts = {tensor.name: np.asarray(tensor.data, dtype=np.float32) for tensor in reader.tensors}
    deltas: dict[str, tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]] = {}
    for name, a in parts.items():
        if name.endswith(".lora_a"):
            target = name.removesuffix(".lora_a")
            deltas[target] = (a, parts[f"{target}.lora_b"] * np.float32(alpha / a.shape[0]))
    return deltas


def _silent_weight(adapter: Path | None) -> float | None:
    """What silence weighed in the adapter's training, if the adapter tells."""
    field = open_gguf(adapter).get_field(SILENT_WEIGHT_KEY) if adapter is not None else None
    return float(field.contents()) if field is not None else None


def build_model(
    base_gguf: Path,
    adapter: Path | None,
    keep: Path | None,
    out: Path,
    progress: Progress,
    *,
    body_type: str = BODY_TYPE,
    embedding_type: str = EMBEDDING_TYPE,
) -> None:
    """Write the merged, trimmed and quantized model to `out` (atomically: it appears whole or not at all).

    Raises UserError if an input is missing, unreadable, or does not fit the base.
    """
    reader = open_gguf(base_gguf)
    size = len(reader.fields["tokenizer.ggml.tokens"].data)
    kept = read_keep(keep, size) if keep is not None else np.arange(size)
    deltas = adapter_deltas(adapter) if adapter is not None else {}
    unknown = set(deltas) - {tensor.name for tensor in reader.tensors}
    if unknown:
        raise UserError(
            f"{adapter} adapts {sorted(unknown)[0]}, which {base_gguf.name} lacks; use its own base"
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".build-", dir=out.parent) as room:
        half = Path(room) / "half.gguf"
        finished = Path(room) / "finished.gguf"
        _write_merged(reader, kept, deltas, _silent_weight(adapter), half, progress)
        progress("quantizing", 0.7)
        _quantize(half, finished, body_type, embedding_type)
        finished.replace(out)
    progress("built", 1.0)


def _write_merged(
    reader: gguf.GGUFReader,
    kept: npt.NDArray[np.int64],
    deltas: dict[str, tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]],
    silent_weight: float | None,
    path: Path,
    progress: Progress,
) -> None:
    writer = gguf.GGUFWriter(path, reader.fields["general.architecture"].contents())
    _copy_fields(reader, kept, writer)
    if silent_weight is not None:
        writer.add_float32(SILENT_WEIGHT_KEY, silent_weight)
    for done, tensor in enumerate(reader.tensors):
        progress("merging", 0.6 * done / len(reader.tensors))
        data = tensor.data[kept] if tensor.name in _VOCABULARY_TENSORS else tensor.data
        weights = gguf.dequantize(data, tensor.tensor_type).astype(np.float32)
        if tensor.name in deltas:
            a, b = deltas[tensor.name]
            weights = weights + b @ a
        # Vectors (norms) stay exact; matrices lose nothing that the quantization would not take anyway.
        writer.add_tensor(tensor.name, weights if weights.ndim == 1 else weights.astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _copy_fields(reader: gguf.GGUFReader, kept: npt.NDArray[np.int64], writer: gguf.GGUFWriter) -> None:
    new_id = {int(old): new for new, old in enumerate(kept)}
    for key, field in reader.fields.items():
        if key.startswith("GGUF.") or key in ("general.architecture", "general.file_type"):
            continue
        value: Any = field.contents()
        if key in _PER_TOKEN_FIELDS:
            value = [value[i] for i in kept]
        elif key.endswith(("_token_id", ".vocab_size")):
            value = len(kept) if key.endswith(".vocab_size") else new_id.get(int(value))
            if value is None:
                continue
        if field.types[0] == gguf.GGUFValueType.ARRAY:
            writer.add_array(key, value)
        else:
            writer.add_key_value(key, value, field.types[0])


def _quantize(source: Path, target: Path, body_type: str, embedding_type: str) -> None:
    params = llama_cpp.llama_model_quantize_default_params()
    params.nthread = 0  # all of them: it is a one-off of a few seconds
    params.ftype = _FTYPES[body_type]
    params.token_embedding_type = int(gguf.GGMLQuantizationType[embedding_type])
    params.output_tensor_type = int(gguf.GGMLQuantizationType[embedding_type])
    llama_cpp.llama_log_set(_quiet, ctypes.c_void_p(0))  # it would print two lines for each tensor
    failed = llama_cpp.llama_model_quantize(str(source).encode(), str(target).encode(), ctypes.byref(params))  # pyright: ignore[reportArgumentType] - the stub knows no byref
    if failed:
        raise UserError(
            "llama.cpp could not quantize the merged model; check the free disk space and try again"
        )


@llama_cpp.llama_log_callback
def _quiet(level: int, text: bytes, user_data: ctypes.c_void_p) -> None:
    pass
