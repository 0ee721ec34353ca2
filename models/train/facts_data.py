"""The tables of facts, and which wording of them is held out.

data/relations.tsv and relation_entries.tsv: subject, relation, object, with tempting wrong objects.
data/facts.tsv: hand-written statements with a false twin; rows that follow each other and share a correction
are wordings of one fact. data/facts_unseen.tsv: the same for facts that training never sees in any form.

Held out: other wordings and wrong values, not other facts; a 270M model does not derive unseen facts. What
facts_unseen.tsv measures is reported apart (tag "unseen fact").
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import groupby

from models.train.corpora import held_out, table

HELD_OUT_WORDINGS = 5
"""One in so many of a fact's wordings after its first belongs to evaluation; the first is always learned."""


@dataclass(frozen=True)
class Relation:
    """`statements` with {s} and {o}; `correct` with {o}; `questions` with {s}; entries (subject, object)."""

    name: str
    statements: tuple[str, ...]
    correct: str
    questions: tuple[str, ...]
    entries: tuple[tuple[str, str], ...]
    decoys: dict[str, tuple[str, ...]]
    """Tempting wrong objects by subject."""


@dataclass(frozen=True)
class Fact:
    """A statement in a true and a false form, what to say to the false one, and a question ("" if none)."""

    true: str
    false: str
    correction: str
    question: str = ""
    answer: str = ""


def _relations() -> tuple[Relation, ...]:
    entries = table("relation_entries")
    found = []
    for name, statements, correct, *asked in table("relations"):
        mine = [row for row in entries if row[0] == name]
        found.append(
            Relation(
                name,
                tuple(statements.split("|")),
                correct,
                tuple(asked[0].split("|")) if asked and asked[0] else (),
                tuple((row[1], row[2]) for row in mine),
                {row[1]: tuple(row[3].split(";")) for row in mine if len(row) > 3 and row[3]},
            )
        )
    return tuple(found)


RELATIONS = _relations()


def facts(test: bool) -> tuple[Fact, ...]:
    """Rows of facts.tsv on one side of the split by wording."""
    return _worded("facts", test)


def common(test: bool) -> tuple[Fact, ...]:
    """Rows of facts_more.tsv, commonplaces in three wordings each, on one side of the split by wording."""
    return _worded("facts_more", test)


@cache
def _worded(name: str, test: bool) -> tuple[Fact, ...]:
    mine = []
    for _, wordings in groupby((Fact(*row) for row in table(name)), key=lambda f: f.correction):
        for n, fact in enumerate(wordings):
            if (n > 0 and held_out(fact.false, HELD_OUT_WORDINGS)) is test:
                mine.append(fact)
    return tuple(mine)


@cache
def written() -> frozenset[str]:
    """The false statements of the tables whose side is not decided by their own hash."""
    return frozenset(row[1] for name in ("facts", "facts_more") for row in table(name))


@cache
def unseen() -> tuple[Fact, ...]:
    """Facts of evaluation alone."""
    return tuple(Fact(*row) for row in table("facts_unseen"))


@cache
def known_questions() -> tuple[tuple[str, str], ...]:
    """(question, short answer) of every row that has one; their wordings are split where they are drawn."""
    asked = [(row[0], row[1]) for row in table("questions")]
    return (*asked, *((f.question, f.answer) for test in (False, True) for f in facts(test) if f.question))


def frames(kind: str) -> tuple[str, ...]:
    """Texts of data/fact_frames.tsv of one kind; "-" stands for no words at all."""
    return tuple("" if text == "-" else text for name, text in table("fact_frames") if name == kind)
