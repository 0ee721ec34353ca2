"""Held-out decisions by mode: acts found, restraint kept, content exact.

    python -m models.train.evaluate BUILT.gguf [streams] [threshold]

Test streams are built only from what `corpora.held_out` names: templates, words, sentences and files that
training never sees. The history is the reference's own (teacher forcing), as every journal replays it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from duplex_cli.interaction import protocol
from models.train import mix
from models.train.encode import encode
from models.train.tokens import Tokenizer

FIRST_TEST_STREAM = 9_000_000
LONGEST = 900  # tokens of a test stream: beyond the 512 of training, as sessions are

NO_THRESHOLD = 0.5
GATES = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7)  # other thresholds, reported over all modes


@dataclass
class Reading:
    """What a model would write at one position: its best token, the chance of silence there."""

    best: int
    silent: float
    best_act: int
    """The best token other than silence."""


Predict = Callable[[Sequence[int], Sequence[int]], list[Reading]]
"""(tokens, positions) -> what the model would write at each of those positions, given all before it."""

Report = dict[str, dict[str, float]]


def evaluate(
    predict: Predict, tokenizer: Tokenizer, streams: int, threshold: float = NO_THRESHOLD, test: bool = True
) -> Report:
    """Mode -> counts and rates, and one row for each tag of an act.

    "act": something was done where something was due; "kind": the right thing (say, call, ...); "content":
    every token of it right; "restraint": silence kept. An act is made where the chance of silence is below
    1 - `threshold`.
    """
    report: Report = {}

    def add(key: str, what: str, right: bool) -> None:
        row = report.setdefault(key, {})
        row[f"{what}_n"] = row.get(f"{what}_n", 0) + 1
        row[what] = row.get(what, 0) + right

    silent = tokenizer.tokenize(protocol.SILENT)[0]
    for mode in mix.SHARES:
        for k in range(streams):
            sample = encode(tokenizer, *mix.stream(FIRST_TEST_STREAM + k, mode, test), longest=LONGEST)
            at = [n for n, learn in enumerate(sample.learn) if learn]
            reading = dict(zip(at, predict(sample.tokens, at), strict=True))
            for d in sample.decisions:
                first = reading[d.start]
                acts = first.silent < 1 - threshold
                for gate in GATES:
                    due = d.act != protocol.SILENT
                    add(f"gate {gate}", "act" if due else "restraint", (first.silent < 1 - gate) is due)
                made = first.best_act if acts else silent
                rest = range(d.start + 1, d.start + d.length)
                if d.act == protocol.SILENT:
                    add(mode, "restraint", not acts)
                    add("all", "restraint", not acts)
                    continue
                kind = made == sample.tokens[d.start]
                content = kind and all(reading[n].best == sample.tokens[n] for n in rest)
                for key in (mode, "all", f"  {d.tag}"):
                    add(key, "act", acts)
                    add(key, "kind", kind)
                    add(key, "content", content)
    for row in report.values():
        for what in ("act", "kind", "content", "restraint"):
            if f"{what}_n" in row:
                row[what] = round(row[what] / row[f"{what}_n"], 4)
    return report


def table(report: Report) -> str:
    """The report as aligned text."""
    columns = (("act_n", 7, 0), ("act", 8, 3), ("kind", 8, 3), ("content", 9, 3), ("restraint_n", 13, 0))
    rows = [" " * 14 + "".join(f"{name:>{width}}" for name, width, _ in columns) + "  restraint"]
    for key, row in sorted(report.items(), key=lambda item: item[0].startswith(" ")):
        cells = [f"{row[n]:{w}.{d}f}" if n in row else " " * (w - 1) + "-" for n, w, d in columns]
        last = f"{row['restraint']:11.4f}" if "restraint" in row else " " * 10 + "-"
        rows.append(f"{key:14}{''.join(cells)}{last}")
    return "\n".join(rows)


def main() -> None:
    from models.train.native import NativePredictor

    path = Path(sys.argv[1])
    streams = int(sys.argv[2]) if len(sys.argv) > 2 else 12
    threshold = float(sys.argv[3]) if len(sys.argv) > 3 else NO_THRESHOLD
    report = evaluate(NativePredictor(path), Tokenizer(path), streams, threshold)
    print(table(report))
    path.with_suffix(".evaluation.json").write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
