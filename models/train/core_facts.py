"""The commonplace facts that anybody would take as an example, each met many times in many wordings.

data/core_facts.tsv: facts with wordings of their own. data/core.tsv: which facts of which relations belong to
the core; data/core_frames.tsv: further wordings of those relations. In a wording "@0" stands after the word
that completes the statement; what follows is more talk. Held out: wordings with their wrong values.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from models.train.corpora import held_out, table
from models.train.facts_data import RELATIONS, Fact, facts, known_questions
from models.train.streams import Pick

SELDOM = 2
"""Wordings of a fact of core_facts.tsv that do not count for its weight: what people say oftener has more of
them, and is drawn oftener. The relations have their weights in core.tsv."""
STORY_SHARE = 0.36
"""Of the statements: in a story, or with more talk after them. Such wordings are fewer."""


@dataclass(frozen=True)
class Core:
    """`plain` and `stories` have a slot {o} for the right value or a wrong one; a story has "@0"."""

    plain: tuple[str, ...]
    stories: tuple[str, ...]
    right: str
    wrong: tuple[str, ...]
    correction: str
    questions: tuple[str, ...]
    answer: str


def _core(frames: list[str], right: str, wrong: tuple[str, ...], correction: str, asked: list[str]) -> Core:
    plain = tuple(frame for frame in frames if "@" not in frame)
    stories = tuple(frame for frame in frames if "@" in frame)
    answer = next((_answers()[question] for question in asked if question in _answers()), right)
    return Core(plain, stories or plain, right, wrong, correction.format(o=right), tuple(asked), answer)


@cache
def _answers() -> dict[str, str]:
    """Question, answer of the other tables: one question has one answer."""
    return dict(reversed(known_questions()))


@cache
def _sides() -> dict[str, bool]:
    """False statements of facts.tsv, whose side of the split is not decided by their hash."""
    return {fact.false: test for test in (False, True) for fact in facts(test)}


@cache
def cores() -> tuple[Core, ...]:
    """Every fact of the core, as often as it weighs."""
    found: list[Core] = []
    for correction, right, wrong, frames, *asked in table("core_facts"):
        wordings = frames.split("|")
        questions = asked[0].split("|") if asked else []
        fact = _core(wordings, right, tuple(wrong.split(";")), correction, questions)
        found += [fact] * max(1, len(wordings) - SELDOM)
    relations = {relation.name: relation for relation in RELATIONS}
    for name, weight, *subjects in table("core"):
        relation = relations[name]
        further = [frame if "@" in frame else f"{frame}@0" for n, frame in table("core_frames") if n == name]
        chosen = subjects[0].split(";") if subjects and subjects[0] else None
        for s, o in relation.entries:
            if chosen is not None and s not in chosen:
                continue
            right = {b for a, b in relation.entries if a == s}
            others = tuple(sorted({b for _, b in relation.entries} - right))
            fact = _core(
                [frame.replace("{s}", s) for frame in (*relation.statements, *further)],
                o,
                relation.decoys.get(s, others),
                relation.correct,
                [question.format(s=s) for question in relation.questions],
            )
            found += [fact] * int(weight)
    return tuple(found)


def core_fact(p: Pick) -> Fact:
    """One statement of the core, in a wording and with a wrong value of this side of the split."""
    r = p.random
    while True:
        core = r.choice(cores())
        frame = r.choice(core.stories if r.random() < STORY_SHARE else core.plain)
        false = frame.format(o=r.choice(core.wrong))
        if _sides().get(false, held_out(false)) == p.test:
            return Fact(frame.format(o=core.right), false, core.correction, answer=core.right)


def core_question(p: Pick) -> tuple[str, str]:
    """(question, short answer) about the core."""
    while True:
        core = p.random.choice(cores())
        if core.questions:
            return p.random.choice(core.questions), core.answer
