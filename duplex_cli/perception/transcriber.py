"""What every reader of speech offers to `Ears`, and the clean-up that all of them need."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

LOOP_WORDS = 5
"""Verbatim repeats of at least so many words in a row are the decoder's, not the speaker's: both models loop
when a window ends in silence or in half a word ("the epoch of bullishness. It was the epoch of bullishness."
from one utterance). Refrains of people are shorter, or not verbatim."""

LOOP_TIMES = 4
"""A shorter pattern said more often than this in a row is a loop as well ("no no no no" is still speech)."""

_EDGE = re.compile(r"^[^\w$€£%+]+|[^\w$€£%+]+$")


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a phrase's audio."""

    text: str
    """All words, those of the given prefix first; empty if it is judged not to be speech."""
    lang: str
    """BCP-47 language that it was read as."""


class Transcriber(Protocol):
    """A reader of speech. Deterministic: the same samples and prefix give the same reading."""

    def read(self, samples: NDArray[np.float32], prefix: str = "", lang: str = "") -> Reading:
        """samples: float32[n] at 16 kHz, at most about 15 s. The reading is made to begin with `prefix`, the
        words that stand already, so only what follows costs decoding. `lang`: the language found
        so far in this phrase, empty to find it."""
        ...

    def warm_up(self) -> None:
        """Run the models once, so that the first word doesn't wait for lazy allocation."""
        ...


def normalise(word: str) -> str:
    """Form in which two spellings of a word are compared: no case, no punctuation around it."""
    return _EDGE.sub("", word).casefold()


def words_of(text: str) -> list[str]:
    """Words as written, without stray signs such as a lone dash or a note."""
    return [word for word in text.split() if normalise(word)]


def without_loops(words: list[str]) -> list[str]:
    """`words` with the later copies of a decoder's loop left out (see LOOP_WORDS, LOOP_TIMES).

    A last copy may have been cut short. Then LOOP_WORDS of it suffice: words that a speaker does begin to
    repeat come back as soon as the next one differs.
    """
    kept = list(words)
    plain = [normalise(word) for word in kept]
    for size in range(1, len(kept)):
        begin = 0
        while begin + size < len(kept):
            end = begin + size
            while end < len(kept) and plain[end] == plain[end - size]:
                end += 1
            copied = end - begin - size
            whole = begin + size * (1 + copied // size) if end < len(kept) else end
            allowed = begin + size * (1 if size >= LOOP_WORDS else LOOP_TIMES)
            if copied >= LOOP_WORDS and whole > allowed:
                del kept[allowed:whole]
                del plain[allowed:whole]
            begin += 1
    return kept
