"""A Llama-shaped model (SmolLM2) in plain torch with LoRA, loaded straight from a GGUF; see gemma.py.

Rotary positions turn neighbouring pairs: the conversion to GGUF permutes q and k for that (llama.cpp's "norm"
rope).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from models.train.backbone import Backbone, rope_table
from models.train.block import Block
from models.train.precision import FROZEN


class LlamaBlock(Block):
    """One layer: attention and feed-forward, a norm before each."""

    NORMS = ("attn", "ffn")

    def forward(self, x: Tensor, rope: tuple[Tensor, Tensor]) -> Tensor:
        q, k, v = self.project(self.norm(x, "attn").to(FROZEN))
        x = x + self.attend(rotate(q, rope), rotate(k, rope), v).float()
        h = self.norm(x, "ffn").to(FROZEN)
        return x + self.ffn_down(F.silu(self.ffn_gate(h)) * self.ffn_up(h)).float()


class Llama(Backbone):
    """Token ids int64[batch, length] -> hidden states float32[batch, length, width]; tied head."""

    BLOCK = LlamaBlock

    def forward(self, ids: Tensor) -> Tensor:
        x = F.embedding(ids, self.embedding).float()
        rope = rope_table(ids.shape[1], self.shape.head_width, self.shape.rope_base, ids.device)
        for block in self.blocks:
            x = block(x, rope)
        return F.rms_norm(x, (x.shape[-1],), self.output_norm, self.shape.epsilon)


def rotate(x: Tensor, rope: tuple[Tensor, Tensor]) -> Tensor:
    """Rotary position embedding, neighbours turned against each other; FROZEN out."""
    cos, sin = rope
    even, odd = x[..., 0::2].float(), x[..., 1::2].float()
    return torch.stack((even * cos - odd * sin, odd * cos + even * sin), dim=-1).flatten(-2).to(FROZEN)
