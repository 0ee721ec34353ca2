"""What can stand behind `call`: the agenda's verbs with anything, a tool with arguments of its kinds. Pure.

The model's likeliest token is taken among those that keep the call viable, so that a number is a number and a
choice one of the schema's, whatever else the model would write.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

TEXT = "text"
NUMBER = "number"

CANDIDATES = 512
"""Tokens looked at: each costs microseconds, and what is less likely than 511 others is not meant."""

Argument = str | tuple[str, ...]
"""TEXT, NUMBER, or the choices."""

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBER_WORDS = (*_ONES, *_TENS, "hundred", "thousand", "million", "and", "point", "minus")
_FIGURES = re.compile(r"^-?\d*(?:[.]\d*)?$")


class CallForms:
    """What a session's calls may look like. Texts are all that follows the word `call`."""

    def __init__(self, verbs: Sequence[str], tools: Mapping[str, Sequence[Argument]]) -> None:
        self._tools = {name: tuple(arguments) for name, arguments in tools.items()}
        self._verbs = tuple(verb for verb in verbs if verb not in self._tools)

    def likeliest(
        self, logits: NDArray[np.float32], written: bytes, piece: Callable[[int], bytes], end: int
    ) -> int:
        """The likeliest token that keeps the call viable after `written`, or ends it where it is complete.

        `logits` is float32[vocabulary]. Ends the call where none of the CANDIDATES does.
        """
        likely = np.argpartition(logits, -CANDIDATES)[-CANDIDATES:] if len(logits) > CANDIDATES else None
        order = np.arange(len(logits)) if likely is None else likely
        for token in order[np.argsort(-logits[order])]:
            if token == end or not piece(int(token)):
                if self.complete(written.decode("utf-8", "replace")):
                    return int(token)
            elif self.viable((written + piece(int(token))).decode("utf-8", "replace")):
                return int(token)
        return end

    def viable(self, text: str) -> bool:
        """Whether `text` can be gone on with, or ended, to become a call."""
        words = text.lstrip()
        if not words or "\n" in words:
            return not words
        head, colon, rest = words.partition(":")
        if colon and head in self._tools:
            return self._arguments(head, rest.lstrip())
        if not colon and any(f"{name}:".startswith(words) for name in self._tools):
            return True
        return any(verb.startswith(words) or re.match(rf"{verb}\b", words) for verb in self._verbs)

    def complete(self, text: str) -> bool:
        """Whether the call may end here."""
        head, colon, rest = text.strip().partition(":")
        if head not in self._tools:
            return any(re.match(rf"{verb}\b", text.strip()) for verb in self._verbs)
        arguments = self._tools[head]
        if not arguments:
            return not rest.strip()
        values = _split(rest, len(arguments))
        return bool(colon) and len(values) == len(arguments) and all(map(_whole, arguments, values))

    def _arguments(self, name: str, rest: str) -> bool:
        arguments = self._tools[name]
        if not rest:
            return True
        if not arguments:
            return False
        values = _split(rest, len(arguments))
        *done, last = values
        whole = all(map(_whole, arguments, done))
        return whole and _begun(arguments[len(values) - 1], last)


class BeginsWith(CallForms):
    """A call whose beginning is given: only what spells it is viable."""

    def __init__(self, begins: str) -> None:
        super().__init__((), {})
        self._begins = begins

    def viable(self, text: str) -> bool:
        return self._begins.startswith(text) or text == f"{self._begins} "

    def complete(self, text: str) -> bool:
        return False


def _split(rest: str, count: int) -> list[str]:
    return [value.lstrip() for value in rest.split(",", count - 1)]


def _whole(argument: Argument, value: str) -> bool:
    value = value.strip()
    if isinstance(argument, tuple):
        return value.casefold() in [choice.casefold() for choice in argument]
    words = value.lower().replace("-", " ").split()
    return bool(words) and (argument != NUMBER or all(w in _NUMBER_WORDS or _FIGURES.match(w) for w in words))


def _begun(argument: Argument, value: str) -> bool:
    if isinstance(argument, tuple):
        return any(choice.casefold().startswith(value.casefold()) for choice in argument)
    if argument != NUMBER:
        return True
    *words, last = value.lower().replace("-", " ").split(" ") if value[:1] != "-" else [value]
    known = all(word in _NUMBER_WORDS or _FIGURES.match(word) for word in words)
    return known and (bool(_FIGURES.match(last)) or any(w.startswith(last) for w in _NUMBER_WORDS))
