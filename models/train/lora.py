"""A frozen linear layer with a low-rank change (Hu et al. 2021, arXiv 2106.09685)."""

from __future__ import annotations

import math
from pathlib import Path

import gguf
import torch
import torch.nn.functional as F
from torch import Tensor, nn


class LoraLinear(nn.Module):
    """y = W x + (alpha / rank) B A x; W frozen, A random, B zero at the start."""

    base: Tensor
    weight: Tensor

    def __init__(self, weight: Tensor, rank: int, alpha: float) -> None:
        super().__init__()
        self.register_buffer("base", weight, persistent=False)
        # What the forward pass uses; `quantized.refresh` writes the rounded weight here.
        self.register_buffer("weight", weight.clone(), persistent=False)
        self.a = nn.Parameter(torch.empty(rank, weight.shape[1]))
        self.b = nn.Parameter(torch.zeros(weight.shape[0], rank))
        nn.init.kaiming_uniform_(self.a, a=math.sqrt(5))
        self.scale = alpha / rank

    def forward(self, x: Tensor) -> Tensor:
        low = F.linear(x, self.a.to(x.dtype) * self.scale)
        return F.linear(x, self.weight) + F.linear(low, self.b.to(x.dtype))


def read_adapter(path: Path) -> dict[str, Tensor]:
    """The weights of an adapter that `export` wrote, by their names in training."""
    found: dict[str, Tensor] = {}
    for tensor in gguf.GGUFReader(path).tensors:
        _, layer, linear, _, part = tensor.name.split(".")
        weights = torch.from_numpy(gguf.dequantize(tensor.data, tensor.tensor_type).copy())
        found[f"blocks.{layer}.{linear}.{part.removeprefix('lora_')}"] = weights
    return found
