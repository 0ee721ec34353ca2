"""False statements to correct, true ones to let pass, and short questions to answer."""

from __future__ import annotations

import re
from collections.abc import Callable

from models.train.core_facts import core_fact, core_question
from models.train.corpora import country_pairs, held_out, table
from models.train.counting import words
from models.train.facts_data import (
    RELATIONS,
    Fact,
    common,
    facts,
    frames,
    known_questions,
    unseen,
    written,
)
from models.train.streams import Pick, Stream, sentence
from models.train.sums import arithmetic, in_digits

SAID = frames("said")
GOING_ON = frames("going_on")
NOT_CLAIMED = frames("not_claimed")
REPAIR = frames("repair")
THANKS = frames("thanks")
ASKED = frames("asked")
REPORTED = frames("reported")
CAPITALS = RELATIONS[0]

UNSEEN_SHARE = 0.13
"""Of the statements of evaluation: facts that training never sees, reported apart."""
CORE_SHARE, CORE_ASKED_SHARE, SUM_SHARE = 0.75, 0.5, 0.08
"""Of statements and of questions, how many are about the commonplace facts; and sums."""
CORE_TABLE_SHARE = 0.65
"""Of the statements about commonplace facts, how many have a wrong value put into a frame; the others are
written whole."""
FALSE_SHARE, LEAD_SHARE, GOING_ON_SHARE = 0.43, 0.5, 0.2
"""Of what is said under a task of facts: false statements (true ones and what cannot be checked make up the
rest), statements with words before them, and with talk after them."""
SHORT_SHARE = 0.4
"""How many of those words before and after a drill has; of its questions, how many begin at once."""
NOT_THE_OTHER_SHARE = 0.1
"""Of the statements that end in a value, how many name the other one too: "is Canberra and not Sydney"."""
OWN_DECOYS = 0.8
"""How often a wrong object is one that tempts; where every subject has some, others may be true by chance."""
PLAIN = ("Actually, it is ", "Actually, it was ", "Actually, they are ")
INDIRECT = ("tell me", "to know", "forgot", "help me", "curious", "out here", "crossword", "something", "say")
"""Leads that only fit before a question word."""
OF_LANGUAGES = re.compile(
    r"\b(Spanish|French|German|Italian|Japanese|Portuguese|Russian|Latin|English|means?)\b", re.IGNORECASE
)
"""What may hold a foreign word: not for a session whose task is to translate such words."""
_STORY = "@0"
"""In a statement with more talk after it: what completes the statement."""
INQUIRING = ("what", "who", "where", "when", "which", "how", "why")
_IS = re.compile(r"(what|who|where) (is|are|was) (the .+?)")
_OPEN_END = re.compile(r".* (called|made|of|from|in|with|for|around|to|on|red|around itself)")
_RIGHT = re.compile(
    r"(?:Actually, )?(?:(?:it|they|he|she|there|that) )?(?:is|are|was|were)? ?(?:in |a )?(.+)\."
)


def related(p: Pick) -> Fact:
    """One statement of a relation, in a wording and with a wrong object of this side of the split."""
    r = p.random
    while True:
        relation = r.choice((*RELATIONS, *[CAPITALS] * 3))
        subject, true = r.choice(relation.entries)
        right = {o for s, o in relation.entries if s == subject}
        decoys = relation.decoys.get(subject)
        own = 1.0 if len(relation.decoys) == len(relation.entries) else OWN_DECOYS
        others = [o for _, o in relation.entries if o not in right]
        false = r.choice(decoys if decoys and r.random() < own else others)
        template = r.choice(relation.statements)
        text = template.format(s=subject, o=false)
        if held_out(text) == p.test and text not in written():
            return Fact(
                template.format(s=subject, o=true), text, relation.correct.format(o=true), answer=true
            )


