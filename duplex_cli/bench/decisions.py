"""`duplex bench decisions`: what a model decides and writes on held-out streams, beside what is right.

At every line the gate is read as a session reads it, with the thresholds of the profile that the mode belongs
to. The history is the reference's (teacher forcing), so one mistake does not bring on the next; for the same
reason hysteresis, which follows the model's own acts, is left out, and policy is not asked.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from duplex_cli.bench.content import Book
from duplex_cli.bench.heldout import HeldStream, Place, places
from duplex_cli.interaction.engine import EngineSettings
from duplex_cli.interaction.gate import Threshold, choose
from duplex_cli.interaction.model import YIELD_LEVEL
from duplex_cli.interaction.scoring import BATCH, Encoded, Scorer
from duplex_cli.paths import resource
from duplex_cli.profile import Gate, load
from duplex_cli.stream import ActKind

WRITTEN = 24
"""Tokens of an act that are generated at most; the longest right act of the streams has 19."""
BINS = 10
"""Of the expected calibration error, equal in width (Guo et al. 2017, "On Calibration of Modern Neural
Networks", section 2; they use 15, with ten times as many samples)."""
PROFILES = {"translate": "translate", "words": "words"}
"""Modes whose profile may set thresholds of its own; the others go by the defaults of a profile."""
_SPOKEN: frozenset[ActKind] = frozenset({"say", "call"})


@dataclass(frozen=True, slots=True)
class Judged:
    """One line of one stream: what was right and what the model would have done."""

    mode: str
    tag: str
    second: int
    due: ActKind
    likeliest: ActKind
    """The likeliest act other than silence."""
    p_act: float
    """Probability of acting at all, as the gate reads it."""
    made: ActKind
    """What the gate chooses."""
    decides: bool
    """False for a reminder that fell due: it is worded, not judged, and counts for its content only."""
    seen: bool
    over_remark: bool
    content: bool | None
    """Whether the words are right that the model writes for the right act; None where there are none."""

    @property
    def acts(self) -> bool:
        return self.due != "silent"

    @property
    def right(self) -> bool:
        """The right kind of act, or silence."""
        return self.made == self.due


def gate_of(mode: str) -> Gate:
    """The thresholds by which a session of this mode decides. Raises UserError."""
    name = PROFILES.get(mode)
    return load(resource("profiles") / f"{name}.toml").gate if name else Gate()


def scorer_for(
    path: Path, settings: EngineSettings, streams: Iterable[HeldStream], examples: bool = False
) -> Scorer:
    """A scorer whose context holds each of `streams` whole, so that every model is given the same ones.

    Raises UserError if the model cannot be used.
    """
    settings = replace(settings, batch=BATCH)
    scorer = Scorer(path, settings, examples)
    longest = max((len(_encoded(scorer, stream).tokens) for stream in streams), default=0)
    if longest + WRITTEN < scorer.room:
        return scorer
    scorer.close()
    context = math.ceil((longest + WRITTEN + 1) / 256) * 256
    return Scorer(path, replace(settings, context=context), examples)


def _encoded(scorer: Scorer, stream: HeldStream) -> Encoded:
    return scorer.encode(stream.task, [(line.moment, line.act) for line in stream.lines])


def judge(scorer: Scorer, stream: HeldStream, words: bool = True) -> list[Judged]:
    """Every line of `stream`. `words` False leaves out what the model would write.

    Raises DecodeError if the stream does not fit the scorer's context, UserError without sacrebleu.
    """
    encoded = _encoded(scorer, stream)
    found = list(places(stream))
    rows = scorer.rows(encoded.tokens, encoded.starts)
    gates = [_gate(scorer, place, row) for place, row in zip(found, rows, strict=True)]
    right: list[bool | None] = [None] * len(found)
    if words:
        # From the last to the first, so that the context only ever shrinks to where an act begins.
        written = {
            n: scorer.write(encoded.tokens[: encoded.starts[n]], place.due, WRITTEN)
            for n, place in reversed(list(enumerate(found)))
            if place.words and place.due in _SPOKEN and not place.over_remark
        }
        right = _right_words(found, written, stream.mode)
    settings = gate_of(stream.mode)
    return [
        decide(stream.mode, settings, place, p, content)
        for place, p, content in zip(found, gates, right, strict=True)
    ]


def _gate(scorer: Scorer, place: Place, row: NDArray[np.float32]) -> dict[ActKind, float]:
    return scorer.gate_over_remark(row) if place.over_remark else scorer.gate(row)


def _right_words(found: Sequence[Place], written: dict[int, str], mode: str) -> list[bool | None]:
    book = Book()
    right: list[bool | None] = []
    for n, place in enumerate(found):
        book.take(place)
        right.append(book.right(place, written[n], mode) if n in written else None)
        book.carry_out(place)
    return right


def decide(mode: str, settings: Gate, place: Place, p: dict[ActKind, float], content: bool | None) -> Judged:
    """What these probabilities come to under these thresholds, with no act of its own just before."""
    if place.over_remark:
        p_act, likeliest = p["yield"], "yield"
        made: ActKind = "yield" if p_act >= YIELD_LEVEL else "silent"
    else:
        p_act = 1.0 - p["silent"]
        likeliest = choose(p, 0.0, 0.0)
        speech = settings.seen if place.seen else settings.threshold
        made = choose(p, *Threshold(speech, settings.calls, settings.hysteresis).at(math.inf))
    return Judged(
        mode=mode,
        tag=place.line.tag,
        second=place.second,
        due=place.due,
        likeliest=likeliest,
        p_act=p_act,
        made=made,
        decides=place.decides,
        seen=place.seen,
        over_remark=place.over_remark,
        content=content,
    )


def share(values: Iterable[bool | None]) -> float | None:
    """Share of True among those that are not None, to 4 places; None without any."""
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 4) if known else None


