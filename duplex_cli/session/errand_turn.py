"""Errands inside a micro-turn: what the tick does with requests, second thoughts and answers. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from duplex_cli.session import errands as errands_
from duplex_cli.session.borrowed import borrowed
from duplex_cli.session.errand import Answer, Errand, Order, Rules
from duplex_cli.session.names import content
from duplex_cli.session.policy import Said
from duplex_cli.session.second_thoughts import settled
from duplex_cli.session.spoken_time import numbers
from duplex_cli.session.state import OpenAct, State
from duplex_cli.stream import Act, ActKind, Percept

SPOKEN_CHARS = 240
"""An answer of the background model is spoken up to the sentence that ends before: about 15 s of speech, as
long as any remark. All of it is shown."""

_CALL = re.compile(r"^(?P<name>[a-z]\w*)\s*(?::|$)\s*(?P<text>.*)$", re.DOTALL)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def is_spoken(percepts: Sequence[Percept]) -> bool:
    """Whether the user spoke in this micro-turn: only then is a call or a question carried out."""
    return any(p.kind in ("hear", "pause", "sound") for p in percepts)


def of_nobody(percept: Percept) -> bool:
    """Whether it goes to the model as it stands: all but the answers to errands, which wait their turn."""
    return percept.kind != "result" or not percept.where


def attend(state: State, percepts: Sequence[Percept], t: float, acts: list[Act]) -> State:
    """Let words, pauses and answers act on the errands, and start what has been held long enough."""
    if not (state.offers or state.profile.background.there):
        return state
    errands, orders = errands_.attend(state.errands, percepts, t, state.user_speaking, _rules(state))
    return _follow(replace(state, errands=errands), orders, t, acts)


def forced(state: State, percepts: Sequence[Percept]) -> ActKind | None:
    """At the pause after a correction the model words the call anew, whatever its gate says."""
    corrected = state.errands.corrected
    if corrected is None or state.open is not None or not any(p.kind == "pause" for p in percepts):
        return None
    return "call" if corrected.name else "delegate"


def begins(state: State) -> str:
    """How a call that is worded anew begins: with the tool that was corrected, unless another was named."""
    corrected = state.errands.corrected
    if corrected is None or not corrected.name:
        return ""
    said = content(" ".join(state.errands.utterance))
    others = [o for o in state.offers if o.name != corrected.name]
    named = any(content(o.name.replace("_", " ")) <= said for o in others)
    return "" if named else f" {corrected.name}:"


def request(state: State, act: OpenAct, text: str, t: float, acts: list[Act]) -> tuple[State, bool] | None:
    """Take a call of a tool, or a question; True if it was. None where it is a call of the agenda."""
    errand = _errand(state, act, text, t)
    if errand is None:
        return None
    copied = borrowed(errand.text, state.heard, state.seen)
    if act.spoken and copied and errands_.grounded(errand, state.heard):
        note = f"only on the screen ({', '.join(copied)}): {errand.line}"
        return replace(state, notes=(*state.notes, note)), False
    errands, orders, refusal = errands_.request(state.errands, errand, state.heard, act.spoken, t)
    state = replace(state, errands=errands, next_remark=state.next_remark + 1)
    if refusal:
        return replace(state, notes=(*state.notes, refusal)), False
    return _follow(state, orders, t, acts), True


def take_back(state: State, t: float, acts: list[Act]) -> State:
    """A `cancel` of the model that means no rule or stopwatch means the errand asked for last."""
    errands, orders = errands_.drop_latest(state.errands)
    return _follow(replace(state, errands=errands), orders, t, acts)


def means_dropped(state: State, text: str) -> bool:
    """Whether a `cancel` can only mean an errand that the user's words have just ended."""
    agenda = state.agenda
    in_force = agenda.rules or agenda.cues.rules or agenda.watches or state.errands.open
    return text.lower().startswith("cancel") and not in_force and state.errands.last is not None


def next_answer(state: State, t: float) -> tuple[State, Answer | None]:
    """The answer to be told now, if there is one and nobody is speaking."""
    occupied = state.user_speaking or state.steering.snoozed(t)
    errands, answer, orders = errands_.next_answer(state.errands, t, occupied, _rules(state))
    return _follow(replace(state, errands=errands), orders, t, []), answer


def shown(answer: Answer) -> Percept:
    """The answer as the interaction model reads it: its first line."""
    return replace(answer.percept, text=answer.percept.text.split("\n", 1)[0], where="")


def telling(answer: Answer, wording: str) -> str:
    """What is spoken: the model's wording of a tool's answer where it keeps to it, else the answer's words.

    A background model has worded its answer itself.
    """
    own = answer.percept.text.split("\n", 1)[0].strip()
    if not answer.errand.name:
        return opening(answer.percept.text)
    known = f"{own} {answer.errand.text}"
    kept = content(wording) & content(known) or numbers(wording) & numbers(own)
    if kept and numbers(wording) <= numbers(known) and numbers(own) <= numbers(wording) | numbers(known):
        return wording
    return own[:1].upper() + own[1:]


def opening(text: str) -> str:
    """The first sentences of `text`, SPOKEN_CHARS at most; a longer first sentence is cut at a word."""
    flat = " ".join(text.split())
    out = ""
    for sentence in _SENTENCE.split(flat):
        if out and len(out) + 1 + len(sentence) > SPOKEN_CHARS:
            break
        out = f"{out} {sentence}".strip()
    return out if len(out) <= SPOKEN_CHARS else out[:SPOKEN_CHARS].rsplit(" ", 1)[0] + " …"


def _rules(state: State) -> Rules:
    return Rules(state.profile.work.unasked, state.profile.background.stale_s)


def _errand(state: State, act: OpenAct, text: str, t: float) -> Errand | None:
    number = state.next_remark
    if act.kind == "delegate":
        return Errand(number, "", text.strip(), "read", t)
    match = _CALL.match(text.strip())
    offer = next((o for o in state.offers if match and o.name == match["name"]), None)
    if match is None or offer is None:
        return None
    words = settled(match["text"].strip().rstrip("."))
    return Errand(number, offer.name, words, offer.level, t)


def _follow(state: State, orders: Sequence[Order], t: float, acts: list[Act]) -> State:
    for order in orders:
        number = order.errand.number if order.errand else -1
        if order.what == "note":
            state = replace(state, notes=(*state.notes, order.text))
        elif order.what == "again" and order.errand is not None:
            new = replace(order.errand, number=state.next_remark, asked_at=t, stage="held", since=t)
            errands = replace(state.errands, open=(*state.errands.open, replace(new, acknowledged=False)))
            state = replace(state, errands=errands, next_remark=state.next_remark + 1)
        elif order.what == "say":
            acts.append(Act("say", order.text, remark=state.next_remark))
            said = (*state.said, Said(t, order.text, asked=True))
            state = replace(state, said=said, next_remark=state.next_remark + 1)
        else:
            asks = order.what == "run" and order.errand is not None and not order.errand.name
            acts.append(Act("delegate" if asks else "call", order.text, remark=number))
    return state
