"""The base with the small vocabulary and no adapter: what training starts from.

python -m models.train.trim BASE.gguf models/adapters/gemma-3-270m.keep.bin run/base.gguf
"""

from __future__ import annotations

import sys
from pathlib import Path

from duplex_cli.interaction.build import build_model


def trim(base: Path, keep: Path, out: Path) -> None:
    """Weights in float16, so that nothing is lost but the dropped pieces."""
    build_model(base, None, keep, out, lambda *_: None, body_type="F16", embedding_type="F16")


if __name__ == "__main__":
    trim(*(Path(argument) for argument in sys.argv[1:4]))