def calibration_error(p: Sequence[float], happened: Sequence[bool]) -> float:
    """Expected calibration error: the mean gap, weighted by count, between the probability and the frequency
    of what it is the probability of, over `BINS` bins of equal width. 0 is perfect, 0 for no values."""
    if not p:
        return 0.0
    chance = np.asarray(p, dtype=np.float64)
    truth = np.asarray(happened, dtype=np.float64)
    bins = np.minimum((chance * BINS).astype(int), BINS - 1)
    gaps = [abs(chance[bins == b].sum() - truth[bins == b].sum()) for b in range(BINS)]
    return float(sum(gaps) / len(chance))


def brier(p: Sequence[float], happened: Sequence[bool]) -> float:
    """Mean squared difference of probability and outcome (Brier 1950); 0 for no values."""
    return float(np.mean((np.asarray(p) - np.asarray(happened)) ** 2)) if p else 0.0


def balanced(act: float | None, restraint: float | None) -> float | None:
    """Mean of those there are, to 4 places."""
    known = [value for value in (act, restraint) if value is not None]
    return round(sum(known) / len(known), 4) if known else None


def row(model: str, judged: Sequence[Judged]) -> dict[str, Any]:
    """The figures of one model, as --json prints them. Rates over no cases are None."""
    decided = [j for j in judged if j.decides]
    p, acts = [j.p_act for j in decided], [j.acts for j in decided]
    by_mode = {mode: _mode_row([j for j in judged if j.mode == mode]) for mode in _modes(judged)}
    whole = _mode_row(judged)
    return {
        "model": model,
        "balanced_accuracy": balanced(whole["act"], whole["restraint"]),
        "act_accuracy": whole["act"],
        "restraint_accuracy": whole["restraint"],
        "calibration_error": round(calibration_error(p, acts), 4),
        "brier": round(brier(p, acts), 4),
        "content": whole["content"],
        "decisions": len(decided),
        "acts": sum(acts),
        "by_mode": by_mode,
        "balanced_by_mode": {m: balanced(r["act"], r["restraint"]) for m, r in by_mode.items()},
    }


def _modes(judged: Sequence[Judged]) -> list[str]:
    return list(dict.fromkeys(j.mode for j in judged))


def _mode_row(judged: Sequence[Judged]) -> dict[str, float | None]:
    decided = [j for j in judged if j.decides]
    return {
        "n": len(decided),
        "act": share(j.right for j in decided if j.acts),
        "restraint": share(j.right for j in decided if not j.acts),
        "content": share(j.content for j in judged),
    }


def report(rows: Sequence[dict[str, Any]], streams: int, machine: str) -> dict[str, Any]:
    """The object that --json prints."""
    return {"suite": "decisions", "streams": streams, "rows": list(rows), "machine": machine}


def for_people(figures: dict[str, Any]) -> dict[str, Any]:
    """The same figures by model and mode, in the shape that makes one table of each."""
    shown = {key: value for key, value in figures.items() if key != "rows"}
    for one in figures["rows"]:
        whole = {
            "balanced": one["balanced_accuracy"],
            "act": one["act_accuracy"],
            "restraint": one["restraint_accuracy"],
            "content": one["content"],
            "calibration": one["calibration_error"],
            "brier": one["brier"],
        }
        modes = {m: {**r, "balanced": one["balanced_by_mode"][m]} for m, r in one["by_mode"].items()}
        shown[one["model"]] = {"all": whole, **modes}
    return shown
