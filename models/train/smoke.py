"""A few minutes of training from nothing: the loss on held-out streams must fall. What CI runs.

python -m models.train.smoke BASE.gguf KEEP.bin --minutes 4
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import torch

from duplex_cli import clock
from duplex_cli.interaction import protocol
from models.train import mix
from models.train.backbone import Backbone, load_backbone
from models.train.encode import Sample, encode
from models.train.evaluate import FIRST_TEST_STREAM
from models.train.tokens import Tokenizer
from models.train.train import SEED, batches, loss_of
from models.train.trim import trim

RATE = 1e-3
"""Higher than a real run's: it has a hundred steps."""
STREAMS_EACH = 2
"""Held-out streams of each mode."""
MUST_FALL_TO = 0.7
"""Of the loss before: two minutes on two cores reach half of it (docs/measurements.md)."""


def held_out_loss(model: Backbone, samples: list[Sample], silence: tuple[int, int]) -> float:
    """Mean over the samples."""
    with torch.no_grad():
        return sum(loss_of(model, [sample], silence).item() for sample in samples) / len(samples)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", type=Path)
    parser.add_argument("keep", type=Path)
    parser.add_argument("--minutes", type=float, default=4.0)
    args = parser.parse_args()
    torch.manual_seed(SEED)
    with tempfile.TemporaryDirectory() as room:
        trimmed = Path(room) / "base.gguf"
        trim(args.base, args.keep, trimmed)
        tokenizer, model = Tokenizer(trimmed), load_backbone(trimmed, rank=16)
    silence = (tokenizer.tokenize(protocol.SILENT)[0], tokenizer.tokenize(protocol.END)[0])
    held_out = [
        encode(tokenizer, *mix.stream(FIRST_TEST_STREAM + k, mode, True))
        for mode in mix.SHARES
        for k in range(STREAMS_EACH)
    ]
    before = held_out_loss(model, held_out, silence)
    optimizer = torch.optim.AdamW(model.parameters(), RATE, weight_decay=0.0)
    began, steps = clock.monotonic(), 0
    for _, samples in batches(tokenizer, 0):
        loss_of(model, samples, silence).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        steps += 1
        if clock.monotonic() - began > 60 * args.minutes:
            break
    after = held_out_loss(model, held_out, silence)
    print(f"held-out loss {before:.3f} -> {after:.3f} after {steps} steps in {args.minutes:g} minutes")
    if after > MUST_FALL_TO * before:
        sys.exit(f"training does not learn: the held-out loss must fall to {MUST_FALL_TO} of what it was")


if __name__ == "__main__":
    main()
