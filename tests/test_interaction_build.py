"""The build of the running model: merged exactly, trimmed all text still readable, run by llama.cpp."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import pytest
from tiny_gemma import vocabulary, write_adapter, write_tiny

from duplex_cli.errors import UserError
from duplex_cli.interaction.build import build_model, read_keep, write_keep
from models.train.native import NativePredictor
from models.train.tokens import Tokenizer

TEXTS = (
    "hear remind me to stretch every 4 seconds>call every 4 seconds: stretch\n",
    "say The train leaves… ¿Dónde está? naïve 日本語 🙂\n",
    "see main.py:12 if x -> y >> z:\tpass",
)


def _silent(stage: str, fraction: float) -> None:
    assert stage
    assert 0.0 <= fraction <= 1.0


def _weights(path: Path, name: str) -> np.ndarray:
    tensor = next(t for t in gguf.GGUFReader(path).tensors if t.name == name)
    return gguf.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "base.gguf"
    write_tiny(path)
    return path


@pytest.fixture
def keep(tmp_path: Path) -> Path:
    pieces, _, _ = vocabulary()
    kept = [n for n, piece in enumerate(pieces) if not piece.startswith(("▁un", "▁ra"))]
    path = tmp_path / "keep.bin"
    write_keep(np.array(kept), len(pieces), path)
    return path


def test_keep_list_round_trip(tmp_path: Path) -> None:
    kept = np.array([0, 5, 262_143])
    write_keep(kept, 262_144, tmp_path / "k")
    assert (read_keep(tmp_path / "k", 262_144) == kept).all()
    with pytest.raises(UserError, match="use its own base"):
        read_keep(tmp_path / "k", 1000)


def test_adapter_is_merged_at_its_scale(base: Path, tmp_path: Path) -> None:
    adapter = tmp_path / "adapter.gguf"
    delta = write_adapter(adapter, alpha=8.0)
    out = tmp_path / "out.gguf"
    build_model(base, adapter, None, out, _silent, body_type="F16", embedding_type="F16")
    name = "blk.1.ffn_up.weight"
    merged, before = _weights(out, name), _weights(base, name)
    assert np.abs(merged - (before + delta)).max() < 0.02  # float16 at values up to about 10
    assert np.abs(delta).max() > 1
    other = "blk.0.ffn_up.weight"
    assert np.abs(_weights(out, other) - _weights(base, other)).max() < 1e-3


def test_trimmed_vocabulary_reads_all_text(base: Path, keep: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.gguf"
    build_model(base, None, keep, out, _silent)
    before, after = Tokenizer(base), Tokenizer(out)
    assert after.size < before.size
    for text in TEXTS:
        assert after.text(list(after.tokenize(text))) == text
    assert after.text([after.bos]) == ""
    rare = " rare"
    assert len(after.tokenize(rare)) > len(before.tokenize(rare)) == 1
    assert after.text(list(after.tokenize(rare))) == rare


def test_trimming_changes_no_logit_of_a_kept_piece(base: Path, keep: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.gguf"
    build_model(base, None, keep, out, _silent, body_type="F16", embedding_type="F16")
    kept = read_keep(keep, Tokenizer(base).size)
    rows = []
    for path in (base, out):
        tokenizer, predictor = Tokenizer(path), NativePredictor(path)
        tokens = [tokenizer.bos, *tokenizer.tokenize(TEXTS[0])]
        rows.append(next(predictor.scorer.rows(tokens, [len(tokens)])).copy())
    assert np.abs(rows[0][kept] - rows[1]).max() < 0.05


@pytest.mark.parametrize("body", ["Q4_0", "Q8_0"])
def test_quantized_model_runs(base: Path, keep: Path, tmp_path: Path, body: str) -> None:
    out = tmp_path / "deep" / "out.gguf"
    build_model(base, None, keep, out, _silent, body_type=body)
    tokens = Tokenizer(out).tokenize("hear stop>")
    readings = NativePredictor(out)(tokens, range(1, len(tokens)))
    assert all(0.0 <= r.silent <= 1.0 for r in readings)
    assert [p.name for p in out.parent.iterdir()] == ["out.gguf"]


def test_misfits_are_named(base: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.gguf"
    with pytest.raises(UserError, match="not a readable GGUF"):
        build_model(tmp_path / "absent.gguf", None, None, out, _silent)
    (tmp_path / "broken.gguf").write_bytes(b"GGUF then nothing")
    with pytest.raises(UserError, match="not a readable GGUF"):
        build_model(tmp_path / "broken.gguf", None, None, out, _silent)
    with pytest.raises(UserError, match="not a LoRA adapter"):
        build_model(base, base, None, out, _silent)
    stray = tmp_path / "stray.gguf"
    write_adapter(stray, 8.0, tensor="blk.9.ffn_up.weight")
    with pytest.raises(UserError, match=r"blk\.9"):
        build_model(base, stray, None, out, _silent)
    assert not out.exists()