def statement(p: Pick) -> tuple[Fact, str]:
    """(a statement in its two forms, tag of its correction)."""
    r = p.random
    if p.test and p.maybe(UNSEEN_SHARE) and unseen():
        return r.choice(unseen()), "unseen fact"
    x = r.random()
    if x < SUM_SHARE:
        text, value, wrong = arithmetic(p)
        verb = r.choice(["is", "is", "is", "equals", "makes"])
        right, bad = (words(value), words(wrong)) if p.maybe(0.6) else (str(value), str(wrong))
        return Fact(
            f"{text} {verb} {right}", f"{text} {verb} {bad}", f"Actually, it is {words(value)}."
        ), "fact"
    if x < SUM_SHARE + CORE_SHARE:
        fact = core_fact(p) if p.maybe(CORE_TABLE_SHARE) else r.choice(common(p.test))
    else:
        fact = related(p) if p.maybe(0.4) else r.choice(facts(p.test))
    if p.maybe(0.2):
        fact = Fact(in_digits(fact.true), in_digits(fact.false), fact.correction, fact.question, fact.answer)
    return fact, "fact"


def claims(s: Stream, noise: Callable[[Stream], None], *, correct: bool) -> None:
    """Statements, half of them false. `correct`: whether the task asks for corrections."""
    p = s.pick
    shorter = SHORT_SHARE if s.style.dense else 1.0
    for _ in range(s.style.several(p.random, 5, 8)):
        if p.maybe(0.15):
            noise(s)
        fact, tag = statement(p)
        while not _fits(s, fact.false):
            fact, tag = statement(p)
        x = p.random.random()
        acts = [(f"say {fact.correction}", tag)] if correct and x < FALSE_SHARE else []
        if x < 0.83 and _STORY in fact.false:
            s.hear(fact.false if x < FALSE_SHARE else fact.true, acts)
        elif x < 0.83:
            text = _stated(p, fact, false=x < FALSE_SHARE)
            if p.maybe(LEAD_SHARE * shorter):
                text = f"{p.of(SAID)} {text}".strip()
            going_on = _STORY in text or p.maybe(GOING_ON_SHARE * shorter)
            if going_on and _STORY not in text:
                text += f"@0 {p.of(GOING_ON)}"
            s.hear(text if going_on else sentence(text), acts)
            if acts and not going_on and fact.correction.startswith(PLAIN) and p.maybe(0.15 * shorter):
                s.wait(1, 3)
                s.hear(p.of(THANKS).format(o=_value(fact)))
        elif x < 0.9 and _STORY not in fact.false:
            s.hear(p.of(NOT_CLAIMED).format(f=fact.false))  # "a myth that" makes a true one false
        elif x < 0.97:
            s.hear(sentence(f"{p.of(SAID) if p.maybe(0.4) else ''} {_of(p, 'private_claims')[0]}".strip()))
        else:
            repaired(s, fact)


def _stated(p: Pick, fact: Fact, *, false: bool) -> str:
    """One of the two forms, sometimes with the other value denied after it."""
    same, slip, meant = _difference(fact)
    ends = len(slip) < 4 and len(meant) < 4 and slip[-1] != meant[-1]
    if same < 2 or not ends or not p.maybe(NOT_THE_OTHER_SHARE):
        return fact.false if false else fact.true
    one, other = (slip, meant) if false else (meant, slip)
    both = f"{' '.join(fact.true.split()[:same])} {' '.join(one)}"
    return (
        f"{both}{_STORY if false else ''} {p.random.choice(['and not', 'and not', 'not'])} {' '.join(other)}"
    )


def _difference(fact: Fact) -> tuple[int, list[str], list[str]]:
    """(words that both forms begin with, the rest of the false one, the rest of the true one)."""
    false, true = fact.false.split(), fact.true.split()
    same = 0
    while same < min(len(false), len(true)) - 1 and false[same] == true[same]:
        same += 1
    return same, false[same:], true[same:]


def _fits(s: Stream, text: str) -> bool:
    """Whether `text` holds nothing that the session's task asks to translate."""
    return s.kind not in ("translate", "codeswitch") or not OF_LANGUAGES.search(text)


def _value(fact: Fact) -> str:
    """The right value alone: "Actually, it is Canberra." -> "Canberra"."""
    found = _RIGHT.fullmatch(fact.correction)
    return fact.answer.rstrip(".") or (found.group(1) if found else fact.correction)


