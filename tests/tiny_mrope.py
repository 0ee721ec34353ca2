"""A real, tiny Qwen2-VL in GGUF form with random weights: the M-RoPE side of positions, in a second."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
from tiny_gemma import vocabulary

WIDTH, HEADS, FORWARD, LAYERS = 64, 2, 96, 2
SECTIONS = (4, 6, 6, 0)
"""Rotary pairs of time, rows, columns and the unused section: half a head of 32."""


def write_mrope(path: Path, seed: int = 0) -> None:
    """Write the model to `path`."""
    random = np.random.default_rng(seed)
    pieces, scores, types = vocabulary()
    writer = gguf.GGUFWriter(path, "qwen2vl")
    writer.add_name("tiny-mrope")
    writer.add_context_length(1024)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1_000_000.0)
    writer.add_rope_dimension_sections(list(SECTIONS))
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(pieces)
    writer.add_token_scores(scores)
    writer.add_token_types(types)
    writer.add_bos_token_id(2)
    writer.add_eos_token_id(1)
    writer.add_unk_token_id(3)
    writer.add_add_space_prefix(False)

    def matrix(name: str, rows: int, columns: int) -> None:
        weights = random.standard_normal((rows, columns)) / np.sqrt(columns)
        writer.add_tensor(name, weights.astype(np.float32))

    matrix("token_embd.weight", len(pieces), WIDTH)
    writer.add_tensor("output_norm.weight", np.ones(WIDTH, np.float32))
    for layer in range(LAYERS):
        at = f"blk.{layer}"
        for norm in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"{at}.{norm}.weight", np.ones(WIDTH, np.float32))
        for part in ("attn_q", "attn_k", "attn_v"):
            matrix(f"{at}.{part}.weight", WIDTH, WIDTH)
            writer.add_tensor(f"{at}.{part}.bias", np.zeros(WIDTH, np.float32))
        matrix(f"{at}.attn_output.weight", WIDTH, WIDTH)
        matrix(f"{at}.ffn_gate.weight", FORWARD, WIDTH)
        matrix(f"{at}.ffn_up.weight", FORWARD, WIDTH)
        matrix(f"{at}.ffn_down.weight", WIDTH, FORWARD)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
