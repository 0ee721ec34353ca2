"""A real, tiny Gemma 3 in GGUF form: random weights, a byte-complete vocabulary with a few whole words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import gguf
import numpy as np

WIDTH, HEADS, HEAD_WIDTH, FORWARD, LAYERS, WINDOW = 64, 2, 32, 96, 2, 512
_NORMAL, _UNKNOWN, _CONTROL, _BYTE = 1, 2, 3, 6
WORDS = (
    "hear", "say", "call", "due", "pause", "stop", "▁stop", "▁the", "▁to", "▁every", "▁seconds", "▁stretch",
    "▁me", "▁remind", "see", "played", "yield", "mm", "ask", "▁drink", "▁water", "▁unused", "▁rare",
    "▁weather", "▁Paris",
)  # fmt: skip


def vocabulary() -> tuple[list[str], list[float], list[int]]:
    """Pieces, scores and types: controls, all bytes, printable ASCII, and the pieces that spell WORDS."""
    pieces = ["<pad>", "<eos>", "<bos>", "<unk>"]
    types = [_CONTROL, _CONTROL, _CONTROL, _UNKNOWN]
    pieces += [f"<0x{n:02X}>" for n in range(256)]
    types += [_BYTE] * 256
    plain = [chr(n) for n in range(33, 127)] + ["▁", "…", "\n"]
    for word in WORDS:
        plain += [word[: n + 1] for n in range(1, len(word))]
    plain = list(dict.fromkeys(plain))
    pieces += plain
    types += [_NORMAL] * len(plain)
    return pieces, [-float(n) for n in range(len(pieces))], types


def _chain(pieces: Sequence[str], chain: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Embedding float32[pieces, WIDTH] and output norm float32[WIDTH] that make each link follow the last.

    The head is tied, so the likeness of tokens is symmetric: each link pulls harder than the one before it,
    and the norm's signs give the likeness the negative eigenvalues that it needs.
    """
    likeness = np.zeros((len(chain), len(chain)))
    for n in range(len(chain) - 1):
        likeness[n, n + 1] = likeness[n + 1, n] = 10.0 * (n + 1)
    values, vectors = np.linalg.eigh(likeness)
    embedding, norm = np.zeros((len(pieces), WIDTH)), np.ones(WIDTH)
    for row, piece in zip(vectors * np.sqrt(np.abs(values)), chain, strict=True):
        embedding[pieces.index(piece), : len(chain)] = row
    norm[: len(chain)] = np.sign(values)
    return embedding.astype(np.float32), norm.astype(np.float32)


def write_tiny(path: Path, seed: int = 0, chain: Sequence[str] = (), layers: int = LAYERS) -> int:
    """Write the model to `path`; returns the size of its vocabulary.

    Six `layers` are the fewest with one of full attention: without any, llama.cpp aborts on a shift.
    With a `chain` of pieces its layers add nothing and each of these pieces is followed by the next.
    """
    random = np.random.default_rng(seed)
    pieces, scores, types = vocabulary()
    given: dict[str, np.ndarray] = {}
    if chain:
        given["token_embd.weight"], given["output_norm.weight"] = _chain(pieces, chain)
        for layer in range(layers):
            given[f"blk.{layer}.attn_output.weight"] = np.zeros((WIDTH, HEADS * HEAD_WIDTH), np.float32)
            given[f"blk.{layer}.ffn_down.weight"] = np.zeros((WIDTH, FORWARD), np.float32)
    writer = gguf.GGUFWriter(path, "gemma3")
    writer.add_name("tiny")
    writer.add_context_length(1024)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(1)
    writer.add_key_length(HEAD_WIDTH)
    writer.add_value_length(HEAD_WIDTH)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1_000_000.0)
    writer.add_sliding_window(WINDOW)
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(pieces)
    writer.add_token_scores(scores)
    writer.add_token_types(types)
    writer.add_bos_token_id(2)
    writer.add_eos_token_id(1)
    writer.add_unk_token_id(3)
    writer.add_pad_token_id(0)
    writer.add_add_bos_token(True)
    writer.add_add_space_prefix(False)

    def matrix(name: str, rows: int, columns: int) -> None:
        weights = random.standard_normal((rows, columns)) / np.sqrt(columns)
        writer.add_tensor(name, given[name] if name in given else weights.astype(np.float32))

    def ones(name: str, size: int) -> None:
        writer.add_tensor(name, given[name] if name in given else np.ones(size, np.float32))

    matrix("token_embd.weight", len(pieces), WIDTH)
    ones("output_norm.weight", WIDTH)
    for layer in range(layers):
        at = f"blk.{layer}"
        for norm in ("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm"):
            ones(f"{at}.{norm}.weight", WIDTH)
        ones(f"{at}.attn_q_norm.weight", HEAD_WIDTH)
        ones(f"{at}.attn_k_norm.weight", HEAD_WIDTH)
        matrix(f"{at}.attn_q.weight", HEADS * HEAD_WIDTH, WIDTH)
        matrix(f"{at}.attn_k.weight", HEAD_WIDTH, WIDTH)
        matrix(f"{at}.attn_v.weight", HEAD_WIDTH, WIDTH)
        matrix(f"{at}.attn_output.weight", WIDTH, HEADS * HEAD_WIDTH)
        matrix(f"{at}.ffn_gate.weight", FORWARD, WIDTH)
        matrix(f"{at}.ffn_up.weight", FORWARD, WIDTH)
        matrix(f"{at}.ffn_down.weight", WIDTH, FORWARD)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return len(pieces)


def write_adapter(path: Path, alpha: float, rank: int = 4, tensor: str = "blk.1.ffn_up.weight") -> np.ndarray:
    """A LoRA adapter for `tensor`; returns what it adds to the weights, float32[out, in]."""
    random = np.random.default_rng(1)
    a = random.standard_normal((rank, WIDTH)).astype(np.float16)
    b = random.standard_normal((FORWARD, rank)).astype(np.float16)
    writer = gguf.GGUFWriter(path, "gemma3")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", alpha)
    writer.add_tensor(f"{tensor}.lora_a", a)
    writer.add_tensor(f"{tensor}.lora_b", b)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return (alpha / rank) * (b.astype(np.float32) @ a.astype(np.float32))
