"""Foreign words in English talk: the English word is said at once, while the user goes on.

A noun, adjective, infinitive or adverb is answered at the word itself. A foreign article, pronoun or finite
verb opens a phrase ("no me acuerdo"), which is answered at its last word; no shorter part of it makes sense.
Words that English has taken in, and names, are English.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from models.train.corpora import table
from models.train.streams import Pick, Stream, sentence, without_accents

CLAUSE_SHARE = 0.12
LOAN_SHARE = 0.14
ENGLISH_SHARE = 0.13
"""Share of remarks from the same frames with nothing foreign in them."""
BARE_SHARE = 0.08
"""Share of foreign words written without their accents."""

_ANY = "noun"
"""Frames that take every noun, whatever kind of thing it names."""
_NOUNS = frozenset({"thing", "food", "place", "person", "animal", "idea"})


@cache
def words(kind: str = "") -> tuple[tuple[str, str, str], ...]:
    """(foreign, English, kind) of the hand-written words, of one kind or all."""
    return tuple((a, b, k) for a, b, k in table("everyday_words") if kind in ("", k))


@cache
def frames(kind: str) -> tuple[str, ...]:
    """English sentences with a slot for a word of `kind`."""
    return tuple(text for k, text in table("switch_frames") if k == kind)


def frame_for(p: Pick, kind: str) -> str:
    """A frame that takes a word of `kind`; nouns also go into the frames for any noun."""
    if kind in _NOUNS and p.maybe(0.4):
        kind = _ANY
    return p.of(frames(kind))


def article(text: str) -> str:
    """ "a apple" -> "an apple", where an English word was put into a frame."""
    return re.sub(r"\b([Aa]) (?=[aeio])", r"\1n ", text)


def switching(s: Stream, noise: Callable[[Stream], None], *, told: bool) -> None:
    """English talk with foreign words in it. `told`: whether the task asks for the English."""
    p = s.pick
    for _ in range(s.style.several(p.random, 4, 7)):
        if p.maybe(0.3):
            noise(s)
        x = p.random.random()
        if x < LOAN_SHARE:
            s.hear(p.of(table("loan_sentences"))[0])
            continue
        if x < LOAN_SHARE + ENGLISH_SHARE:
            _, english, kind = p.of(words())
            text = article(frame_for(p, kind).format(w=english))
            s.hear(text[:1].upper() + text[1:])
            continue
        if p.maybe(CLAUSE_SHARE):
            text, foreign, english = p.of(table("switch_clauses"))
        else:
            foreign, english, kind = p.of(words())
            text = frame_for(p, kind)
        if p.maybe(BARE_SHARE):
            foreign = without_accents(foreign)
        text = text.format(w=f"{foreign}@0" if told else foreign)
        s.hear(text[:1].upper() + text[1:], [(f"say {sentence(english)}", "word")] if told else [])
