"""What a layer of every torch model here has: frozen weights with adapters, norms, attention."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import gguf
import torch.nn.functional as F
from torch import Tensor, nn

from models.train.lora import LoraLinear
from models.train.precision import FROZEN

LINEAR = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
"""The layers that get an adapter, by their names in a GGUF."""


@dataclass(frozen=True)
class Shape:
    """The sizes that a GGUF tells of its model."""

    layers: int
    width: int
    heads: int
    kv_heads: int
    head_width: int
    window: int
    """Positions that a layer with sliding attention looks back; 0 where there is none."""
    rope_base: float
    epsilon: float

    @classmethod
    def read(cls, reader: gguf.GGUFReader) -> Shape:
        """Raises KeyError naming the field that is missing."""
        architecture = reader.fields["general.architecture"].contents()

        def field(name: str, default: float | None = None) -> float:
            key = f"{architecture}.{name}"
            if default is not None and key not in reader.fields:
                return default
            return reader.fields[key].contents()

        width, heads = int(field("embedding_length")), int(field("attention.head_count"))
        return cls(
            layers=int(field("block_count")),
            width=width,
            heads=heads,
            kv_heads=int(field("attention.head_count_kv")),
            head_width=int(field("attention.key_length", width // heads)),
            window=int(field("attention.sliding_window", 0)),
            rope_base=float(field("rope.freq_base")),
            epsilon=float(field("attention.layer_norm_rms_epsilon")),
        )


class Block(nn.Module):
    """One layer's weights: frozen (FROZEN), with an adapter each, norms in float32."""

    NORMS: ClassVar[tuple[str, ...]]
    """The norms' names in a GGUF, without "_norm"."""

    attn_q: LoraLinear
    attn_k: LoraLinear
    attn_v: LoraLinear
    attn_output: LoraLinear
    ffn_gate: LoraLinear
    ffn_up: LoraLinear
    ffn_down: LoraLinear

    def __init__(self, index: int, shape: Shape, tensors: dict[str, Tensor], rank: int, alpha: float) -> None:
        super().__init__()
        self.shape = shape
        for name in LINEAR:
            weight = tensors[f"blk.{index}.{name}.weight"].to(FROZEN)
            self.add_module(name, LoraLinear(weight, rank, alpha))
        for name in self.NORMS:
            self.register_buffer(f"{name}_norm", tensors[f"blk.{index}.{name}_norm.weight"], persistent=False)

    def norm(self, x: Tensor, name: str) -> Tensor:
        """float32, of the shape of `x`."""
        weight: Tensor = getattr(self, f"{name}_norm")
        return F.rms_norm(x.float(), (x.shape[-1],), weight, self.shape.epsilon)

    def project(self, h: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys, values, [batch, length, heads, head width], of FROZEN[batch, length, width]."""
        heads = (*h.shape[:2], -1, self.shape.head_width)
        return self.attn_q(h).view(heads), self.attn_k(h).view(heads), self.attn_v(h).view(heads)

    def attend(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
        """FROZEN[batch, length, width] from what `project` gave; without a `mask` all before is seen."""
        s = self.shape
        q, k, v = (t.transpose(1, 2) for t in (q, k, v))
        k, v = (
            t.expand(-1, s.heads, -1, -1)  # shares its memory, which repeating does not
            if s.kv_heads == 1
            else t.repeat_interleave(s.heads // s.kv_heads, 1)
            for t in (k, v)
        )
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=mask is None)
        return self.attn_output(mixed.transpose(1, 2).flatten(2))
