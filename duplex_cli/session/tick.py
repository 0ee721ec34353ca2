"""The heart: one 200 ms micro-turn. `tick(state, percepts, t) -> (state, micro_turn)`.

Live, test and replay call this same function. It never reads a clock, a device or a file; the model is
reached through `state.mind`, whose answers depend on nothing but what it was asked before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from duplex_cli.interaction import protocol
from duplex_cli.interaction.gate import Threshold
from duplex_cli.interaction.model import StepRequest, StepResult
from duplex_cli.session import agenda as agenda_
from duplex_cli.session import errand_turn, evidence, hesitation, watch_calls
from duplex_cli.session.carrying_out import carry_out, carry_out_held, follow_script, remember, unwarranted
from duplex_cli.session.native_media import media_of
from duplex_cli.session.policy import STOP_LEVEL, corrects_nothing, repeats, says_stop, withholds
from duplex_cli.session.state import OpenAct, State
from duplex_cli.session.taking_in import absorb, in_order, overlap
from duplex_cli.session.wording import worded
from duplex_cli.stream import Act, ActKind, GateReading, MicroTurn, Percept

LEAD_S = 1.4
"""A reminder is put to the model so long before it is due: worded in up to three ticks (0.6 s on the
slowest machine aimed at), made into sound in 0.1 s, and then started on its very sample."""

PATIENCE_S = 0.8
"""A reminder that has waited while other things were perceived is worded, whatever else is going on,
when it is due within so many seconds."""

UNJUDGED = ("finding", "fixed")
"""Kinds of percepts that code deals with; the model is not asked about them."""

WAVED_WORDS = 6
"""Last words heard in which "I know" or "ignore that" is looked for: a short answer, no sentence of work."""


NOBODY_TO_ASK = "no background model to ask"


def tick(state: State, percepts: Sequence[Percept], t: float) -> tuple[State, MicroTurn]:
    """Close the micro-turn that ends at session time `t` (seconds) with what was perceived in it."""
    state = replace(state, steps=(), notes=(), index=state.index + 1)
    state = absorb(state, percepts)
    acts: list[Act] = []
    state = overlap(state, percepts, t, acts)
    state = hesitation.settle(state, percepts, t, acts)
    present = () if state.steering.paused else percepts
    state, dues = _fall_due(state, present, t)
    state = errand_turn.attend(state, present, t, acts)
    state = follow_script(state, t, acts)
    state = carry_out_held(state, present, t, acts)
    state, visible = in_order(state, [p for p in present if errand_turn.of_nobody(p)])
    state, gate, withheld = _decide(state, [p for p in visible if p.kind not in UNJUDGED], t, acts)
    state = _say_finding(state, percepts, t, acts)
    state = hesitation.hold_back(state, visible, gate, t, acts)
    turn = MicroTurn(
        index=state.index - 1,
        at=t,
        percepts=(*percepts, *dues),
        acts=tuple(acts),
        gate=gate,
        withheld=withheld,
    )
    return state, turn


def _fall_due(state: State, percepts: Sequence[Percept], t: float) -> tuple[State, list[Percept]]:
    agenda, cued = agenda_.cued(state.agenda, percepts)
    agenda, timed = agenda_.due(agenda, t + LEAD_S)
    fired = [*cued, *timed]
    dues = [Percept(at=d.at, kind="due", text=d.text) for d in fired]
    kept = tuple(s for s in state.scheduled if s[2] > t)
    held = sorted((*state.held_dues, *fired), key=lambda due: due.at)  # a cue was heard, a timer lies ahead
    return replace(state, agenda=agenda, held_dues=tuple(held), scheduled=kept), dues


def _say_finding(state: State, percepts: Sequence[Percept], t: float, acts: list[Act]) -> State:
    """A fault that a tool has proven is said in the tool's words, as soon as policy and speech allow."""
    found = evidence.absorb(state.evidence, percepts, " ".join(state.heard[-WAVED_WORDS:]), t)
    state = replace(state, evidence=found)
    if not found.waiting or acts or state.open is not None or state.user_speaking or state.steering.paused:
        return state
    if withholds(state.profile.policy, state.said, t, state.user_speaking, state.steering.snoozed(t)):
        return state
    found, words, line = evidence.next_remark(found, t)
    acts.append(Act("say", words, remark=state.next_remark))
    state = replace(state, evidence=found, next_remark=state.next_remark + 1, notes=(*state.notes, line))
    return remember(replace(state, last_act_at=t), t, words, asked=False)


