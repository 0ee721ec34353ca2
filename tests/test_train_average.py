"""The average of two adapters."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import pytest

from models.train.average import average


def write(path: Path, values: np.ndarray, name: str = "blk.0.attn_k.weight.lora_a") -> Path:
    writer = gguf.GGUFWriter(path, "gemma3")
    writer.add_tensor(name, values.astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def test_weights_are_blended_and_shapes_must_agree(tmp_path: Path) -> None:
    first = write(tmp_path / "a.gguf", np.full((4, 8), 1.0))
    second = write(tmp_path / "b.gguf", np.full((4, 8), 3.0))
    average(first, second, tmp_path / "out.gguf", 0.25)
    (tensor,) = gguf.GGUFReader(tmp_path / "out.gguf").tensors
    assert np.allclose(tensor.data, 1.5)
    other = write(tmp_path / "c.gguf", np.full((8, 8), 3.0))
    with pytest.raises(ValueError, match="shape"):
        average(first, other, tmp_path / "out.gguf", 0.5)
