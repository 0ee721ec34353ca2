"""A Llama-shaped model (SmolLM2) in plain torch with LoRA, loaded straight from a GGUF; see gemma.py.

Rotary positions turn neighbouring pairs: the conversion to GGUF permutes q and k for that (llama.cpp's "norm"
rope).
"""

from __future__ import annotations

from dataclasses import dataclass

import gguf
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.train.backbone import LINEAR, Backbone, dequantized, rope_table
from models.train.lora import LoraLinear


@dataclass(frozen=True)
class Shape:
    layers: int
    width: int
    heads: int
    kv_heads: int
    rope_base: float
    epsilon: float

    @classmethod
    def read(cls, reader: gguf.GGUFReader) -> Shape:
        def field(name: str) -> float:
            return reader.fields[f"llama.{name}"].contents()

        return cls(
            layers=int(field("block_count")),
            width=int(field("embedding_length")),
            heads=int(field("attention.head_count")),
            kv_heads=int(field("attention.head_count_kv")),
            rope_base=float(field("rope.freq_base")),
            epsilon=float(field("attention.layer_norm_rms_epsilon")),
        )


class Block(nn.Module):
    """One layer: attention and feed-forward, a norm before each."""

    attn_q: LoraLinear
    attn_k: LoraLinear
    attn_v: LoraLinear
    attn_output: LoraLinear
    ffn_gate: LoraLinear
    ffn_up: LoraLinear
    ffn_down: LoraLinear
    attn_norm: Tensor
    ffn_norm: Tensor

    def __init__(self, index: int, shape: Shape, tensors: dict[str, Tensor], rank: int, alpha: float) -> None:
        super().__init__()
        self.shape = shape
        for name in LINEAR:
            weight = tensors[f"blk.{index}.{name}.weight"].to(torch.bfloat16)
            self.add_module(name, LoraLinear(weight, rank, alpha))
        for name in ("attn_norm", "ffn_norm"):
            self.register_buffer(name, tensors[f"blk.{index}.{name}.weight"], persistent=False)

    def forward(self, x: Tensor, rope: tuple[Tensor, Tensor]) -> Tensor:
        s = self.shape
        batch, length, width = x.shape
        head = width // s.heads
        h = F.rms_norm(x, (width,), self.attn_norm, s.epsilon).to(torch.bfloat16)
        q = rotate(self.attn_q(h).view(batch, length, s.heads, head), rope).transpose(1, 2)
        k = rotate(self.attn_k(h).view(batch, length, s.kv_heads, head), rope).transpose(1, 2)
        v = self.attn_v(h).view(batch, length, s.kv_heads, head).transpose(1, 2)
        k, v = (t.repeat_interleave(s.heads // s.kv_heads, 1) for t in (k, v))
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.attn_output(mixed.transpose(1, 2).reshape(batch, length, width)).float()
        h = F.rms_norm(x, (width,), self.ffn_norm, s.epsilon).to(torch.bfloat16)
        return x + self.ffn_down(F.silu(self.ffn_gate(h)) * self.ffn_up(h)).float()


class Llama(Backbone):
    """Token ids int64[batch, length] -> hidden states float32[batch, length, width]; tied head."""

    def __init__(self, reader: gguf.GGUFReader, rank: int, alpha: float) -> None:
        super().__init__()
        self.shape = Shape.read(reader)
        tensors = dequantized(reader)
        self.hold(tensors)
        self.blocks = nn.ModuleList(
            Block(i, self.shape, tensors, rank, alpha) for i in range(self.shape.layers)
        )

    def forward(self, ids: Tensor) -> Tensor:
        x = F.embedding(ids, self.embedding).float()
        head = self.shape.width // self.shape.heads
        rope = rope_table(ids.shape[1], head, self.shape.rope_base, ids.device)
        for block in self.blocks:
            x = block(x, rope)
        return F.rms_norm(x, (x.shape[-1],), self.output_norm, self.shape.epsilon)


def rotate(x: Tensor, rope: tuple[Tensor, Tensor]) -> Tensor:
    """Rotary position embedding, neighbours turned against each other; bfloat16 out."""
    cos, sin = rope
    even, odd = x[..., 0::2].float(), x[..., 1::2].float()
    return (
        torch.stack((even * cos - odd * sin, odd * cos + even * sin), dim=-1).flatten(-2).to(torch.bfloat16)
    )