def _decide(
    state: State, percepts: Sequence[Percept], t: float, acts: list[Act]
) -> tuple[State, GateReading | None, str]:
    """Put what is visible to the model, and a reminder that is due; two steps, three `at_once`."""
    moment = protocol.moment(percepts, t, state.last_told)
    gate, withheld = None, ""
    if moment is not None:
        state = replace(state, last_told=int(t))
    if moment is not None or state.open is not None:
        perceived = _counts_from(state, percepts, t)
        state, gate, withheld = _judge(state, moment, t, perceived, percepts, acts)
        pause = state.held_pause if state.profile.gate.at_once and state.open is None else None
        if pause is not None and not any(act.kind in ("say", "call") for act in acts):
            state = replace(state, held_pause=None)
            moment = protocol.moment([pause], t, state.last_told)
            state, gate, withheld = _judge(state, moment, t, perceived, [pause], acts)
    urgent = state.held_dues and state.held_dues[0].at - t < PATIENCE_S
    if state.held_dues and state.open is None and (moment is None or urgent):
        state, due_gate = _word_reminder(state, t, acts)
        gate = gate or due_gate
    elif moment is None and state.open is None and state.errands.answers:
        state, answer_gate = _word_answer(state, t, acts)
        gate = gate or answer_gate
    return state, gate, withheld


def _counts_from(state: State, percepts: Sequence[Percept], t: float) -> float:
    """When what is answered was perceived: "in ten seconds" counts from its last word, not the pause."""
    spoken = any(p.kind in ("hear", "pause") for p in percepts)
    return state.heard_at if spoken and state.heard_at is not None else t


def _judge(
    state: State,
    moment: str | None,
    t: float,
    perceived: float,
    percepts: Sequence[Percept],
    acts: list[Act],
) -> tuple[State, GateReading | None, str]:
    """One step of the model on what was perceived, or on the remark under way."""
    only_seen, spoken = all(p.kind in ("see", "look") for p in percepts), errand_turn.is_spoken(percepts)
    gate_settings = state.profile.gate
    speech = gate_settings.seen if only_seen else gate_settings.threshold
    speech, calls = Threshold(speech, gate_settings.calls, gate_settings.hysteresis).at(t - state.last_act_at)
    if spoken and state.agenda.rules and says_stop(state.phrase):
        calls = min(calls, STOP_LEVEL)
    rule = withholds(state.profile.policy, state.said, t, state.user_speaking, state.steering.snoozed(t))
    permitted: set[ActKind] = {"yield"} if rule else {"say", "yield"}
    if spoken:  # what is merely seen, played or answered starts nothing
        permitted |= {"call", "delegate"} if state.profile.background.there else {"call"}
    force = errand_turn.forced(state, percepts)
    result = state.mind.step(
        StepRequest(
            moment=moment,
            threshold=speech,
            call_threshold=calls,
            budget=state.profile.model.tokens_per_tick,
            permitted=frozenset(permitted),
            force=force,
            media=media_of(percepts),
            begins=errand_turn.begins(state) if force == "call" else "",
        )
    )
    state = replace(state, steps=(*state.steps, result))
    blocked = result.wanted != result.kind and result.wanted in ("say", "backchannel")
    if result.kind == "yield":
        return _yield(state, acts), result.gate, ""
    if result.kind in ("say", "call", "delegate"):
        if state.open is None:
            state = _open(state, result.kind, perceived, answers_speech=not only_seen)
            assert state.open is not None
            p = 1.0 if result.gate is None or force else 1.0 - result.gate.silent
            opened = replace(state.open, spoken=spoken, forced=force is not None, p=p)
            state = replace(state, open=opened)
        state, repeated = _grow(state, result, t, acts)
        return state, result.gate, "repeated" if repeated else ""
    # A model that was restarted in the middle of a remark has nothing to go on with.
    state = replace(state, open=None)
    if result.wanted == "delegate" and not state.profile.background.there:
        state = replace(state, notes=(*state.notes, NOBODY_TO_ASK))
    return state, result.gate, rule if blocked else ""


def _word_reminder(state: State, t: float, acts: list[Act]) -> tuple[State, GateReading | None]:
    due, *rest = state.held_dues
    percept = Percept(at=due.at, kind="due", text=due.text)
    moment = protocol.moment([percept], t, state.last_told)
    result = state.mind.step(
        StepRequest(
            moment=moment,
            threshold=0.0,
            budget=state.profile.model.tokens_per_tick,
            force="say",
        )
    )
    state = replace(state, held_dues=tuple(rest), last_told=int(t), steps=(*state.steps, result))
    state = _open(state, "say", due.at)
    assert state.open is not None
    state = replace(state, open=replace(state.open, due=due))
    state, _ = _grow(state, result, t, acts)
    return state, result.gate


