"""The average of two adapters as GGUF, of which one was trained on from the other.

    python -m models.train.average FIRST.gguf SECOND.gguf OUT.gguf [--weight .5]

A part of training on new data gains on what is new and loses a little of what is old; the point half way
between keeps most of both (Wortsman et al., Model soups, 2022). The factors themselves are averaged, which is
close to averaging their products where the second adapter began as the first.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from pathlib import Path

import gguf
import numpy as np


def average(first: Path, second: Path, out: Path, weight: float) -> None:
    """Write `out`, as `first` but for its weights. Raises ValueError if the two have other tensors."""
    theirs = {tensor.name: tensor for tensor in gguf.GGUFReader(second).tensors}
    shutil.copy(first, out)
    mine = gguf.GGUFReader(out, "r+").tensors
    if {t.name: tuple(t.shape) for t in mine} != {n: tuple(t.shape) for n, t in theirs.items()}:
        raise ValueError(f"{first} and {second} are adapters of different shape")
    for tensor in mine:
        blend = (1 - weight) * tensor.data.astype(np.float32)
        blend += weight * theirs[tensor.name].data.astype(np.float32)
        tensor.data[...] = blend.astype(tensor.data.dtype)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--weight", type=float, default=0.5, help="of the second")
    args = parser.parse_args()
    average(args.first, args.second, args.out, args.weight)
    record = json.loads(args.second.with_suffix(".json").read_text())
    record["adapter_sha256"] = hashlib.sha256(args.out.read_bytes()).hexdigest()
    record.pop("evaluation", None)  # that of the second adapter, not of this one
    record["average"] = {"first": str(args.first), "weight_of_second": args.weight}
    args.out.with_suffix(".json").write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
