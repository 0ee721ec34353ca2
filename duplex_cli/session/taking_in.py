"""How a tick takes in what was perceived, before anything is decided. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from duplex_cli.session import borrowed
from duplex_cli.session.overlap import overlapped
from duplex_cli.session.state import State
from duplex_cli.stream import Act, Percept

HEARD_WORDS = 40
"""Words remembered for checking durations and calls: about 15 s of speech."""


def by_time(percepts: Sequence[Percept]) -> list[Percept]:
    """In order; of two remarks in a row one ends at the sample at which the other begins, and ends first."""
    return sorted(percepts, key=lambda p: (p.at, p.kind == "begun"))


def absorb(state: State, percepts: Sequence[Percept]) -> State:
    """Take note of what is not put to the model: who is speaking, the words for later checks."""
    state = replace(state, seen=borrowed.remember(state.seen, percepts))
    for percept in percepts:
        if percept.kind == "voice":
            speaking = percept.text != "stop"
            state = replace(state, user_speaking=speaking)
        elif percept.kind == "hear":
            heard = (*state.heard, *percept.text.split())[-HEARD_WORDS:]
            begun = () if state.fell_silent else state.phrase
            phrase = (*begun, *percept.text.split())[-HEARD_WORDS:]
            state = replace(state, heard=heard, phrase=phrase, heard_at=percept.at, fell_silent=False)
        elif percept.kind == "pause":
            state = replace(state, fell_silent=True)
    return state


def overlap(state: State, percepts: Sequence[Percept], t: float, acts: list[Act]) -> State:
    """What the user's speech over own speech does to it."""
    policy = state.profile.policy
    meant = None if policy.overlap else {remark for remark, _, _ in state.scheduled}
    known, verdicts = overlapped(state.overlap, percepts, t, policy.yields, meant)
    state = replace(state, overlap=known)
    for verdict in verdicts:
        if verdict == "give up":
            if state.open is not None and state.open.kind == "say" and state.open.due is None:
                state.mind.abandon()
                state = replace(state, open=None)
            acts.append(Act("yield"))
        else:
            acts.append(Act(verdict))
    return state


def _far(percept: Percept) -> bool:
    return percept.kind in ("hear", "pause") and percept.where == "far"


def in_order(state: State, percepts: Sequence[Percept]) -> tuple[State, list[Percept]]:
    """Words first, the pause after them a tick later: two moments, two decisions.

    The last words of a sentence are told together with the pause that ends it. A request is complete
    with its words; whether silence asks for an answer is another question.
    """
    visible = [p for p in percepts if p.kind != "begun" and (state.profile.senses.far or not _far(p))]
    if state.held_pause is not None:
        if not any(p.kind == "hear" for p in visible):
            visible.append(state.held_pause)
        state = replace(state, held_pause=None)
    if any(p.kind == "hear" for p in visible):
        held = next((p for p in visible if p.kind == "pause"), None)
        visible = [p for p in visible if p.kind != "pause"]
        state = replace(state, held_pause=held)
    return state, visible
