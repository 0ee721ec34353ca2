"""The number format of the frozen layers: bfloat16 where the processor multiplies it, float32 elsewhere.

On a CPU with AVX512-BF16 bfloat16 is 2.6 times as fast as float32; on one with AVX2 alone PyTorch emulates
it, and one training step took minutes in place of seconds (measured 2026-11-30).
"""

from __future__ import annotations

import torch


def frozen_dtype() -> torch.dtype:
    """Of the weights that are not trained, and of the products with them, on this machine."""
    if torch.cuda.is_available() or torch.cpu._is_avx512_bf16_supported():
        return torch.bfloat16
    return torch.float32


FROZEN = frozen_dtype()
