"""Errands: tool calls and questions to the background model, from the request to the answer. Pure.

A call that the interaction model makes is held until the user has been silent for a moment, so that a request
that is taken back or corrected in the same breath never runs. Only speech makes, changes, allows and drops
errands; what is seen, read or answered by a tool does none of it. Answers wait for a gap in the talk.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from duplex_cli.profile import Level
from duplex_cli.session.borrowed import alike
from duplex_cli.session.errand import Answer, Errand, Errands, Order, Rules, Stage
from duplex_cli.session.names import content
from duplex_cli.session.second_thoughts import (
    again,
    allows,
    corrects,
    drops,
    drops_named,
    first_form,
    refuses,
)
from duplex_cli.session.spoken_time import numbers
from duplex_cli.stream import Percept

HOLD_S: dict[Level, float] = {"read": 0.6, "write": 1.2, "outside": 1.2}
"""Seconds of silence after the pause before a call runs. The pause itself takes some 0.6 s, and the silence
before a self-repair is mostly well under a second (Blackmer and Mitton 1991, "Theories of monitoring and the
timing of repairs in spontaneous speech"); what changes something waits twice as long: it cannot be undone."""

UNPAUSED_S = 2.0
"""Silence that counts as a pause where none was told."""

CONSENT_S = 30.0
"""A question for consent that nobody answers lapses: later a "yes" means something else."""

ACKNOWLEDGE_S = 1.0
"""A tool that takes longer is announced; people take a longer silence for not having been heard."""

STALE_S = 60.0
"""A tool's answer so long after the request is shown and not said."""

GAP_S = 0.4
"""An answer is told when nobody has spoken for so long."""

CHANGE_S = 15.0
"""A correction within so many seconds replaces a call that is running already."""

GROUNDED = 0.6
"""Share of a call's words that the user must have said lately. The model copies what it heard; words that
stand only on a screen or in an answer are somebody else's."""


@dataclass(slots=True)
class _Desk:
    """One tick's work on the errands."""

    errands: Errands
    rules: Rules
    orders: list[Order] = field(default_factory=list)

    def stage(self, errand: Errand, stage: Stage, t: float) -> Errand:
        changed = replace(errand, stage=stage, since=t)
        kept = tuple(changed if e.number == errand.number else e for e in self.errands.open)
        self.errands = replace(self.errands, open=kept)
        return changed

    def run(self, errand: Errand, t: float) -> None:
        self.orders.append(Order("run", errand.line, self.stage(errand, "running", t)))

    def drop(self, errands: Sequence[Errand], why: str) -> None:
        numbers_ = {e.number for e in errands}
        kept = tuple(e for e in self.errands.open if e.number not in numbers_)
        answers = tuple(a for a in self.errands.answers if a.errand.number not in numbers_)
        last = errands[-1] if errands else self.errands.last
        self.errands = replace(self.errands, open=kept, answers=answers, last=last)
        for errand in errands:
            if errand.stage == "running":
                self.orders.append(Order("cancel", f"cancel: {errand.line}", errand))
            self.orders.append(Order("note", f"{why}: {errand.line}", errand))


def attend(
    errands: Errands, percepts: Iterable[Percept], t: float, speaking: bool, rules: Rules
) -> tuple[Errands, list[Order]]:
    """Take in what was perceived up to session time `t`, and do what has become due.

    `speaking` tells whether the user's voice is heard. Words are judged at their pause; a word that drops
    an errand counts at once.
    """
    desk = _Desk(errands, rules)
    if errands.reply is not None:
        _reply(desk, errands.reply, t)
    for percept in percepts:
        if percept.kind == "hear":
            _hear(desk, percept)
        elif percept.kind == "voice" and percept.text == "start":
            desk.errands = replace(desk.errands, quiet_since=None)
        elif percept.kind == "pause":
            desk.errands = replace(desk.errands, quiet_since=t)
            _judge(desk, t)
        elif percept.kind == "result":
            _arrive(desk, percept)
    now = desk.errands
    if not speaking and now.quiet_since is None and t - now.last_word_at >= UNPAUSED_S:
        desk.errands = replace(now, quiet_since=t)
        _judge(desk, t)
    _advance(desk, t, speaking)
    return desk.errands, desk.orders


def request(
    errands: Errands, errand: Errand, heard: Sequence[str], spoken: bool, t: float
) -> tuple[Errands, list[Order], str]:
    """Take a call that the model made at session time `t`: held, or refused with a line why.

    `heard` are the words heard lately, `spoken` tells whether the micro-turn was one in which the user spoke.
    """
    if not spoken:
        return errands, [], f"not asked for: {errand.line}"
    if not grounded(errand, heard):
        return errands, [], f"nobody said that: {errand.line}"
    corrected = errands.corrected
    if corrected is not None and errand.line == corrected.line:
        new_words = content(" ".join(errands.utterance))
        if not new_words & content(errand.text):
            return errands, [], f"taken back: {errand.line}"
    words = " ".join(errands.utterance)
    taken_back = errand.name and first_form(words, errand.text)
    # "Never mind" asks for nothing, whatever was said before it.
    if taken_back or ((drops(words) or drops_named(words)) and not grounded(errand, errands.utterance)):
        return errands, [], f"taken back: {errand.line}"
    desk, changes = _Desk(errands, Rules()), corrects(words)
    for other in errands.open:
        if other.line == errand.line and other.stage != "asking":
            return errands, [], f"under way already: {errand.line}"
        recent = t - other.asked_at <= CHANGE_S and other.name == errand.name
        if changes and (other.stage in ("held", "asking") or recent):
            desk.drop([other], "corrected")
    kept = desk.errands
    added = replace(kept, open=(*kept.open, replace(errand, since=t)), utterance=(), corrected=None)
    return added, desk.orders, ""


def grounded(errand: Errand, heard: Sequence[str]) -> bool:
    """Whether the user said what the call is about: most words of its argument, or of a bare tool's name."""
    said = " ".join(heard).replace("_", " ")  # ears write "test_parser.py" as they may
    words = content(errand.text.replace("_", " ")) or content(errand.name.replace("_", " "))
    known = content(said)
    figures = numbers(said)
    found = [w for w in words if w in known or w in figures or any(alike(w, k) for k in known)]
    return len(found) >= GROUNDED * len(words)


def next_answer(
    errands: Errands, t: float, speaking: bool, rules: Rules
) -> tuple[Errands, Answer | None, list[Order]]:
    """The answer that may be told now, if there is one; those that came too late are only shown."""
    orders: list[Order] = []
    kept = list(errands.answers)
    while kept:
        answer = kept[0]
        stale = rules.stale_background_s if not answer.errand.name else STALE_S
        if t - answer.errand.asked_at > stale:
            orders.append(Order("note", f"late, not said: {answer.percept.text}", answer.errand))
            kept.pop(0)
            continue
        gap = errands.quiet_since is not None and t - errands.quiet_since >= GAP_S
        if speaking or not gap:
            return replace(errands, answers=tuple(kept)), None, orders
        return replace(errands, answers=tuple(kept[1:])), answer, orders
    return replace(errands, answers=()), None, orders


def drop_latest(errands: Errands) -> tuple[Errands, list[Order]]:
    """End the request made last, as the model asked for with a `cancel` that meant nothing else."""
    desk = _Desk(errands, Rules())
    desk.drop(errands.open[-1:], "dropped")
    return desk.errands, desk.orders


def _reply(desk: _Desk, granted: bool, t: float) -> None:
    """Answer the question for consent that waits, if one does, by key or command."""
    waiting = next((e for e in desk.errands.open if e.stage == "asking"), None)
    if waiting is not None and granted:
        desk.run(waiting, t)
    elif waiting is not None:
        desk.drop([waiting], "not allowed")
    desk.errands = replace(desk.errands, reply=None)


def _hear(desk: _Desk, percept: Percept) -> None:
    now = desk.errands
    words = (*(() if now.ended else now.utterance), *percept.text.split())
    desk.errands = replace(now, utterance=words, ended=False, quiet_since=None, last_word_at=percept.at)
    said = " ".join(words)
    named = drops_named(said)
    about = [e for e in now.open if named & (content(e.text) | content(e.name.replace("_", " ")))]
    if about:
        desk.drop(about, "dropped")
    elif drops(said):
        waiting = [e for e in now.open if e.stage in ("held", "asking")]
        running = [e for e in now.open if e.stage == "running"]
        told_soon = [a.errand for a in now.answers]
        desk.drop(waiting or running[-1:] or told_soon[-1:], "dropped")


def _judge(desk: _Desk, t: float) -> None:
    """At a pause: the words before it may correct what is held, or answer a question for consent."""
    said = "" if desk.errands.ended else " ".join(desk.errands.utterance)
    desk.errands = replace(desk.errands, ended=True)
    if not said:
        return
    last = desk.errands.last
    if last is not None and again(said) and all(e.line != last.line for e in desk.errands.open):
        desk.orders.append(Order("again", last.line, last))
        return
    held = [e for e in desk.errands.open if e.stage == "held"]
    if held and corrects(said):
        desk.drop(held, "corrected")
        desk.errands = replace(desk.errands, corrected=held[-1])
    for errand in desk.errands.open:
        if errand.stage != "asking" or desk.errands.last_word_at <= errand.since:
            continue
        if allows(said):
            desk.run(errand, t)
        elif refuses(said):
            desk.drop([errand], "not allowed")
            if len(content(said)) > 1:
                desk.errands = replace(desk.errands, corrected=errand)
        break


def _arrive(desk: _Desk, percept: Percept) -> None:
    number = int(percept.where) if percept.where.isdigit() else -1
    errand = next((e for e in desk.errands.open if e.number == number), None)
    if errand is None:
        return  # dropped meanwhile
    kept = tuple(e for e in desk.errands.open if e.number != number)
    answers = (*desk.errands.answers, Answer(errand, percept))
    desk.errands = replace(desk.errands, open=kept, answers=answers, last=errand)


def _advance(desk: _Desk, t: float, speaking: bool) -> None:
    quiet = desk.errands.quiet_since
    for errand in desk.errands.open:
        waited = t - errand.since
        if errand.stage == "held" and not speaking and quiet is not None:
            if t - max(quiet, errand.since) + 1e-6 >= HOLD_S[errand.level]:
                if errand.level in desk.rules.unasked or not errand.name:
                    desk.run(errand, t)
                else:
                    desk.stage(errand, "asking", t)
                    question = f"Shall I do this: {errand.line.replace('_', ' ')}?"
                    desk.orders.append(Order("say", question, errand))
        elif errand.stage == "asking" and waited > CONSENT_S:
            desk.drop([errand], "nobody allowed it")
        elif errand.stage == "running" and not errand.acknowledged and not speaking:
            _acknowledge(desk, errand, waited)


def _acknowledge(desk: _Desk, errand: Errand, waited: float) -> None:
    """Say once that it is being done; what takes no time needs no word."""
    if waited < (ACKNOWLEDGE_S if errand.name else 0.0):
        return
    changed = replace(errand, acknowledged=True)
    kept = tuple(changed if e is errand else e for e in desk.errands.open)
    desk.errands = replace(desk.errands, open=kept)
    desk.orders.append(Order("say", "I am on it." if errand.name else "I will find out.", errand))
