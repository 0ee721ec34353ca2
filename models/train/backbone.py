"""What the torch models of training have in common: adapters on frozen layers, logits on demand."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import gguf
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from duplex_cli.errors import UserError
from duplex_cli.interaction.build import open_gguf
from models.train.block import Block, Shape
from models.train.precision import FROZEN

RANK = 32
SCALE = 2.0
"""alpha / rank."""


class Backbone(nn.Module):
    """Token ids int64[batch, length] -> hidden states float32[batch, length, width]; `logits` on demand."""

    BLOCK: ClassVar[type[Block]]
    """The layers of this architecture."""

    embedding: Tensor
    output_norm: Tensor

    def __init__(self, reader: gguf.GGUFReader, rank: int, alpha: float) -> None:
        super().__init__()
        self.shape = Shape.read(reader)
        tensors = dequantized(reader)
        self._hold(tensors)
        self.blocks = nn.ModuleList(
            self.BLOCK(i, self.shape, tensors, rank, alpha) for i in range(self.shape.layers)
        )

    def _hold(self, tensors: dict[str, Tensor]) -> None:
        """Keep what is frozen and lies outside of the layers; it follows `.to(device)`, and is not saved."""
        embedding = tensors["token_embd.weight"].to(FROZEN)
        self.register_buffer("embedding", embedding, persistent=False)
        self.register_buffer("output_norm", tensors["output_norm.weight"], persistent=False)

    @property
    def device(self) -> torch.device:
        return self.embedding.device

    def load_adapter(self, state: dict[str, Tensor]) -> None:
        """An adapter of this rank or a lower one; its function is kept, further ranks start at B = 0."""
        own = self.state_dict()
        for name, tensor in state.items():
            side = tensor.shape[0] if name.endswith(".a") else tensor.shape[1]
            if name.endswith(".a"):
                own[name][:side] = tensor
            else:
                own[name].zero_()
                own[name][:, :side] = tensor
        self.load_state_dict(own)

    def logits(self, hidden: Tensor) -> Tensor:
        """float32[..., vocabulary] for the hidden states at the positions that matter."""
        return F.linear(hidden.to(FROZEN), self.embedding).float()


def load_backbone(path: Path, rank: int = RANK) -> Backbone:
    """The model of a GGUF file, by its architecture, on the GPU if torch finds one.

    Raises UserError for an architecture that is not written here.
    """
    from models.train.gemma import Gemma
    from models.train.llama import Llama

    reader = open_gguf(path)
    architecture = reader.fields["general.architecture"].contents()
    known = {"gemma3": Gemma, "llama": Llama}
    if architecture not in known:
        raise UserError(f"{path.name} is a {architecture} model; training knows {', '.join(known)}")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return known[architecture](reader, rank, SCALE * rank).to(device)


def dequantized(reader: gguf.GGUFReader) -> dict[str, Tensor]:
    """Every tensor of the file as float32."""
    return {
        t.name: torch.from_numpy(gguf.dequantize(t.data, t.tensor_type).copy()).float()
        for t in reader.tensors
    }


def rope_table(length: int, width: int, base: float, device: torch.device) -> tuple[Tensor, Tensor]:
    frequency = base ** (-torch.arange(0, width, 2, device=device).float() / width)
    angle = torch.outer(torch.arange(length, device=device).float(), frequency)
    return angle.cos()[None, :, None, :], angle.sin()[None, :, None, :]
