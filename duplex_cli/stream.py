"""The three things that flow through a session: percepts in, acts out, micro-turns between.

Frozen dataclasses and their JSON form. Imports nothing of ours, so every package may import it.
All times are seconds of session time (0.0 is the first sample of the session).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

TICK_S = 0.2
"""Length of one micro-turn, seconds (the tau-voice metrics and TML both count in 200 ms ticks)."""

SAMPLE_RATE = 16_000
"""Samples a second of all audio inside a session, mono float32 in [-1, 1]."""

PerceptKind = Literal[
    "hear",  # newly committed words; text is only what is new, never revised
    "pause",  # the speaker has stopped: speech activity ended and its words are all committed
    "see",  # a changed line of screen text
    "rep",  # one repetition of a movement completed; text is the count so far
    "motion",  # movement started or stopped; text is "start" or "stop"
    "due",  # a timer or standing rule falls due; text is what to remind of
    "played",  # own speech has been played to its end; text is what was said
    "cut",  # own speech was cut off; text is what had been heard of it
    "finding",  # a tool found a fault in code just written; text is "fault | line", where is "file:12"
    "fixed",  # a fault that was told is gone; text and where as they were told
    "result",  # a tool or the background answered
    "sound",  # a slice's sound itself, for a native model; `frame` names it
    "look",  # a picture itself, for a native model; `frame` names it
    "begun",  # own speech began to sound; text is the remark's number (not shown to the model)
    "voice",  # speech activity; text is "start" or "stop", "near" or "far" (not shown to the model)
    "partial",  # words heard but not yet stable; journalled only while own speech sounds
]

ActKind = Literal[
    "silent",
    "say",
    "backchannel",
    "yield",
    "call",
    "delegate",
    "duck",  # own speech quieter, while it is not clear whether the user wants the floor
    "hold",  # own speech silent, its rest kept
    "resume",  # own speech at its level again, from the word where it was held
]


@dataclass(frozen=True, slots=True)
class Percept:
    """One timestamped thing perceived. `at` is when it was true in the world, not when it was told."""

    at: float
    kind: PerceptKind
    text: str = ""
    where: str = ""
    """Place of the thing: "report.py:12", "line 7", "camera"; empty where it has none."""
    lang: str = ""
    """BCP-47 language of words heard, where the sense can tell."""
    frame: str = ""
    """File name of the recorded picture it was read from, relative to the journal; empty if none. Of "sound",
    the samples of the microphone's track (session.native_media)."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done in a micro-turn.

    A remark that takes several ticks to generate is several `say` acts with the same `remark` number;
    each `text` is the piece made in that tick and `last` marks the final piece.
    """

    kind: ActKind
    text: str = ""
    remark: int = -1
    last: bool = True
    start_at: float | None = None
    """Earliest session time at which the remark may begin to sound; None is at once."""


@dataclass(frozen=True, slots=True)
class GateReading:
    """Probabilities over the acts, read from the model's logits at one decision."""

    silent: float
    say: float
    call: float = 0.0
    other: float = 0.0


@dataclass(frozen=True, slots=True)
class MicroTurn:
    """One 200 ms slice: what came in, what was decided with which probability, what went out."""

    index: int
    at: float
    """Session time at which the slice closed."""
    percepts: tuple[Percept, ...] = ()
    acts: tuple[Act, ...] = ()
    gate: GateReading | None = None
    """None where nothing was put to the model."""
    withheld: str = ""
    """The rule of policy that held back a remark the model wanted to make; empty if none did."""


def to_json(item: Percept | Act | GateReading | MicroTurn) -> dict[str, Any]:
    """JSON form, with fields at their default left out so that an idle tick is a short line."""
    if isinstance(item, MicroTurn):
        out: dict[str, Any] = {"index": item.index, "at": round(item.at, 4)}
        if item.percepts:
            out["percepts"] = [to_json(p) for p in item.percepts]
        if item.acts:
            out["acts"] = [to_json(a) for a in item.acts]
        if item.gate is not None:
            out["gate"] = asdict(item.gate)
        if item.withheld:
            out["withheld"] = item.withheld
        return out
    return {
        f.name: value
        for f in fields(item)
        if (value := getattr(item, f.name)) != f.default or f.name in ("at", "kind")
    }


def percept_from_json(data: dict[str, Any]) -> Percept:
    """Inverse of `to_json`. Raises ValueError naming the kind if it is unknown."""
    if data.get("kind") not in get_args(PerceptKind):
        raise ValueError(f"unknown percept kind {data.get('kind')!r}")
    return Percept(**data)


def micro_turn_from_json(data: dict[str, Any]) -> MicroTurn:
    """Inverse of `to_json`."""
    gate = data.get("gate")
    return MicroTurn(
        index=data["index"],
        at=data["at"],
        percepts=tuple(percept_from_json(p) for p in data.get("percepts", ())),
        acts=tuple(Act(**a) for a in data.get("acts", ())),
        gate=GateReading(**gate) if gate else None,
        withheld=data.get("withheld", ""),
    )
