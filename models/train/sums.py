"""Sums with a right and a wrong result, and number words in digits."""

from __future__ import annotations

import re

from models.train.corpora import held_out
from models.train.counting import ONES, TENS, words
from models.train.streams import Pick

OPERATIONS = (("plus", "+"), ("minus", "-"), ("times", "*"))
DIGITS = {word: str(n) for n, word in enumerate(ONES) if n > 1} | {
    word: str(10 * n) for n, word in enumerate(TENS, 2)
}
_LARGE = re.compile(r"hundred|thousand|million")
_NUMBER = re.compile(r"\b(" + "|".join(TENS) + r")-(" + "|".join(ONES[1:10]) + r")\b|\b[a-z]+\b")


def in_digits(text: str) -> str:
    """ "spiders have eight legs" -> "spiders have 8 legs", as some transcribers write."""

    if _LARGE.search(text):  # "three hundred sixty" has no digits word by word
        return text

    def digits(match: re.Match[str]) -> str:
        if match.group(1):
            return str(int(DIGITS[match.group(1)]) + ONES.index(match.group(2)))
        return DIGITS.get(match.group(0), match.group(0))

    return _NUMBER.sub(digits, text)


def arithmetic(p: Pick) -> tuple[str, int, int]:
    """("seven times eight", 56, a wrong result near it): sums to 50, tables to ten, small ones more often."""
    r = p.random
    while True:
        name, sign = r.choice(OPERATIONS)
        top = r.choice([5, 10, 10])
        if sign == "*":
            a, b = r.randint(2, top), r.randint(2, top)
        else:
            a, b = r.randint(1, 4 * top), r.randint(1, top)
            a = a + b if sign == "-" else a
        text = f"{a}{sign}{b}"
        value = {"+": a + b, "-": a - b, "*": a * b}[sign]
        if held_out(text, 10) == p.test:
            break
    wrong = max(0, value + r.choice([-10, -3, -2, -1, 1, 1, 2, 3, 10]))
    if wrong == value:
        wrong += 1
    said = [words(a), words(b)] if r.random() < 0.6 else [str(a), str(b)]
    return f"{said[0]} {name} {said[1]}", value, wrong
