"""Training through the rounding of the layers, so that what runs (Q4_0) is what was trained.

The adapter is merged into the base and the sum is rounded to four bits on the user's machine. Trained without
knowing that, it lost 3 points of acts (models/README.md). Here the frozen weight of each layer is replaced,
every few steps, by Q4_0(W + s B A) - s B A: the forward pass then sees the rounded sum, and the gradient
reaches the adapter as if there were no rounding (a straight-through estimate as in Bengio et al. 2013,
arXiv 1308.3432, with the rounding error held still between refreshes).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from models.train.lora import LoraLinear

BLOCK = 32
"""Weights that share one scale in Q4_0 (ggml-quants.c, quantize_row_q4_0_ref)."""


def round_q4_0(weight: Tensor) -> Tensor:
    """float32[out, in] rounded as llama.cpp's Q4_0 does: a block's value largest in size becomes -8."""
    blocks = weight.reshape(-1, BLOCK)
    largest = blocks.gather(1, blocks.abs().argmax(dim=1, keepdim=True))
    scale = largest / -8.0
    steps = torch.where(scale == 0, 0.0, blocks / scale).add_(8.5).floor_().clamp_(0, 15).sub_(8)
    return (steps * scale.half().float()).view_as(weight)


def refresh(model: nn.Module) -> None:
    """Round every adapted layer of `model` as it stands now."""
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, LoraLinear):
                change = module.b @ module.a * module.scale
                module.weight.copy_(round_q4_0(module.base.float() + change) - change)
