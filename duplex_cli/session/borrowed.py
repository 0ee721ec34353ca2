"""Words of a call that came from the screen and not from the user. Pure.

A micro-turn can hold both the user's speech and screen text. A call made there may mix them: the user's
"email Anna" with an address that only a page names. Most of its words being said is then not enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from duplex_cli.session.names import content
from duplex_cli.session.spoken_time import numbers
from duplex_cli.stream import Percept

SEEN_WORDS = 600
"""Words of the screen remembered: what a context of 1,024 cells can hold of it, and so what the model can
copy, with room to spare."""
STEM = 5
"""Letters from which a word that begins with another is its inflection: "flights" and "flight"."""


def remember(seen: Sequence[str], percepts: Iterable[Percept]) -> tuple[str, ...]:
    """The last words of the screen after these percepts, as `content` splits them."""
    new = [word for p in percepts if p.kind == "see" for word in sorted(_words(p.text))]
    return (*seen, *new)[-SEEN_WORDS:] if new else tuple(seen)


def borrowed(text: str, heard: Sequence[str], seen: Sequence[str]) -> list[str]:
    """The words of a call's `text` that stand in `seen` and that nobody said in `heard`, sorted."""
    speech = " ".join(heard)
    said, figures, shown = _words(speech), numbers(speech), frozenset(seen)
    return sorted(
        word
        for word in _words(text) & shown
        if word not in said and word not in figures and not any(alike(word, other) for other in said)
    )


def alike(word: str, other: str) -> bool:
    """The same stem: "flights" and "flight"; words of five letters that begin with the shorter one."""
    short, long = sorted((word, other), key=len)
    return len(short) >= STEM and long.startswith(short)


def _words(text: str) -> frozenset[str]:
    return content(text.replace("_", " "))
