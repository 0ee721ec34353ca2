"""Gemma 3 (text) in plain torch with LoRA on every linear layer, loaded straight from a GGUF.

A small own model in place of transformers and peft: frozen weights in the format of precision.py, adapters
and residual stream in float32, logits only where asked for.
Architecture: the Gemma 3 report (arXiv 2503.19786, section 2); constants as in llama.cpp's gemma3 graph.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from models.train.backbone import Backbone, rope_table
from models.train.block import Block
from models.train.precision import FROZEN

GLOBAL_EVERY = 6
"""Every sixth layer attends to everything, the others within the window (section 2 of the report)."""
LOCAL_ROPE_BASE = 10_000.0


class GemmaBlock(Block):
    """One layer: attention and feed-forward, each between two norms."""

    NORMS = ("attn", "post_attention", "ffn", "post_ffw", "attn_q", "attn_k")

    def forward(self, x: Tensor, rope: tuple[Tensor, Tensor], mask: Tensor | None) -> Tensor:
        q, k, v = self.project(self.norm(x, "attn").to(FROZEN))
        q = rotate(self.norm(q, "attn_q"), rope).to(FROZEN)
        k = rotate(self.norm(k, "attn_k"), rope).to(FROZEN)
        x = x + self.norm(self.attend(q, k, v, mask), "post_attention")
        h = self.norm(x, "ffn").to(FROZEN)
        h = F.gelu(self.ffn_gate(h), approximate="tanh") * self.ffn_up(h)
        return x + self.norm(self.ffn_down(h), "post_ffw")


class Gemma(Backbone):
    """Token ids int64[batch, length] -> hidden states float32[batch, length, width]; `logits` on demand."""

    BLOCK = GemmaBlock

    def forward(self, ids: Tensor) -> Tensor:
        length = ids.shape[1]
        x = F.embedding(ids, self.embedding).float() * math.sqrt(self.shape.width)
        far = rope_table(length, self.shape.head_width, self.shape.rope_base, ids.device)
        near = rope_table(length, self.shape.head_width, LOCAL_ROPE_BASE, ids.device)
        window = None
        if length > self.shape.window:
            at = torch.arange(length, device=ids.device)
            back = at[:, None] - at[None, :]
            window = (back >= 0) & (back < self.shape.window)
        for index, block in enumerate(self.blocks):
            wide = (index + 1) % GLOBAL_EVERY == 0
            x = block(x, far if wide else near, None if wide else window)
        return F.rms_norm(x, (x.shape[-1],), self.output_norm, self.shape.epsilon)


def rotate(x: Tensor, rope: tuple[Tensor, Tensor]) -> Tensor:
    """Rotary position embedding, the two halves of the head turned against each other."""
    cos, sin = rope
    first, second = x.chunk(2, dim=-1)
    return torch.cat((first * cos - second * sin, second * cos + first * sin), dim=-1)
