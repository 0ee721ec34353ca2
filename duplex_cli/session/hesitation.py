"""An answer of which the model is not sure waits a moment: the user may only have paused.

Silence of 0.3 s and more is found within sentences as between turns (Heldner and Edlund 2010: median of both
0.2 to 0.5 s), so the words must tell them apart. Where the model is sure, the answer sounds at once; where it
is not, its words are made ready, and sound a moment later or, if the user goes on, never.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from duplex_cli.session.state import Hesitation, State
from duplex_cli.stream import Act, GateReading, Percept

SURE = 0.6
"""Probability of acting from which an answer does not wait. Of six answers that were looked at one broke into
the user's sentence, at .38; those at the end of a turn had .61 and more."""

WAITS_S = 0.4
"""With the 0.3 to 0.5 s after which a pause is told this makes 0.8 s; most pauses within turns are less."""


def settle(state: State, percepts: Sequence[Percept], t: float, acts: list[Act]) -> State:
    """Let the waiting answer out at its time, or take it back because the user goes on."""
    waiting = state.hesitation
    if waiting is None:
        return state
    if any(p.kind == "voice" and p.text == "start" and p.where != "far" for p in percepts):
        if state.open is not None and state.open.remark == waiting.remark:
            state.mind.abandon()
            state = replace(state, open=None)
        state.mind.retract()
        said = tuple(s for s in state.said if s.at < waiting.since)
        return replace(state, hesitation=None, said=said)
    if t - waiting.since >= WAITS_S - 1e-6:
        acts.extend(waiting.acts)
        return replace(state, hesitation=None)
    return state


def hold_back(
    state: State, percepts: Sequence[Percept], gate: GateReading | None, t: float, acts: list[Act]
) -> State:
    """Keep an answer of this tick from sounding, if it is an unsure one after speech, or goes on with one."""
    if state.hesitation is None:
        opened = next((act for act in acts if act.kind == "say" and act.start_at is None), None)
        if opened is None or gate is None or not _may_wait(state, percepts) or 1 - gate.silent >= SURE:
            return state
        state = replace(state, hesitation=Hesitation(opened.remark, t))
    waiting = state.hesitation
    assert waiting is not None
    held = [act for act in acts if act.kind == "say" and act.remark == waiting.remark]
    acts[:] = [act for act in acts if act not in held]
    return replace(state, hesitation=replace(waiting, acts=(*waiting.acts, *held)))


def _may_wait(state: State, percepts: Sequence[Percept]) -> bool:
    """Only where turns are taken: not over the user, and after speech."""
    polite = state.profile.gate.at_once and not state.profile.policy.overlap
    return polite and any(p.kind in ("hear", "pause") for p in percepts)
