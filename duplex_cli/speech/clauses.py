"""Cuts a remark, while it is still being generated, into clauses that can be spoken on their own. Pure."""

from __future__ import annotations

import re

MIN_WORDS = 3
"""Words that a clause must have before a comma, semicolon, colon or dash ends it. Shorter pieces ("Yes,",
"In Spain,") gain no time (at 12 ms a second of speech synthesis is not the wait) and lose their melody."""

LONG_WORDS = 9
"""From this many words on a clause also ends before a conjunction: three seconds of speech at 170 words a
minute, more than generation ever needs to stay ahead."""

MAX_WORDS = 24
"""A clause without any punctuation ends after this many words: eight seconds, and about 150 phonemes, well
inside the 400 that hibari reads in one piece."""

_ABBREVIATION = re.compile(
    r"dr|mr|mrs|ms|prof|st|mt|vs|approx|est|capt|lt|col|sgt|rev|hon|gen|gov|sen|e\.g|i\.e|cf|resp|sr|sra|srta"
)
"""Words (English and Spanish, lower case) whose full stop ends no sentence."""

_BEFORE_NUMBER = re.compile(
    r"no|nos|fig|figs|vol|p|pp|ch|sec|eq|art|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
)
"""Words whose full stop ends no sentence where a number follows: "No. 5", but "No. Stop."."""

_OPEN_ENDED = re.compile(r"etc|jr|inc|ltd|corp|a\.m|p\.m|u\.s|u\.k|al")
"""Their full stop may end a sentence: it does where the next word begins with a capital letter."""

_CONJUNCTIONS = frozenset(
    ("and", "but", "or", "because", "so", "while", "which", "although", "unless", "until", "pero", "porque")
)

_END = re.compile(r"[.!?…]+[\"'”’)\]»*_`]*(?=\s)|\n")
_COMMA = re.compile(r"[,;:][\"'”’)\]»]*(?=\s)|\s[-–—](?=\s)|—")
_WIDE = re.compile(r"[。！？]")  # scripts that put no space after a full stop
_LAST_WORD = re.compile(r"(\S+?)\.[\"'”’)\]»]*$")


class ClauseSplitter:
    """Feed it the pieces of one remark in order; it gives each clause once it is complete.

    Whatever the pieces, the clauses come out the same, and joined they are the remark (but for white space).
    A mark ends a clause only once the white space after it has come, so 3.14, report.py, 1,000, 9:30 and
    addresses stay whole; `code in backticks` and commas inside brackets are not cut either.
    """

    def __init__(self) -> None:
        self._text = ""

    def push(self, text: str) -> list[str]:
        """The clauses that `text` completes, often none."""
        self._text += text
        clauses: list[str] = []
        while (end := _first_end(self._text)) is not None:
            if clause := self._text[:end].strip():
                clauses.append(clause)
            self._text = self._text[end:].lstrip()
        return clauses

    def finish(self) -> list[str]:
        """What is left, at the end of the remark; the splitter is then ready for the next one."""
        clauses = self.push("\n")
        self._text = ""
        return clauses


def _first_end(text: str) -> int | None:
    """Index just past the first complete clause of `text`, or None if none is complete yet."""
    ends = [
        *(m.end() for m in _END.finditer(text) if _ends_sentence(text, m)),
        *(m.end() for m in _WIDE.finditer(text)),
        *(m.end() for m in _COMMA.finditer(text) if _ends_phrase(text, m.end())),
    ]
    long = _long_end(text)
    if long is not None:
        ends.append(long)
    return min(ends, default=None)


def _ends_sentence(text: str, mark: re.Match[str]) -> bool:
    before = text[: mark.end()]
    if mark.group() == "\n":
        return True
    if before.count("`") % 2:
        return False
    last = _LAST_WORD.search(before)
    if last is None:
        return True
    word = last.group(1).lstrip("(\"'“‘[*_").lower()
    if _ABBREVIATION.fullmatch(word) or (len(word) == 1 and last.group(1).isupper() and word != "i"):
        return False
    if word.isdigit() and last.start() == 0:
        return False  # the number of a list item
    following = text[mark.end() :].lstrip()[:1]
    if _BEFORE_NUMBER.fullmatch(word):
        return bool(following) and not following.isdigit()
    if _OPEN_ENDED.fullmatch(word):
        return following.isupper()
    return True


def _ends_phrase(text: str, end: int) -> bool:
    before = text[:end]
    if before.count("`") % 2 or any(before.count(a) > before.count(b) for a, b in ("()", "[]", "{}")):
        return False
    return _words(before) >= MIN_WORDS


def _long_end(text: str) -> int | None:
    """Where a clause that no punctuation ends is cut: before a conjunction, or at the limit."""
    words = list(re.finditer(r"\S+(?=\s)", text))
    for count, word in enumerate(words):
        if text[: word.start()].count("`") % 2:
            continue
        if count >= MAX_WORDS or (count >= LONG_WORDS and word.group().lower() in _CONJUNCTIONS):
            return word.start()
    return None


def _words(text: str) -> int:
    """Words in `text`: runs between white space that have a letter or digit in them."""
    return sum(any(c.isalnum() for c in word) for word in text.split())
