"""Live translation, phrase by phrase, and the English that is to be left alone."""

from __future__ import annotations

from collections.abc import Callable

from models.train.corpora import sentence_pairs
from models.train.spanish import FILLERS, sentence_pieces
from models.train.streams import Pick, Stream, sentence, without_accents

CATALOGUE_SHARE = 0.25
LATE_SHARE = 0.12
"""Share of sentences whose last piece is told at the pause: so that a missed moment is made up for."""


def pieces_of(p: Pick) -> list[tuple[str, str]]:
    if p.maybe(CATALOGUE_SHARE) and sentence_pairs():
        spanish, english = p.of(sentence_pairs())
        return [(sentence(spanish), sentence(english))]
    return sentence_pieces(p)


def speak(s: Stream, pieces: list[tuple[str, str]], translated: bool) -> None:
    """The pieces as one utterance, each answered at its last word."""
    p = s.pick
    words: list[str] = []
    acts: list[tuple[str, str]] = []
    for spanish, english in pieces:
        if p.maybe(0.06):
            words.append(p.of(FILLERS))
        words += spanish.split()
        words[-1] += f"@{len(acts)}"
        acts.append((f"say {english}", "translate"))
    text = " ".join(words)
    if p.maybe(0.06):
        text = without_accents(text)
    lang = p.random.choice(["es", ""])
    if not translated:
        s.hear(" ".join(spanish for spanish, _ in pieces), lang=lang)
        return
    s.hear(text, acts, at_pause=p.maybe(LATE_SHARE), pause=0.45, hesitate=0.05, lang=lang)


def translation(s: Stream, noise: Callable[[Stream], None]) -> None:
    """A speaker in Spanish, at times English in between."""
    p = s.pick
    for _ in range(p.random.randint(3, 7)):
        if p.maybe(0.22):
            noise(s)
        speak(s, pieces_of(p), True)
        if p.maybe(0.5):
            s.wait(0.1, 2.5)


def untranslated(s: Stream, noise: Callable[[Stream], None]) -> None:
    """Spanish under a task that does not ask for translation."""
    for _ in range(s.pick.random.randint(1, 3)):
        speak(s, pieces_of(s.pick), False)
        noise(s)
