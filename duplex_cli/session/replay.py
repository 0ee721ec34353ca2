"""A recorded session again: the journal's percepts through the same tick and model, act for act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from duplex_cli.background.offer import Offer
from duplex_cli.control.commands import from_json
from duplex_cli.profile import check
from duplex_cli.session.journal import Recording
from duplex_cli.session.state import Mind, State
from duplex_cli.session.steer import steer
from duplex_cli.session.tick import tick
from duplex_cli.stream import MicroTurn, micro_turn_from_json, to_json


@dataclass(frozen=True, slots=True)
class Difference:
    """A micro-turn that came out otherwise than it was recorded."""

    index: int
    at: float
    field: str
    recorded: Any
    replayed: Any


def initial_state(header: dict[str, Any], mind: Mind) -> State:
    """The state in which the recorded session began."""
    profile = check(header["profile_data"], "the journal")
    return State(profile=profile, mind=mind, day_s=header["day_s"], offers=offers_of(header))


def offers_of(header: dict[str, Any]) -> tuple[Offer, ...]:
    """The tools that the recorded session had."""
    return msgspec.convert(header.get("offers", ()), tuple[Offer, ...])


def replay(recording: Recording, mind: Mind) -> tuple[list[MicroTurn], list[Difference]]:
    """Run all recorded micro-turns again. Dues are left out of what is fed: the agenda makes them anew."""
    state = initial_state(recording.header, mind)
    turns: list[MicroTurn] = []
    differences: list[Difference] = []
    for line in recording.lines:
        if line.get("event") == "command":
            state = steer(state, from_json(line), line["at"])
        if "turn" not in line:
            continue
        recorded = micro_turn_from_json(line["turn"])
        percepts = [p for p in recorded.percepts if p.kind != "due"]
        state, turn = tick(state, percepts, recorded.at)
        turns.append(turn)
        differences += compare(recorded, turn)
    return turns, differences


def compare(recorded: MicroTurn, replayed: MicroTurn) -> list[Difference]:
    """Where two micro-turns differ: in acts, in the gate's probabilities, in what fell due."""
    a, b = to_json(recorded), to_json(replayed)
    return [
        Difference(recorded.index, recorded.at, name, a.get(name), b.get(name))
        for name in ("acts", "gate", "withheld", "percepts")
        if a.get(name) != b.get(name)
    ]
