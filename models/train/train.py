"""Train the adapter. One command, resumable, seeded; see README.md for the whole recipe.

python -m models.train.train BASE-TRIMMED.gguf OUT-FOLDER --tokens 700000 --minutes 45
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
import torch.nn.functional as F

from duplex_cli import clock
from duplex_cli.interaction import protocol
from models.train import mix, quantized
from models.train.backbone import Backbone, load_backbone
from models.train.encode import Sample, encode
from models.train.evaluate import Reading, evaluate, table
from models.train.lora import read_adapter
from models.train.native import read
from models.train.tokens import Tokenizer

RATE = 4e-4
"""At 7e-4 a second phase of rank 32 rose from a loss of .31 to .42 before it fell again."""
WARM_STEPS = 20
FLOOR = 0.04  # of RATE, at the end
BATCH_TOKENS = 1_300
POOL = 32  # streams drawn at once and sorted by length, so that batches hold little padding
CLIP = 1.0
SEED = 20261122
ROUND_FROM = 0.5
"""Part of the schedule after which the layers are trained through their rounding (quantized.py)."""
ROUND_EVERY = 25
"""Steps between two refreshes of the rounding: a refresh costs about a third of a step."""
SILENT_WEIGHT = 0.35
"""Weight of a token of silence in the loss. Nine of ten decisions are silence: with weight 1 the first 335k
tokens taught little else (restraint .99, half of the acts missed)."""


def batches(tokenizer: Tokenizer, first: int) -> Iterator[tuple[int | None, list[Sample]]]:
    """Endless (next stream number, samples): the streams from number `first` on, grouped by length."""
    number = first
    while True:
        pool = []
        while len(pool) < POOL:
            sample = encode(tokenizer, *mix.stream(number, mix.mode_of(number), False))
            number += 1
            if any(sample.learn):
                pool.append(sample)
        pool.sort(key=lambda s: len(s.tokens))
        groups: list[list[Sample]] = [[]]
        for sample in pool:
            if groups[-1] and (len(groups[-1]) + 1) * len(sample.tokens) > BATCH_TOKENS:
                groups.append([])
            groups[-1].append(sample)
        order = torch.randperm(len(groups), generator=torch.Generator().manual_seed(number)).tolist()
        for n, k in enumerate(order):
            yield number if n == len(order) - 1 else None, groups[k]


def loss_of(model: Backbone, samples: list[Sample], silence: tuple[int, int]) -> torch.Tensor:
    """Mean cross-entropy over the tokens that the model must produce itself, silence at SILENT_WEIGHT.

    `silence` are the tokens of a silent act: its word and the end of its line.
    """
    width = max(len(s.tokens) for s in samples)
    ids = torch.zeros(len(samples), width, dtype=torch.long)
    learn = torch.zeros(len(samples), width, dtype=torch.bool)
    for row, sample in enumerate(samples):
        ids[row, : len(sample.tokens)] = torch.tensor(sample.tokens)
        learn[row, : len(sample.learn)] = torch.tensor(sample.learn)
    ids, learn = ids.to(model.device), learn.to(model.device)
    hidden = model(ids)[:, :-1][learn[:, 1:]]
    targets = ids[:, 1:][learn[:, 1:]]
    losses = F.cross_entropy(model.logits(hidden), targets, reduction="none")
    weights = torch.ones_like(losses)
    for token in silence:
        weights[targets == token] = SILENT_WEIGHT
    return (losses * weights).sum() / weights.sum()


def predictor(model: Backbone, tokenizer: Tokenizer):
    """The model in training as a `Predict`."""
    silent = tokenizer.tokenize(protocol.SILENT)[0]

    def predict(tokens: Sequence[int], at: Sequence[int]) -> list[Reading]:
        with torch.no_grad():
            hidden = model(torch.tensor([list(tokens)], device=model.device))[0]
            rows = model.logits(hidden[torch.tensor(at, device=model.device) - 1]).cpu().numpy()
        return [read(row, silent) for row in rows]

    return predict


def read_start(path: Path) -> tuple[dict[str, torch.Tensor], int]:
    """(weights, number of the first stream it has not seen) of a checkpoint, or of an adapter of ours as
    GGUF, whose record beside it tells the number."""
    if path.suffix == ".gguf":
        record = json.loads(path.with_suffix(".json").read_text())
        return read_adapter(path), record["state"]["number"]
    saved = torch.load(path, map_location="cpu")
    return saved["adapter"], saved["state"]["number"]


def earlier_parts(start: Path | None) -> list[dict[str, object]]:
    """The parts by which the adapter came to be that a run starts from, as far as they are recorded."""
    if start is None:
        return []
    record = start.with_suffix(".json") if start.suffix == ".gguf" else start.with_name("parts.json")
    if not record.exists():
        return []
    found = json.loads(record.read_text())
    return found["parts"] if isinstance(found, dict) else found


def note_part(args: argparse.Namespace, state: dict[str, float]) -> None:
    """Add to parts.json where a start or a resume took up, and with which generators."""
    path = args.out / "parts.json"
    parts = json.loads(path.read_text()) if path.exists() else earlier_parts(args.start)
    parts.append(
        {
            "from_tokens": state["seen"],
            "from_stream": state["number"],
            "rate": args.rate,
            "tokens": args.tokens,
            "minutes": args.minutes,
            "start": str(args.start or ""),
            "data_sha256_first_400": mix.fingerprint(),
        }
    )
    path.write_text(json.dumps(parts, indent=1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--tokens", type=int, default=700_000)
    parser.add_argument("--minutes", type=float, default=0.0, help="the rate has fallen to its floor by then")
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--save-minutes", type=float, default=4.0)
    parser.add_argument("--evaluate-minutes", type=float, default=14.0)
    parser.add_argument(
        "--start", type=Path, help="checkpoint or GGUF adapter to start from, with a fresh schedule"
    )
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(SEED)
    args.out.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(args.base)
    model = load_backbone(args.base)
    optimizer = torch.optim.AdamW(model.parameters(), args.rate, weight_decay=0.0, betas=(0.9, 0.99))
    state = {"step": 0, "seen": 0, "number": 0, "spent": 0.0, "rate": args.rate}
    checkpoint = args.out / "checkpoint.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint, map_location=model.device)
        model.load_state_dict(saved["adapter"])
        optimizer.load_state_dict(saved["optimizer"])
        state = saved["state"]
    elif args.start:
        adapter, state["number"] = read_start(args.start)
        model.load_adapter(adapter)
    note_part(args, state)
    silence = (tokenizer.tokenize(protocol.SILENT)[0], tokenizer.tokenize(protocol.END)[0])
    began = clock.monotonic() - state["spent"]
    saved_at = evaluated_at = state["spent"]
    average = 0.0

    def save() -> None:
        part = checkpoint.with_suffix(".part")
        torch.save({"adapter": model.state_dict(), "optimizer": optimizer.state_dict(), "state": state}, part)
        part.replace(checkpoint)

    for number, samples in batches(tokenizer, state["number"]):
        done = state["seen"] / args.tokens
        if args.minutes:
            done = max(done, (clock.monotonic() - began) / 60 / args.minutes)
        if done >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = args.rate * min(1.0, (state["step"] + 1) / WARM_STEPS) * max(FLOOR, 1 - done)
        if done >= ROUND_FROM and state["step"] % ROUND_EVERY == 0:
            quantized.refresh(model)
        loss = loss_of(model, samples, silence)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimizer.step()
        optimizer.zero_grad()
        state["step"] += 1
        state["seen"] += sum(len(s.tokens) for s in samples)
        state["spent"] = clock.monotonic() - began
        average = loss.item() if not average else 0.95 * average + 0.05 * loss.item()
        if number is not None:
            state["number"] = number
        if state["step"] % 10 == 0:
            print(
                f"{state['spent']:6.0f} s  step {state['step']}  {state['seen']} tokens  loss {average:.3f}",
                flush=True,
            )
        if number is not None and state["spent"] - saved_at > 60 * args.save_minutes:
            saved_at = state["spent"]
            save()
        if state["spent"] - evaluated_at > 60 * args.evaluate_minutes:
            evaluated_at = state["spent"]
            print(table(evaluate(predictor(model, tokenizer), tokenizer, streams=2)), flush=True)
    save()
    quantized.refresh(model)
    report = evaluate(predictor(model, tokenizer), tokenizer, streams=2)
    print(table(report), flush=True)
    (args.out / "evaluation.json").write_text(
        json.dumps({"state": state, "loss": average, "report": report}, indent=1)
    )


if __name__ == "__main__":
    main()