def _word_answer(state: State, t: float, acts: list[Act]) -> tuple[State, GateReading | None]:
    """Tell what a tool or the background model has answered: asked for, hence worded and not judged."""
    state, answer = errand_turn.next_answer(state, t)
    if answer is None:
        return state, None
    moment = protocol.moment([errand_turn.shown(answer)], t, state.last_told)
    budget = state.profile.model.tokens_per_tick
    result = state.mind.step(StepRequest(moment=moment, threshold=0.0, budget=budget, force="say"))
    state = replace(state, last_told=int(t), steps=(*state.steps, result))
    state = _open(state, "say", t)
    assert state.open is not None
    state = replace(state, open=replace(state.open, answer=answer))
    state, _ = _grow(state, result, t, acts)
    return state, result.gate


def _open(state: State, kind: ActKind, perceived: float, answers_speech: bool = False) -> State:
    opened = OpenAct(kind, state.next_remark, perceived_at=perceived, answers_speech=answers_speech)
    return replace(state, open=opened, next_remark=state.next_remark + 1)


def _grow(state: State, result: StepResult, t: float, acts: list[Act]) -> tuple[State, bool]:
    """Add a piece to the open act and do what can be done with it. True if it was a repetition."""
    act = state.open
    assert act is not None
    act = replace(act, text=act.text + result.text)
    state = replace(state, open=None if result.last else act)
    given = act.due is not None or act.answer is not None
    if act.kind == "say" and not given and state.profile.policy.repeat_s == 0:
        return _say_piece(state, act, result, t, acts), False
    if not result.last:
        return state, False
    text = act.text.strip()
    if act.kind in ("call", "delegate"):
        return _take_call(state, act, text, t, acts), False
    if act.answer is not None:
        told = errand_turn.telling(act.answer, text)
        acts.append(Act("say", told, remark=act.remark))
        return remember(replace(state, last_act_at=t), t, told, asked=True), False
    if act.due is not None:
        return _say_reminder(state, act, text, t, acts), False
    if not text:
        return state, False
    policy = state.profile.policy
    if repeats(policy, state.said, t, text, act.answers_speech) or corrects_nothing(state.heard, text):
        state.mind.retract()
        return state, True
    acts.append(Act("say", text, remark=act.remark))
    return remember(replace(state, last_act_at=t), t, text, asked=False), False


def _take_call(state: State, act: OpenAct, text: str, t: float, acts: list[Act]) -> State:
    """An errand, or a call of the agenda."""
    asked = errand_turn.request(state, act, text, t, acts)
    if asked is not None:
        state, taken = asked
    elif act.forced or unwarranted(state, act, text):
        taken = False
    elif errand_turn.means_dropped(state, text):
        taken = True  # it is done already: the words themselves have ended it
    elif text.lower().startswith("cancel") and state.errands.open and not state.agenda.rules:
        state, taken = errand_turn.take_back(state, t, acts), True
    else:
        held = watch_calls.hold(state, text, act.perceived_at)
        before = len(acts)
        state = held or carry_out(state, text, act.perceived_at, acts)
        taken = held is not None or len(acts) > before
    if not taken:
        state.mind.retract()  # a call that was none must not stand as an example in the context
        return state
    return replace(state, last_act_at=t)


def _say_piece(state: State, act: OpenAct, result: StepResult, t: float, acts: list[Act]) -> State:
    """Profiles that may repeat themselves speak each piece as it comes: simultaneous speech."""
    if result.text or result.last:
        acts.append(Act("say", result.text, remark=act.remark, last=result.last))
    if result.last and act.text.strip():
        return remember(replace(state, last_act_at=t), t, act.text.strip(), asked=False)
    return state


def _say_reminder(state: State, act: OpenAct, text: str, t: float, acts: list[Act]) -> State:
    assert act.due is not None
    text = worded(act.due.text, text)
    acts.append(Act("say", text, remark=act.remark, start_at=act.due.at if act.due.timed else None))
    if act.due.timed:
        state = replace(state, scheduled=(*state.scheduled, (act.remark, act.due.rule, act.due.at)))
    return remember(state, t, text, asked=True)


def _yield(state: State, acts: list[Act]) -> State:
    remark = state.open.remark if state.open else -1
    acts.append(Act("yield", remark=remark))
    return replace(state, open=None)
