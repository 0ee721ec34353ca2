"""The torch twins of llama.cpp's models, and a few steps of training on one. Needs the "train" extra."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import pytest
from tiny_gemma import write_tiny

torch = pytest.importorskip("torch")

from duplex_cli.interaction.build import build_model  # noqa: E402
from models.train import mix  # noqa: E402
from models.train.backbone import load_backbone  # noqa: E402
from models.train.encode import encode  # noqa: E402
from models.train.evaluate import evaluate, table  # noqa: E402
from models.train.export import write_adapter  # noqa: E402
from models.train.lora import LoraLinear  # noqa: E402
from models.train.native import NativePredictor  # noqa: E402
from models.train.quantized import refresh, round_q4_0  # noqa: E402
from models.train.tokens import Tokenizer  # noqa: E402
from models.train.train import loss_of, predictor  # noqa: E402


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tiny") / "base.gguf"
    write_tiny(path)
    return path


def _native_logits(path: Path, tokens: list[int]) -> np.ndarray:
    """After the last token: the row that would be read for one more."""
    return next(NativePredictor(path).scorer.rows(tokens, [len(tokens)])).copy()


def test_torch_and_llama_cpp_agree(base: Path) -> None:
    tokenizer = Tokenizer(base)
    tokens = [tokenizer.bos, *tokenizer.tokenize("hear remind me to stretch every 4 seconds>")]
    model = load_backbone(base)
    with torch.no_grad():
        ours = model.logits(model(torch.tensor([tokens]))[0, -1]).numpy()
    theirs = _native_logits(base, tokens)
    assert np.corrcoef(ours, theirs)[0, 1] > 0.999


def test_training_lowers_held_out_loss_and_exports_what_it_learned(base: Path, tmp_path: Path) -> None:
    torch.manual_seed(0)
    tokenizer = Tokenizer(base)
    model = load_backbone(base)
    silence = (tokenizer.tokenize(".")[0], tokenizer.tokenize("\n")[0])
    held = [encode(tokenizer, *mix.stream(9_000_000 + k, "reps", True)) for k in range(3)]
    with torch.no_grad():
        before = loss_of(model, held, silence).item()
    optimizer = torch.optim.AdamW(model.parameters(), 5e-3)
    for step in range(12):
        samples = [encode(tokenizer, *mix.stream(2 * step + k, "reps", False)) for k in range(2)]
        loss = loss_of(model, samples, silence)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    with torch.no_grad():
        assert loss_of(model, held, silence).item() < before - 1.0
    write_adapter(model.state_dict(), "gemma3", tmp_path / "adapter.gguf")
    built = tmp_path / "built.gguf"
    build_model(
        base, tmp_path / "adapter.gguf", None, built, lambda *_: None, body_type="F16", embedding_type="F16"
    )
    tokens = held[0].tokens[:60]
    with torch.no_grad():
        ours = model.logits(model(torch.tensor([tokens]))[0, -1]).numpy()
    assert np.corrcoef(ours, _native_logits(built, tokens))[0, 1] > 0.999
    report = evaluate(predictor(model, tokenizer), tokenizer, streams=1)
    assert set(mix.SHARES) <= set(report)
    assert "restraint" in table(report)


def test_rounding_is_that_of_llama_cpp() -> None:
    weight = torch.randn(64, 128, generator=torch.Generator().manual_seed(1))
    kind = gguf.GGMLQuantizationType.Q4_0
    reference = gguf.dequantize(gguf.quantize(weight.numpy(), kind), kind)
    assert np.array_equal(round_q4_0(weight).numpy(), reference)


def test_a_lower_rank_starts_a_higher_one_and_rounding_keeps_the_adapter(base: Path) -> None:
    torch.manual_seed(0)
    small, large = load_backbone(base, rank=4), load_backbone(base, rank=8)
    for name, value in small.named_parameters():
        if name.endswith(".b"):
            value.data.normal_(0, 0.02)
    large.load_adapter(small.state_dict())
    ids = torch.tensor([[1, 5, 9, 12]])
    with torch.no_grad():
        assert torch.allclose(small(ids), large(ids), atol=0.05)
        refresh(large)
        layer = next(m for m in large.modules() if isinstance(m, LoraLinear))
        seen = layer.weight.float() + layer.b @ layer.a * layer.scale
        wanted = round_q4_0(layer.base.float() + layer.b @ layer.a * layer.scale)
    assert (seen - wanted).abs().max() < 0.01 * wanted.abs().max()
