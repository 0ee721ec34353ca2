"""A checkpoint as a GGUF LoRA adapter (float16) and the record of how it was made.

python -m models.train.export RUN-FOLDER BASE.gguf models/adapters/gemma-3-270m
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from importlib.metadata import version
from pathlib import Path

import gguf
import numpy as np
import torch

from duplex_cli.interaction.build import open_gguf
from duplex_cli.interaction.engine import SILENT_WEIGHT_KEY
from models.train import mix
from models.train.backbone import SCALE
from models.train.train import BATCH_TOKENS, SEED, SILENT_WEIGHT


def rank_of(weights: dict[str, torch.Tensor]) -> int:
    """Rank of an adapter."""
    return next(value.shape[0] for name, value in weights.items() if name.endswith(".a"))


def write_adapter(weights: dict[str, torch.Tensor], architecture: str, path: Path) -> None:
    """`blocks.N.attn_q.a` -> `blk.N.attn_q.weight.lora_a`, the names llama.cpp looks for."""
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32(SILENT_WEIGHT_KEY, SILENT_WEIGHT)
    writer.add_float32("adapter.lora.alpha", SCALE * rank_of(weights))
    for name, value in sorted(weights.items()):
        _, layer, linear, part = name.split(".")
        writer.add_tensor(f"blk.{layer}.{linear}.weight.lora_{part}", value.numpy().astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main() -> None:
    run, base, out = (Path(a) for a in sys.argv[1:4])
    saved = torch.load(run / "checkpoint.pt", map_location="cpu")
    adapter = out.with_suffix(".gguf")
    architecture = open_gguf(base).fields["general.architecture"].contents()
    write_adapter(saved["adapter"], architecture, adapter)
    evaluation, parts = run / "evaluation.json", run / "parts.json"
    record = {
        "base": base.name,
        "base_sha256": hashlib.sha256(base.read_bytes()).hexdigest(),
        "adapter_sha256": hashlib.sha256(adapter.read_bytes()).hexdigest(),
        "rank": rank_of(saved["adapter"]),
        "alpha": SCALE * rank_of(saved["adapter"]),
        "batch_tokens": BATCH_TOKENS,
        "seed": SEED,
        "shares": mix.SHARES,
        "data_sha256_first_400": mix.fingerprint(),
        "parts": json.loads(parts.read_text()) if parts.exists() else None,
        "state": saved["state"],
        "versions": {name: version(name) for name in ("torch", "gguf", "llama-cpp-python", "numpy")}
        | {"python": platform.python_version()},
        "evaluation": json.loads(evaluation.read_text()) if evaluation.exists() else None,
    }
    out.with_suffix(".json").write_text(json.dumps(record, indent=1) + "\n")
    print(adapter, adapter.stat().st_size)


if __name__ == "__main__":
    main()
