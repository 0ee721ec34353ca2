"""Rules about a kind of thing: which words name one, by the dictionary."""

from __future__ import annotations

import pytest

from duplex_cli.session.cues import Cues, add, notice, parse
from duplex_cli.session.kinds import is_kind, names_a_kind
from duplex_cli.stream import Percept


@pytest.mark.parametrize(
    ("kind", "members", "others"),
    [
        ("animal", ["fox", "mice", "dogs"], ["table", "right", "cup", "animal"]),
        ("fruit", ["mango", "cherries"], ["flour", "butter", "sugar"]),
        ("vegetables", ["carrot", "carrots"], ["rabbit", "row"]),
        ("body part", ["elbow"], ["cup", "morning"]),
        ("city", ["paris"], ["sister", "or", "us"]),
        ("number", ["eighteen"], ["plates", "he"]),
        ("colour", ["green"], ["house"]),
        ("drink", ["coffee"], ["bread"]),
    ],
)
def test_what_is_of_a_kind(kind: str, members: list[str], others: list[str]) -> None:
    assert names_a_kind(kind)
    assert all(is_kind(word, kind) for word in members)
    assert not any(is_kind(word, kind) for word in others)


def said(call: str, text: str) -> list[str]:
    cue = parse(call, 1, 0.0)
    assert cue is not None
    cues, _ = add(Cues(), cue)
    fired = []
    for n, word in enumerate(text.split()):
        cues, now = notice(cues, [Percept(1.0 + n * 0.3, "hear", word)])
        fired += [f.text for f in now]
    return fired


def test_a_rule_about_a_kind_hears_its_members_and_a_rule_about_a_word_does_not() -> None:
    story = "we drove home when a fox ran across the road"
    assert said("when an animal: beware", story) == ["beware"]
    assert said("when animals: beware", story) == ["beware"]
    assert said("when the animal: beware", story) == []
    assert said("when fox: beware", story) == ["beware"]
    assert said("when an um: slow down", "um no animal here") == ["slow down"]
