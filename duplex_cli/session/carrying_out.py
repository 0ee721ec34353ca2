"""What becomes of calls, scripted or made by the model, and of remarks once they are made. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from duplex_cli.session import agenda as agenda_
from duplex_cli.session import watch_calls
from duplex_cli.session.borrowed import borrowed
from duplex_cli.session.policy import Said
from duplex_cli.session.state import OpenAct, State
from duplex_cli.stream import Act, Percept

REMEMBERED_REMARKS = 400


def follow_script(state: State, t: float, acts: list[Act]) -> State:
    """Scripted steps of the profile are exact words and calls; they do not pass the model."""
    steps = state.profile.script
    while state.next_step < len(steps) and steps[state.next_step].at <= t:
        step = steps[state.next_step]
        state = replace(state, next_step=state.next_step + 1)
        if step.say:
            acts.append(Act("say", step.say, remark=state.next_remark))
            state = remember(replace(state, next_remark=state.next_remark + 1), t, step.say, asked=True)
        else:
            state = carry_out(state, step.call, step.at, acts)
    return state


def carry_out(state: State, call: str, at: float, acts: list[Act]) -> State:
    """Apply a call to the agenda; reminders of rules that ended are not spoken any more."""
    heard = " ".join(state.heard)
    try:
        agenda, line, ended = agenda_.apply(state.agenda, call, at, (state.day_s + at) % 86400, heard)
    except agenda_.NotUnderstood as error:
        return replace(state, notes=(*state.notes, str(error)))
    acts.append(Act("call", call))
    dropped = [remark for remark, rule, _ in state.scheduled if rule in ended]
    acts.extend(Act("yield", remark=remark) for remark in dropped)
    return replace(
        state,
        agenda=agenda,
        held_dues=tuple(d for d in state.held_dues if d.rule not in ended),
        scheduled=tuple(s for s in state.scheduled if s[1] not in ended),
        notes=(*state.notes, line),
    )


def unwarranted(state: State, act: OpenAct, call: str) -> bool:
    """Whether a reminder was hardly asked for, or a call tells words that only the screen has."""
    if agenda_.is_timed(call) and act.p < state.profile.gate.reminders:
        return True
    known = [word for rule in state.agenda.rules for text in rule.texts for word in text.split()]
    told = " ".join(part.partition(": ")[2] for part in call.split(agenda_.BOTH))
    return bool(borrowed(told, (*state.heard, *known), state.seen))


def carry_out_held(state: State, percepts: Sequence[Percept], t: float, acts: list[Act]) -> State:
    """The stopwatch's call that waited for the end of its sentence, if that has come."""
    state, ripe = watch_calls.ripen(state, percepts, t)
    return carry_out(state, ripe.call, ripe.at, acts) if ripe is not None else state


def remember(state: State, t: float, text: str, *, asked: bool) -> State:
    return replace(state, said=(*state.said, Said(t, text, asked))[-REMEMBERED_REMARKS:])
