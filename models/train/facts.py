"""False statements to correct, true ones to let pass, and short questions to answer."""

from __future__ import annotations

from collections.abc import Callable

from models.train.corpora import country_pairs, held_out
from models.train.counting import words
from models.train.facts_data import RELATIONS, Relation
from models.train.streams import Pick, Stream, sentence

SAID = (
    "", "", "", "", "", "so ", "well ", "and ", "you know ", "I think ", "I believe ", "of course ", "um ",
    "listen ", "I told her that ",
    "did you know that ", "as far as I know ", "we learned that ", "oh and ", "anyway ",
    "everybody knows that ", "I'm pretty sure ",
)  # fmt: skip
ASKED = (
    "",
    "",
    "",
    "",
    "hey ",
    "duplex ",
    "okay ",
    "um ",
    "quick question ",
    "tell me ",
    "hey duplex ",
    "so ",
    "wait ",
    "by the way ",
)
NOT_CLAIMED = (
    "I used to think that {f}", "somebody once told me that {f}", "when I was little I thought {f}",
    "nobody believes that {f}",
    "imagine if {f}", "it is not true that {f}", "he wrongly said that {f}", "the quiz asks whether {f}",
    "it would be funny if {f}",
    "I dreamed that {f}", "in the story {f}", "don't tell me that {f}",
)  # fmt: skip
NOT_ASKED = (
    "he asked me {q}", "the teacher asked {q}", "I wonder {q}", "I have no idea {q}", "she wants to know {q}",
    "do you remember who asked {q}",
)  # fmt: skip
GOING_ON = (
    "and that is that", "so there", "anyway let us go on", "or so they say in the book",
    "and we went there in may",
)  # fmt: skip
OPEN_QUESTIONS = (
    "what do you think about that", "how was your weekend mark", "are you coming to the party mom",
    "can you hear me now", "shall we go",
    "where did I put my keys", "what was I going to do", "why does this always happen to me",
    "who left the door open", "what's wrong with me today",
    "do you want some tea honey", "isn't it beautiful", "how should I put this",
    "what if we moved the button", "right?", "you know what I mean",
    "who wants ice cream", "did you feed the cat", "how do I say this", "what is taking so long",
    "are we there yet", "when is he coming home",
)  # fmt: skip
OPERATIONS = (("plus", "+"), ("minus", "-"), ("times", "*"))


def numeral(p: Pick, n: int) -> str:
    return words(n)


def arithmetic(p: Pick) -> tuple[str, int, int]:
    """("seven times eight", 56, a wrong result near it)."""
    r = p.random
    while True:
        name, sign = r.choice(OPERATIONS)
        a, b = (r.randint(2, 10), r.randint(2, 10)) if sign == "*" else (r.randint(1, 30), r.randint(1, 12))
        text = f"{a}{sign}{b}"
        value = {"+": a + b, "-": a - b, "*": a * b}[sign]
        if value >= 0 and held_out(text, 10) == p.test:
            break
    wrong = max(0, value + r.choice([-10, -3, -2, -1, 1, 2, 3, 10]))
    if wrong == value:
        wrong += 1
    said = [words(a), words(b)] if r.random() < 0.6 else [str(a), str(b)]
    return f"{said[0]} {name} {said[1]}", value, wrong


def pick_entry(p: Pick) -> tuple[Relation, str, str, str]:
    """(relation, subject, true object, false object); the split is by entry."""
    relation = p.random.choice((*RELATIONS, RELATIONS[0], RELATIONS[0]))
    subject, true = p.of(relation.entries)
    false = relation.decoys.get(subject) if p.maybe(0.5) else None
    right = {o for s, o in relation.entries if s == subject}
    while false is None or false in right:
        if relation.name == "science":  # its objects are whole predicates and fit their own subject only
            known = [s for s, _ in relation.entries if s in relation.decoys]
            subject = p.random.choice(known)
            true = next(o for s, o in relation.entries if s == subject)
            false = relation.decoys[subject]
            break
        false = p.random.choice(relation.entries)[1]
    return relation, subject, true, false


def statement(p: Pick, *, false: bool) -> tuple[str, str]:
    """(what is claimed, the correction or "" if it is true)."""
    if p.maybe(0.17):
        text, value, wrong = arithmetic(p)
        verb = p.random.choice(["is", "is", "equals", "makes"])
        told = words(wrong if false else value)
        return (
            f"{text} {verb} {told if p.maybe(0.6) else wrong if false else value}",
            f"Actually, it is {words(value)}.",
        )
    relation, subject, true, wrong = pick_entry(p)
    template = p.of(relation.statements)
    return template.format(s=subject, o=wrong if false else true), relation.correct.format(o=true)


def claims(s: Stream, noise: Callable[[Stream], None], *, correct: bool) -> None:
    """Statements, half of them false. `correct`: whether the task asks for corrections."""
    p = s.pick
    for _ in range(p.random.randint(3, 7)):
        if p.maybe(0.3):
            noise(s)
        x = p.random.random()
        if x < 0.42:
            text, correction = statement(p, false=True)
            acts = [(f"say {correction}", "fact")] if correct else []
            text = p.of(SAID) + text
            if p.maybe(0.2):
                text = f"{text}@0 {p.of(GOING_ON)}"
            s.hear(text[:1].upper() + text[1:] + ("." if "@0" not in text else ""), acts)
        elif x < 0.88:
            text, _ = statement(p, false=False)
            s.hear(sentence(p.of(SAID) + text))
        elif x < 0.94:
            text, _ = statement(p, false=True)
            s.hear(p.of(NOT_CLAIMED).format(f=text))
        else:
            text, correction = statement(p, false=True)
            repair = correction.removeprefix("Actually, ").rstrip(".")
            s.hear(
                f"{text.rsplit(' ', 1)[0]} um "
                f"{p.of(['no wait', 'I mean', 'what was it', 'let me think'])} {repair}"
            )


def question(p: Pick) -> tuple[str, str]:
    """(question, short answer)."""
    x = p.random.random()
    if x < 0.25:
        text, value, _ = arithmetic(p)
        frame = p.of(
            [
                "what is {x}",
                "what's {x}",
                "how much is {x}",
                "what does {x} make",
                "can you tell me what {x} is",
                "calculate {x}",
            ]
        )
        return frame.format(x=text), sentence(words(value))
    if x < 0.33 and country_pairs():
        foreign, english = p.of(country_pairs())
        return f"what is {foreign} in English", sentence(english)
    if x < 0.42:
        n = p.random.randint(1, 80)
        frame = p.of(["what number comes after {n}", "which number comes after {n}", "what comes after {n}"])
        return frame.format(n=words(n)), sentence(words(n + 1))
    while True:
        relation, subject, true, _ = pick_entry(p)
        if relation.questions:
            return p.of(relation.questions).format(s=subject), sentence(true)


def questions(s: Stream, noise: Callable[[Stream], None], *, answered: bool) -> None:
    """Questions put to the assistant, and questions that are not."""
    p = s.pick
    for _ in range(p.random.randint(3, 6)):
        if p.maybe(0.35):
            noise(s)
        if p.maybe(0.3):
            text = p.of(OPEN_QUESTIONS) if p.maybe(0.6) else p.of(NOT_ASKED).format(q=question(p)[0])
            s.hear(text)
            continue
        text, answer = question(p)
        if p.maybe(0.8):
            text += "?"
        s.hear(
            p.of(ASKED) + text,
            [(f"say {answer}", "answer")] if answered else [],
            at_pause=answered and p.maybe(0.1),
        )
        s.wait(0.5, 4)
