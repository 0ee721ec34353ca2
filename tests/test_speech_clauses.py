"""Clauses as they are generated."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duplex_cli.speech.clauses import ClauseSplitter


def split(text: str, size: int | None = None) -> list[str]:
    splitter = ClauseSplitter()
    size = size or max(len(text), 1)
    out = [c for i in range(0, len(text), size) for c in splitter.push(text[i : i + size])]
    return out + splitter.finish()


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("Time to stretch.", ["Time to stretch."]),
        ("Done! Next one? Yes.", ["Done!", "Next one?", "Yes."]),
        ("Yes, it is fine.", ["Yes, it is fine."]),
        ("The train leaves at eight, from the station.", ["The train leaves at eight,", "from the station."]),
        ("It takes one argument; you pass two.", ["It takes one argument;", "you pass two."]),
        ("You opened the file - close it.", ["You opened the file -", "close it."]),
        ("You opened the file — close it.", ["You opened the file —", "close it."]),
        ("Pi is 3.14 and 1,000 is more at 9:30 today.", ["Pi is 3.14 and 1,000 is more at 9:30 today."]),
        ("Look at report.py, line 12.", ["Look at report.py,", "line 12."]),
        ("Look at report.py. It fails.", ["Look at report.py.", "It fails."]),
        ("See https://example.com/a,b.html now.", ["See https://example.com/a,b.html now."]),
        ("Dr. Smith and J. Doe, e.g. today.", ["Dr. Smith and J. Doe,", "e.g. today."]),
        ("Wait until 5 p.m. today.", ["Wait until 5 p.m. today."]),
        ("Wait until 5 p.m. Then go.", ["Wait until 5 p.m.", "Then go."]),
        ("1. Open it. 2. Save it.", ["1. Open it.", "2. Save it."]),
        ("Here you call `f(a, b). c`, not g.", ["Here you call `f(a, b). c`,", "not g."]),
        ("It calls range(0, len(rows), 2) once.", ["It calls range(0, len(rows), 2) once."]),
        ('She said "stop." Then he left.', ['She said "stop."', "Then he left."]),
        ("No. Stop. See No. 5 there.", ["No.", "Stop.", "See No. 5 there."]),
        ("One more rep. Keep going.", ["One more rep.", "Keep going."]),
        ("So am I. And you?", ["So am I.", "And you?"]),
        ("First line\nsecond line", ["First line", "second line"]),
        ("今日は。元気？", ["今日は。", "元気？"]),
        ("¿Qué hora es? Son las dos.", ["¿Qué hora es?", "Son las dos."]),
        (
            "one two three four five six seven eight nine ten and eleven twelve",
            ["one two three four five six seven eight nine ten", "and eleven twelve"],
        ),
        ("", []),
        ("  \n ", []),
    ],
)
def test_clauses(text: str, clauses: list[str]):
    assert split(text) == clauses


def test_a_clause_is_given_as_soon_as_the_space_after_it_comes():
    splitter = ClauseSplitter()
    assert splitter.push("The index is") == []
    assert splitter.push(" off by one.") == []  # could still be one.py
    assert splitter.push(" Use") == ["The index is off by one."]
    assert splitter.finish() == ["Use"]
    assert splitter.finish() == []


def test_a_clause_without_punctuation_has_a_limit():
    clauses = split("word " * 100)
    assert max(len(c.split()) for c in clauses) <= 24 and len(clauses) == 5


texts = st.text(alphabet=st.sampled_from(list("abI1 .,;:!?—-`()\n\"'…")), max_size=80)


@given(texts, st.integers(1, 7))
def test_pieces_do_not_matter_and_nothing_is_lost(text: str, size: int):
    clauses = split(text, size)
    assert clauses == split(text)
    assert "".join("".join(clauses).split()) == "".join(text.split())
    assert all(c == c.strip() and c for c in clauses)
