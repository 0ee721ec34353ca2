"""Which words heard over own speech leave it the floor, and which take it at once. English; pure."""

from __future__ import annotations

import re

BACKCHANNELS = (
    "okay", "ok", "right", "i see", "got it", "gotcha", "interesting", "makes sense", "that makes sense",
    "wow",
    "yeah", "yes", "yep", "yup", "uh huh", "aha", "mhm", "mm", "mmm", "mm hm", "mm hmm", "hm", "hmm",
    "huh", "um",
    "uh", "uhm", "er", "ah", "oh", "o", "sure", "of course", "really", "exactly", "true", "cool", "nice",
    "great",
    "good", "fine", "alright", "all right", "i know", "go on", "fair enough", "indeed", "absolutely",
    "totally",
    "definitely", "no way", "good to know", "thanks", "thank you",
)  # fmt: skip
"""Continuers, assessments and fillers of English conversation (the classes of Jurafsky, Shriberg and
Biasca 1997,
"Switchboard SWBD-DAMSL": b, bh, ba, %), with the phrases of FLEXI."""

TAKERS = frozenset({
    "stop", "wait", "hold", "actually", "sorry", "quiet", "enough", "pause", "never", "hey", "but",
    "no", "and", "so", "or", "then", "also", "what", "how", "why", "which", "who", "when", "where",
    "can", "could", "would", "should", "will", "do", "does", "did", "is", "are", "was", "were",
    "it", "that", "the", "this", "i", "i'm", "you", "we", "they", "my", "your", "let", "tell",
    "give", "just", "forget", "excuse", "please",
})  # fmt: skip
"""First words with which people take the floor, or go on to: commands, questions, and the little words with
which sentences begin. Of one of them a single reading is enough."""

COMMANDS = frozenset({
    "stop", "wait", "hold", "hang", "quiet", "silence", "hush", "shut", "enough", "pause", "cancel",
    "hey", "listen", "no", "nope", "sorry", "excuse", "pardon", "what", "how", "why", "which", "who",
    "when", "where", "repeat", "again", "next", "skip", "continue", "louder", "slower", "actually",
    "mind", "forget",
})  # fmt: skip
"""Words that are a whole interruption by themselves: commands, refusals, questions, calls for attention."""

_PHRASES = tuple(tuple(phrase.split()) for phrase in BACKCHANNELS)
_NOT_WORD = re.compile(r"[^\w']+")


def words_of(text: str) -> list[str]:
    """Lower-case words without punctuation; "mm-hm" is two."""
    return [word for word in _NOT_WORD.sub(" ", text.lower()).split() if word.strip("'_")]


def only_backchannels(text: str) -> bool:
    """Whether `text` is backchannels from end to end. The last word may still be incomplete ("interest").

    Words said twice in a row count once: readers repeat ("Right, right.").
    """
    words = words_of(text)
    return bool(words) and _covered(words)


def takes_floor(text: str) -> bool:
    """Whether the text begins as people begin who want to speak: a word of TAKERS, or two different words.

    Letters are what readers make of sounds that are no words, and so is one word over and over ("El el el").
    """
    words = {word for word in words_of(text) if len(word) > 1 or word in ("i", "a")}
    return len(words) > 1 or bool(words & TAKERS)


def commands(text: str) -> bool:
    """Whether one of the words is an interruption by itself."""
    return any(word in COMMANDS for word in words_of(text))


def _covered(words: list[str]) -> bool:
    if not words:
        return True
    for phrase in _PHRASES:
        n = len(phrase)
        if tuple(words[:n]) == phrase and _covered(words[n:]):
            return True
        if len(words) <= n and _begins(phrase, words):
            return True
    return False


def _begins(phrase: tuple[str, ...], words: list[str]) -> bool:
    """Whether `words` are the beginning of `phrase`, the last one perhaps in part (two letters or more)."""
    *whole, last = words
    return (
        phrase[: len(whole)] == tuple(whole)
        and len(last) >= min(2, len(phrase[len(whole)]))
        and phrase[len(whole)].startswith(last)
    )
