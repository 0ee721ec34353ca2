"""What the generators read: hand-written tables and the checked-in snapshot of real text (collect.py).

Licences of the snapshot: data/corpora/SOURCES.md.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


def held_out(text: str, share: int = 8) -> bool:
    """Whether `text` belongs to evaluation: one in `share`, by a hash that never changes."""
    return hashlib.sha256(text.encode()).digest()[0] % share == 0


@cache
def table(name: str) -> tuple[tuple[str, ...], ...]:
    """Rows of data/NAME.tsv, written by hand: fields parted by tabs, "#" begins a comment line."""
    lines = (DATA / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return tuple(
        tuple(field.strip() for field in line.split("\t"))
        for line in lines
        if line.strip() and not line.startswith("#")
    )


@cache
def _pairs(name: str) -> tuple[tuple[str, str], ...]:
    return tuple((row[0], row[1]) for row in table(f"corpora/{name}"))


_TROUBLE = re.compile(
    r"error|cannot|can't|could ?n[o']t|not |fail|invalid|unable|missing|unknown|wrong|illegal|\bbad |denied|"
    r"must|conflict|corrupt|\btoo |expected|warning|obsolete|exceed|undefined|duplicate|unsupported",
    re.IGNORECASE,
)
"""Messages that report a mistake: on a screen they would call for a remark."""
_FALSE_FROM, _FALSE_TO = (
    "I'm writing a report on American history.",
    "I'm trying to teach my kids about gravity.",
)
_ASKING_FROM = "I'm thinking about learning a new language, any"
"""How the parts of FLEXI begin (and end) that state falsehoods or plan dangers, and that ask for advice."""


@cache
def sentence_pairs() -> tuple[tuple[str, str], ...]:
    """(Spanish, English) plain sentences of translated programs that report no trouble."""
    return tuple(pair for pair in _pairs("messages-es") if not _TROUBLE.search(pair[1]))


def country_pairs() -> tuple[tuple[str, str], ...]:
    """(Spanish, English) names of countries and languages."""
    return _pairs("countries-es")


@cache
def flexi_texts(*, whole: bool = False) -> tuple[str, ...]:
    """The talk of the FLEXI set. Not `whole`: without what a listener would correct, warn of or answer."""
    texts = tuple(row[0] for row in table("corpora/flexi"))
    if whole:
        return texts
    at = {
        start: next(k for k, text in enumerate(texts) if text.startswith(start))
        for start in (_FALSE_FROM, _FALSE_TO, _ASKING_FROM)
    }
    return texts[: at[_FALSE_FROM]] + texts[at[_FALSE_TO] + 1 : at[_ASKING_FROM]]


@dataclass(frozen=True)
class Source:
    """One real source file: its path within its package, and its lines without trailing blanks."""

    name: str
    lines: tuple[str, ...]

    @property
    def suffix(self) -> str:
        return Path(self.name).suffix


@cache
def source_files(language: str) -> tuple[Source, ...]:
    """Real source files of "python", "javascript" or "shell"."""
    text = gzip.decompress((DATA / "corpora" / f"code-{language}.jsonl.gz").read_bytes()).decode()
    return tuple(Source(name, tuple(lines)) for name, lines in map(json.loads, text.splitlines()))
