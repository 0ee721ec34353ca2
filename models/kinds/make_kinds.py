"""Write the lexicon of kinds ("a fox is an animal") from the files of WordNet 3.0.

    apt-get download wordnet-base && dpkg-deb -x wordnet-base_*.deb wordnet
    python models/kinds/make_kinds.py wordnet/usr/share/wordnet models/kinds/kinds.sqlite

Format of its files: https://wordnet.princeton.edu/documentation/wndb5wn. Kept are the first senses of
each noun of one or two words, and what each sense is a kind or an instance of.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

SENSES = 3
"""Of a word; WordNet has the commonest first. As a vegetable "carrot" is third, after the plants."""
KIND_OF = ("@", "@i")
"""Pointers to what a sense is a kind, or an instance, of."""


def senses(folder: Path) -> Iterator[tuple[str, int, int]]:
    """(word, number of the sense from 0, its synset) of the file index.noun."""
    for line in (folder / "index.noun").read_text().splitlines():
        if line.startswith(" "):
            continue
        word, _, count, pointers, *rest = line.split()
        if word.count("_") > 1:
            continue
        offsets = rest[int(pointers) + 2 :][: int(count)]
        for number, offset in enumerate(offsets[:SENSES]):
            yield word.replace("_", " "), number, int(offset)


def parents(folder: Path) -> Iterator[tuple[int, int]]:
    """(synset, what it is a kind of) of the file data.noun."""
    for line in (folder / "data.noun").read_text().splitlines():
        if line.startswith(" "):
            continue
        fields = line.split(" | ")[0].split()
        at = 4 + 2 * int(fields[3], 16)
        for n in range(int(fields[at])):
            symbol, offset = fields[at + 1 + 4 * n : at + 3 + 4 * n]
            if symbol in KIND_OF:
                yield int(fields[0]), int(offset)


def main() -> None:
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.unlink(missing_ok=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(out) as base:
        base.execute(
            "create table sense (word text, number int, synset int, primary key (word, number)) without rowid"
        )
        base.execute("create table parent (synset int, kind int, primary key (synset, kind)) without rowid")
        base.execute("create table plural (word text primary key, noun text) without rowid")
        base.executemany("insert into sense values (?, ?, ?)", senses(folder))
        base.executemany("insert into parent values (?, ?)", parents(folder))
        irregular = (line.split()[:2] for line in (folder / "noun.exc").read_text().splitlines())
        base.executemany("insert or ignore into plural values (?, ?)", irregular)
    with sqlite3.connect(out) as base:
        base.execute("vacuum")


if __name__ == "__main__":
    main()
