"""What the benches ask must not be what the model was taught: a check of the texts themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from duplex_cli.bench.items import load_items
from duplex_cli.bench.translate import PAIRS, load_pairs

ROOT = Path(__file__).parents[1]
TAUGHT = ROOT / "models" / "train" / "data"
ASKED = ROOT / "duplex_cli" / "bench" / "data"
RUN_WORDS = 8
"""So many words in a row that are the same are no chance any more, but a copied sentence."""
SHORT_WORDS = 2
"""Shorter lines ("coffee", "stop") are words of the language, no wording."""


def plain(text: str) -> str:
    """Lower case, words with single spaces between, no punctuation."""
    return " ".join(re.findall(r"[\w']+", text.lower().replace("’", "'")))


def asked() -> Iterator[str]:
    for suite in ("time", "cue"):
        for item in load_items(ASKED / f"{suite}.jsonl"):
            yield from (given.hear for given in item.inputs if given.hear)
    if PAIRS.exists():
        for spanish, _ in load_pairs(PAIRS):  # two sentences may well have one translation
            yield spanish


def taught() -> set[str]:
    lines: set[str] = set()
    for path in sorted(TAUGHT.rglob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            lines.add(plain(line))
            lines.update(plain(field) for field in line.split("\t"))
    return lines


@pytest.fixture(scope="module")
def lines() -> set[str]:
    found = taught()
    assert found, f"no training texts in {TAUGHT}: the check would be empty"
    return found


def test_no_utterance_of_the_benches_is_a_line_of_the_training_data(lines: set[str]) -> None:
    same = [text for text in asked() if len(plain(text).split()) > SHORT_WORDS and plain(text) in lines]
    assert not same


def test_no_long_run_of_words_is_shared(lines: set[str]) -> None:
    known = {run for line in lines for run in runs(line)}
    assert known
    same = [run for text in asked() for run in runs(plain(text)) if run in known]
    assert not same


def runs(text: str) -> Iterator[str]:
    words = text.split()
    for first in range(len(words) - RUN_WORDS + 1):
        yield " ".join(words[first : first + RUN_WORDS])
