"""Foreign words in English talk: the English word is said at once, while the user goes on.

A noun, adjective, infinitive or adverb is answered at the word itself. A foreign article, pronoun or finite
verb opens a phrase ("no me acuerdo"), which is answered at its last word; no shorter part of it makes sense.
Words that English has taken in, and names, are English.

The commonest words (data/core_words.tsv) are all learned, in sentences that evaluation does not share: a
270M model does not derive words. Of the others (data/everyday_words.tsv) evaluation has its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from models.train.corpora import table
from models.train.misheard import misheard
from models.train.streams import Pick, Stream, sentence, without_accents

CLAUSE_SHARE = 0.12
LOAN_SHARE = 0.14
ENGLISH_SHARE = 0.13
"""Share of remarks from the same frames with nothing foreign in them."""
BARE_SHARE = 0.08
"""Share of foreign words written without their accents."""
MISHEARD_SHARE = 0.45
"""Share of the commonest foreign words that are written by their sound: ears that listen for English do."""
CORE_SHARE = 0.85
"""Of the words: those that everybody uses. What is met once in training is not known afterwards."""
LANGUAGES = ("es", "fr", "de", "it", "pt")
"""The order of the columns of data/core_words.tsv."""
LANGUAGE_WEIGHTS = (6, 5, 5, 1, 1)
ROW_SHARE, ROW_ENGLISH_SHARE = 0.55, 0.3
"""Of the events of a drill: short phrases in a row; and of those, with an English word."""

_ANY = "noun"
"""Frames that take every noun, whatever kind of thing it names."""
_NOUNS = frozenset({"thing", "food", "place", "person", "animal", "idea", "body"})
_SHORT = {"verb": "short verb", "adj": "short adj"} | dict.fromkeys(_NOUNS, "short noun")
_ONE_OF = re.compile(
    r"\b(an?|this|that|another) (\w+ )?\{w\}|\{w\} (is|was|has|costs|belongs)\b|\bis (the|my|your) \{w\}"
)
"""Frames for one thing, not for several."""

Word = tuple[str, str, str]
"""Foreign, English, kind (which frames take it)."""


@cache
def common() -> tuple[Word, ...]:
    """The commonest words, each as often as its language weighs."""
    found: list[Word] = []
    for kind, english, *foreign in table("core_words"):
        for text, weight in zip(foreign, LANGUAGE_WEIGHTS, strict=True):
            word, _, own = text.partition("=")
            found += [(word, own or english, kind)] * (weight if text != "-" else 0)
    return tuple(found)


@cache
def language_of() -> dict[str, str]:
    """The languages of the commonest words; of one in several, the first."""
    found: dict[str, str] = {}
    for _, _, *foreign in table("core_words"):
        for text, language in zip(foreign, LANGUAGES, strict=True):
            found.setdefault(text.partition("=")[0], language)
    return found


def written(p: Pick, foreign: str) -> str:
    """A foreign word as some transcriber writes it."""
    language = language_of().get(foreign)
    if language and p.maybe(MISHEARD_SHARE):
        return misheard(p, foreign, language)
    return without_accents(foreign) if p.maybe(BARE_SHARE) else foreign


@cache
def words() -> tuple[Word, ...]:
    """The other hand-written words."""
    known = {foreign.lower() for foreign, _, _ in common()}
    return tuple((a, b, k) for a, b, k in table("everyday_words") if a.lower() not in known)


def word(p: Pick) -> Word:
    """Mostly one of the commonest words."""
    return p.random.choice(common()) if p.maybe(CORE_SHARE) else p.of(words())


@cache
def frames(kind: str) -> tuple[str, ...]:
    """English sentences with a slot for a word of `kind`."""
    return tuple(text for k, text in table("switch_frames") if k == kind)


def frame_for(p: Pick, kind: str, english: str) -> str:
    """A frame that takes a word of `kind`; nouns also go into the frames for any noun."""
    if kind in _NOUNS and kind != "body" and p.maybe(0.4):
        kind = _ANY
    while True:
        frame = p.of(frames(kind))
        if not (_several(english) and _ONE_OF.search(frame)):
            return frame


def _several(english: str) -> bool:
    return (english.endswith("s") and not english.endswith("ss")) or english in ("teeth", "children")


def article(text: str) -> str:
    """ "a apple" -> "an apple", where an English word was put into a frame."""
    return re.sub(r"\b([Aa]) (?=[aeio])", r"\1n ", text)


def _in_a_row(s: Stream, *, told: bool) -> None:
    """Short phrases with a word each, as many as a drill can hold."""
    p = s.pick
    for _ in range(p.random.randint(2, 4)):
        foreign, english, kind = word(p)
        if kind not in _SHORT:
            continue
        frame = p.of(frames(_SHORT[kind]))
        if _several(english) and _ONE_OF.search(frame):
            frame = "the {w}"
        if p.maybe(ROW_ENGLISH_SHARE):
            s.hear(article(frame.format(w=english)), pause=0)
        else:
            s.hear(frame.format(w=written(p, foreign)), _act(english) if told else [], pause=0)


def _act(english: str) -> list[tuple[str, str]]:
    return [(f"say {sentence(english)}", "word")]


def switching(s: Stream, noise: Callable[[Stream], None], *, told: bool) -> None:
    """English talk with foreign words in it. `told`: whether the task asks for the English."""
    p = s.pick
    for _ in range(s.style.several(p.random, 3, 5) if s.style.dense else p.random.randint(4, 7)):
        if p.maybe(0.3):
            noise(s)
        if s.style.dense and p.maybe(ROW_SHARE):
            _in_a_row(s, told=told)
            continue
        x = p.random.random()
        if x < LOAN_SHARE:
            s.hear(p.of(table("loan_sentences"))[0])
            continue
        if x < LOAN_SHARE + ENGLISH_SHARE:
            _, english, kind = word(p)
            text = article(frame_for(p, kind, english).format(w=english))
            s.hear(text[:1].upper() + text[1:])
            continue
        if p.maybe(CLAUSE_SHARE):
            text, foreign, english = p.of(table("switch_clauses"))
        else:
            foreign, english, kind = word(p)
            text = frame_for(p, kind, english)
        foreign = written(p, foreign)
        text = text.format(w=f"{foreign}@0" if told else foreign)
        s.hear(text[:1].upper() + text[1:], _act(english) if told else [])
