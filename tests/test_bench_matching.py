"""The rules by which a bench decides what was right."""

from __future__ import annotations

from pathlib import Path

import pytest

from duplex_cli.bench.items import Expectation, Input, Item, load_items, percepts_of
from duplex_cli.bench.matching import Said, judge, meets
from duplex_cli.errors import UserError

STRETCH = Expectation(23.0, 25.0, say=(("stretch", "get up"),), never=("oven",))


def item(*expect: Expectation, duration: float = 50.0) -> Item:
    return Item(id="x", duration=duration, expect=expect)


@pytest.mark.parametrize(
    ("at", "text", "right"),
    [
        (23.0, "Time to stretch.", True),
        (25.0, "GET UP now!", True),
        (25.1, "Time to stretch.", False),
        (22.9, "Time to stretch.", False),
        (24.0, "Stretching helps.", False),
        (24.0, "Stretch, and mind the oven.", False),
    ],
)
def test_a_remark_needs_its_window_and_its_words(at: float, text: str, right: bool) -> None:
    assert meets(Said(at, text), STRETCH) is right


def test_accents_and_case_do_not_matter() -> None:
    assert meets(Said(1.0, "La ESTACIÓN está allí."), Expectation(0, 2, say=(("estacion",), ("allí",))))


def test_every_group_is_needed() -> None:
    both = Expectation(0, 9, say=(("call", "ring"), ("mom", "mother")))
    assert meets(Said(1.0, "Ring your mother."), both)
    assert not meets(Said(1.0, "Ring your sister."), both)


def test_one_remark_serves_one_expectation() -> None:
    twice = item(Expectation(0, 10, say=(("stretch",),)), Expectation(0, 20, say=(("stretch",),)))
    assert judge(twice, [Said(5, "Stretch.")]).acts_right == 1
    assert judge(twice, [Said(5, "Stretch."), Said(6, "Stretch.")]).right


def test_other_speech_is_a_false_interjection_and_spoils_the_item() -> None:
    verdict = judge(item(STRETCH), [Said(23.5, "Stretch."), Said(30.0, "Hello?")])
    assert (verdict.acts_right, verdict.false_interjections, verdict.right) == (1, 1, False)
    assert (verdict.silences, verdict.silences_right) == (2, 1)
    assert verdict.late_s == (0.5,)


def test_silence_that_is_demanded() -> None:
    quiet = item(Expectation(5.0, 10.0, silent=True))
    assert judge(quiet, []).right
    assert not judge(quiet, [Said(7.0, "Hm.")]).right


def test_words_arrive_as_they_would_be_transcribed() -> None:
    heard = percepts_of(Item(id="x", duration=9, inputs=(Input(at=1.0, hear="okay stop"),)))
    assert [(round(p.at, 2), p.kind, p.text) for p in heard] == [
        (1.0, "voice", "start"),
        (1.33, "hear", "okay"),
        (1.66, "hear", "stop"),
        (1.66, "voice", "stop"),
        (2.26, "pause", ""),
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "line 1"),
        ('{"id": "a"}', "duration"),
        ('{"id": "a", "duration": 5, "inputs": [{"at": 1}]}', "one of hear, see, wav, video"),
        ('{"id": "a", "duration": 5, "imputs": []}', "imputs"),
        ("", "no items"),
    ],
)
def test_mistakes_in_a_file_are_named(tmp_path: Path, line: str, says: str) -> None:
    path = tmp_path / "items.jsonl"
    path.write_text(line)
    with pytest.raises(UserError, match=says):
        load_items(path)
