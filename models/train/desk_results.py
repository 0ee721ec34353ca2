"""What is asked about at a desk, and what the built-in tools answer (background/files.py, recall.py)."""

from __future__ import annotations

import re
from functools import cache

from models.train.corpora import table
from models.train.streams import Pick

_ARTICLE = re.compile(r"^(?:the|my|our|a|an) ")
_NUMBERS = (
    ("2", "two"), ("3", "three"), ("5", "five"), ("8", "eight"), ("12", "twelve"), ("20", "twenty"),
    ("24", "twenty-four"), ("40", "forty"), ("60", "sixty"), ("31", "thirty-one"), ("18", "eighteen"),
)  # fmt: skip
_FOLDERS = (
    "docs", "notes", "work", "letters", "home", "projects", "archive", "old", "family", "school", "drafts",
)  # fmt: skip
_MONTHS = ("March", "May", "June", "October", "November")
ORDERING_SHARE = 0.06
"""Answers that hold an order: they are told as what they are, and nothing is done."""


@cache
def said(kind: str) -> tuple[str, ...]:
    """The phrases of a kind in data/desk_phrases.tsv."""
    return tuple(row[1] for row in table("desk_phrases") if row[0] == kind)


@cache
def things(kind: str) -> tuple[str, ...]:
    """What is asked about: a "topic" or a "file"."""
    return tuple(row[1] for row in table("desk_things") if row[0] == kind)


def bare(thing: str) -> str:
    """ "the invoice" -> "invoice"."""
    return _ARTICLE.sub("", thing)


def result(p: Pick, tool: str, thing: str) -> tuple[str, str]:
    """First line of what the tool answers (background/files.py, recall.py), and what is said of it."""
    if p.maybe(0.12):
        if tool in ("find_file", "read_file"):
            return "not found", f"I can't find {thing}"
        return "nothing found", f"I found nothing about {thing}"
    name, folder = _file_name(p, thing), p.random.choice(_FOLDERS)
    figure, word = p.random.choice(_NUMBERS)
    about = p.of(said("order" if p.maybe(ORDERING_SHARE) else "line")).format(n=thing)
    plural = thing.endswith("s") and " dot " not in thing
    if tool == "find_file":
        return f"{folder}/{name}", f"{thing} {'are' if plural else 'is'} in {folder}"
    if tool == "read_file":
        x = p.random.random()
        if x < 0.1:
            return "empty", f"{thing} {'are' if plural else 'is'} empty"
        if x < 0.6:
            return f"{name}, {figure} lines", f"{thing} {'have' if plural else 'has'} {word} lines"
        text = about if x < 0.65 else p.of(said("content"))
        return text, text
    if tool == "search_files":
        name = _file_name(p, p.of(things("file")))
        return f"{folder}/{name}:{figure} {about}", f"in {name}: {about}"
    how = p.random.choice(("heard", "heard", "heard", "said", "seen"))
    x = p.random.random()
    if x < 0.45:
        return f"{figure} minutes ago {how}: {about}", f"{word} minutes ago: {about}"
    if x < 0.6:
        return f"{figure} seconds ago {how}: {about}", f"{word} seconds ago: {about}"
    if x < 0.8:
        clock = f"{p.random.randint(8, 21):02d}:{p.random.randint(0, 59):02d}"
        return f"at {clock} {how}: {about}", f"at {clock}: {about}"
    day = f"{p.random.randint(1, 28):02d} {p.random.choice(_MONTHS)}"
    return f"on {day} {how}: {about}", f"on {day}: {about}"


def _file_name(p: Pick, thing: str) -> str:
    """ "the garden plan" -> "garden-plan.md"."""
    words = bare(thing).replace(" dot ", ".").replace(".text", ".txt")
    if "." in words:
        return words
    return re.sub(r"\W+", p.random.choice("-_"), words.lower()) + p.random.choice(
        (".md", ".txt", ".txt", ".csv")
    )
