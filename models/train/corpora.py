"""What the generators read: hand-written tables and the checked-in snapshot of real text (collect.py).

Licences of the snapshot: data/corpora/SOURCES.md.
"""

from __future__ import annotations

import gzip
import hashlib
import json
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


def sentence_pairs() -> tuple[tuple[str, str], ...]:
    """(Spanish, English) plain sentences of translated programs."""
    return _pairs("messages-es")


def country_pairs() -> tuple[tuple[str, str], ...]:
    """(Spanish, English) names of countries and languages."""
    return _pairs("countries-es")


@cache
def dictionary(pair: str) -> tuple[tuple[str, str], ...]:
    """(foreign word, English word) of the dictionary "spa-eng", "deu-eng" or "fra-eng".

    Capitals stand for names there but in German, and the senses of those entries are wrong.
    """
    german = pair == "deu-eng"
    return tuple(row for row in _pairs(f"dictionary-{pair}") if german or row[0].islower())


@cache
def flexi_texts() -> tuple[str, ...]:
    """The talk of the FLEXI set: people telling, asking, pausing."""
    return tuple(row[0] for row in table("corpora/flexi"))


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
