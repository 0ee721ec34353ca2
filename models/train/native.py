"""Read-outs of a built GGUF through llama.cpp: the decisions of what runs, quantization included."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from duplex_cli.interaction import protocol
from duplex_cli.interaction.engine import EngineSettings
from duplex_cli.interaction.scoring import BATCH, Scorer
from models.train.evaluate import LONGEST, Reading


class NativePredictor:
    """A `Predict` on one GGUF file, one sequence at a time."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        """Raises UserError if llama.cpp refuses the file."""
        self.scorer = Scorer(path, EngineSettings(context=LONGEST + 124, batch=BATCH, threads=threads))
        self._silent = self.scorer.vocabulary.tokenize(protocol.SILENT)[0]

    def __call__(self, tokens: Sequence[int], at: Sequence[int]) -> list[Reading]:
        return [read(row, self._silent) for row in self.scorer.rows(tokens, at)]


def read(logits: np.ndarray, silent: int) -> Reading:
    """The reading of one row of logits."""
    best = int(logits.argmax())
    top = float(logits[best])
    chance = float(np.exp(logits[silent] - top) / np.exp(logits - top).sum())
    if best != silent:
        return Reading(best, chance, best)
    others = logits.copy()
    others[silent] = -np.inf
    return Reading(best, chance, int(others.argmax()))