def repaired(s: Stream, fact: Fact) -> None:
    """A speaker who corrects the wrong word in the breath in which it is said."""
    p = s.pick
    same, slip, meant = _difference(fact)
    if same < 2 or len(slip) > 3 or _STORY in fact.false:
        return
    s.hear(" ".join(fact.false.split()[:same]), pause=0)
    s.wait(0.3, 0.6)
    s.put("hear", s.style.write(f"{' '.join(slip)} {p.of(REPAIR)} {' '.join(meant)}"))
    s.wait(0.5, 2)


def _of(p: Pick, name: str) -> tuple[str, ...]:
    return p.of(table(name))


def _shell(p: Pick, text: str) -> str:
    """A question as another person would put it: "what is X" -> "do you know what X is"."""
    found = _IS.fullmatch(text)
    if found is None or _OPEN_END.fullmatch(text) or p.maybe(0.5):
        who = text.startswith(("who ", "how many ", "which ")) and not found
        return (
            p.random.choice(["do you know ", "can you tell me ", "tell me "]) + text
            if who and p.maybe(0.2)
            else text
        )
    ask, verb, what = found.groups()
    forms = [
        f"do you know {ask} {what} {verb}",
        f"can you tell me {ask} {what} {verb}",
        f"{what} {verb} {ask}",
    ]
    if verb == "is" and ask in ("what", "who", "where"):
        forms += [f"{ask}'s {what}", f"{ask}'s {what}", f"{ask}'s {what} again"]
    return p.random.choice(forms[:2] + forms[3:])


def question(p: Pick) -> tuple[str, str]:
    """(question, short answer), in a wording of this side of the split."""
    r = p.random
    x = r.random()
    if x < 0.12:
        text, value, _ = arithmetic(p)
        forms = ("what is {x}", "what's {x}", "how much is {x}", "what does {x} make", "calculate {x}",
                 "can you tell me what {x} is", "{x} is how much", "what do I get for {x}")  # fmt: skip
        return r.choice(forms).format(x=text), sentence(words(value))
    if x < 0.16 and (pairs := [pair for pair in country_pairs() if pair[0] != pair[1]]):
        foreign, english = p.of(pairs)
        return f"what is {foreign} in English", sentence(english)
    if x < 0.2:
        n = r.randint(1, 80)
        forms = ("what number comes after {n}", "which number comes after {n}", "what comes after {n}")
        return r.choice(forms).format(n=words(n)), sentence(words(n + 1))
    core = p.maybe(CORE_ASKED_SHARE)
    while True:
        if core:
            text, answer = core_question(p)
            text = _shell(p, text)
        elif x < 0.45:
            relation = r.choice([*(k for k in RELATIONS if k.questions), CAPITALS, CAPITALS])
            subject, answer = r.choice(relation.entries)
            text = r.choice(relation.questions).format(s=subject)
        else:
            text, answer = r.choice(known_questions())
            text = _shell(p, text)
        if held_out(text) == p.test:
            return text, sentence(answer)


def _plain(s: Stream) -> str:
    """A question that can be reported: no "tell me" or "do you know" before it."""
    while True:
        text, _ = question(s.pick)
        if text.startswith(INQUIRING) and _fits(s, text):
            return text


def questions(s: Stream, noise: Callable[[Stream], None], *, answered: bool) -> None:
    """Questions put to the assistant, and questions that are not."""
    p = s.pick
    for _ in range(s.style.several(p.random, 5, 9)):
        if p.maybe(0.25):
            noise(s)
        if p.maybe(0.3):
            s.hear(_of(p, "not_asked")[0] if p.maybe(0.6) else p.of(REPORTED).format(q=_plain(s)))
            continue
        text, answer = question(p)
        while not _fits(s, text):
            text, answer = question(p)
        if p.maybe(0.8):
            text += "?"
        lead = "" if s.style.dense and p.maybe(SHORT_SHARE) else p.of(ASKED)
        if lead.endswith(INDIRECT) and not text.startswith(INQUIRING):
            lead = ""
        s.hear(
            f"{lead} {text}".strip(),
            [(f"say {answer}", "answer")] if answered else [],
        )
        s.wait(0.5, 4)
