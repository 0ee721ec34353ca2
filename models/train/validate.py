"""Choose the gate's thresholds on validation streams, for a stated rate of false interjections.

    python -m models.train.validate BUILT.gguf [--rate 0.005] [--limit N] [--threads N]

For each kind of moment that a profile has a threshold for (gate.threshold: something was heard; gate.seen:
only the screen; gate.calls: the likeliest act is a call) it prints, over validation.jsonl.gz, acts made and
false acts at several thresholds, and the threshold that makes the most right acts while at most `rate` of the
restraint decisions of that kind are acted on. The history is the reference's. Test streams are not touched.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from duplex_cli.bench.decisions import PROFILES, Judged, gate_of, judge, scorer_for
from duplex_cli.bench.heldout import limited, load_streams
from duplex_cli.interaction.engine import EngineSettings
from duplex_cli.interaction.gate import Threshold
from duplex_cli.profile import Gate
from models.train.heldout import VALIDATION

RATE = 0.005
"""False interjections per restraint decision that are accepted: half of what issue 3 allows (restraint .99),
because validation streams are of the training side of the split and flatter the model."""
GRID = tuple(n / 100 for n in range(5, 100))
SHOWN = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
HYSTERESES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)
KINDS = {"heard": "gate.threshold", "seen": "gate.seen", "calls": "gate.calls"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one threshold gives for one kind of moment."""

    threshold: float
    act: float
    """Share of the acts due that are made, of the right kind. 1 where none is due."""
    false: float
    """Share of the restraint decisions that are acted on. 0 where there is none."""


def kind_of(decision: Judged) -> str:
    """Which of the profile's thresholds decides here, as `gate.choose` and the tick apply them."""
    if decision.likeliest == "call":
        return "calls"
    return "seen" if decision.seen else "heard"


def outcome(decisions: Sequence[Judged], threshold: float) -> Outcome:
    """What acts and restraint come to at one threshold."""
    acts = [d.p_act >= threshold and d.likeliest == d.due for d in decisions if d.acts]
    false = [d.p_act >= threshold for d in decisions if not d.acts]
    return Outcome(
        threshold,
        sum(acts) / len(acts) if acts else 1.0,
        sum(false) / len(false) if false else 0.0,
    )


def choose_threshold(decisions: Sequence[Judged], rate: float) -> Outcome:
    """The threshold with the most right acts among those that keep to the rate; in the middle, where several
    are equally good; the highest of the grid where none keeps to it."""
    outcomes = [outcome(decisions, threshold) for threshold in GRID]
    keeping = [o for o in outcomes if o.false <= rate]
    if not keeping:
        return outcomes[-1]
    best = [o for o in keeping if o.act == max(o.act for o in keeping)]
    return best[len(best) // 2]


@dataclass(frozen=True, slots=True)
class Raised:
    """What a hysteresis does to the decisions that follow an act of the model's own within a second."""

    acts: int
    acts_made: int
    restraint: int
    restraint_kept: int


def after_acts(streams: Iterable[Sequence[Judged]], gates: dict[str, Gate], hysteresis: float) -> Raised:
    """Go through each stream in time with the thresholds of its mode's profile, raised after each own act.

    A line tells its time in whole seconds, so "within a second" is "in the same second".
    """
    acts = made = restraint = kept = 0
    for stream in streams:
        last_act: int | None = None
        for d in stream:
            if not d.decides or d.over_remark:
                continue
            gate = gates[d.mode]
            since = 0.0 if d.second == last_act else 60.0
            speech = gate.seen if d.seen else gate.threshold
            speech, calls = Threshold(speech, gate.calls, hysteresis).at(since)
            acting = d.p_act >= (calls if d.likeliest == "call" else speech)
            if since == 0.0 and d.acts:
                acts, made = acts + 1, made + (acting and d.likeliest == d.due)
            elif since == 0.0:
                restraint, kept = restraint + 1, kept + (not acting)
            last_act = d.second if acting else last_act
    return Raised(acts, made, restraint, kept)


def lines(judged: Sequence[Sequence[Judged]], rate: float) -> Iterator[str]:
    """The report, line by line."""
    decisions = [d for stream in judged for d in stream if d.decides and not d.over_remark]
    gates = {mode: gate_of(mode) for mode in {d.mode for d in decisions}}
    chosen: dict[str, float] = {}
    for kind, key in KINDS.items():
        own = PROFILES if kind == "heard" else {}
        mine = [d for d in decisions if kind_of(d) == kind and d.mode not in own]
        yield from _table(f"{key} ({kind})", mine, rate)
        chosen[kind] = choose_threshold(mine, rate).threshold
    for mode, profile in PROFILES.items():
        mine = [d for d in decisions if d.mode == mode and kind_of(d) == "heard"]
        yield from _table(f"gate.threshold of profile {profile}", mine, rate)
    yield "hysteresis, with the profiles' thresholds as chosen above: decisions in the second of an own act"
    fitted = {
        mode: Gate(chosen["heard"], chosen["seen"], chosen["calls"], gate.hysteresis)
        for mode, gate in gates.items()
    }
    for mode in PROFILES.keys() & fitted.keys():
        mine = [d for d in decisions if d.mode == mode and kind_of(d) == "heard"]
        fitted[mode] = Gate(choose_threshold(mine, rate).threshold, chosen["seen"], chosen["calls"])
    for hysteresis in HYSTERESES:
        r = after_acts(judged, fitted, hysteresis)
        yield (
            f"  {hysteresis:.2f}: {r.acts_made} of {r.acts} acts made, "
            f"{r.restraint_kept} of {r.restraint} silences kept"
        )


def _table(title: str, decisions: Sequence[Judged], rate: float) -> Iterator[str]:
    acts = sum(d.acts for d in decisions)
    best = choose_threshold(decisions, rate)
    yield f"{title}: {acts} acts, {len(decisions) - acts} restraint decisions"
    for threshold in SHOWN:
        o = outcome(decisions, threshold)
        yield f"  {threshold:.2f}: act {o.act:.4f}, false {o.false:.4f}"
    yield f"  -> {best.threshold:.2f}: act {best.act:.4f}, false {best.false:.4f} (rate {rate})"
    yield ""


def main() -> None:
    parser = argparse.ArgumentParser(description="Thresholds of the gate from validation streams.")
    parser.add_argument("model", type=Path)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--limit", type=int, default=0, help="streams of each mode; 0 is all")
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    streams = limited(load_streams(VALIDATION), given.limit)
    scorer = scorer_for(given.model, EngineSettings(threads=given.threads), streams)
    judged = []
    for mode, group in groupby(streams, key=lambda stream: stream.mode):
        judged += [judge(scorer, stream, words=False) for stream in group]
        print(f"{mode} done, {len(judged)} of {len(streams)} streams", flush=True)
    scorer.close()
    print("\n".join(lines(judged, given.rate)))


if __name__ == "__main__":
    main()
