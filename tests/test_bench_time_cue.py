"""The items of `duplex bench time` and `cue`, and how their times move when they are spoken."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from duplex_cli.bench.accent import ipa
from duplex_cli.bench.items import WORD_S, Expectation, Input, Item, load_items
from duplex_cli.bench.matching import Said, judge
from duplex_cli.bench.moments import PUBLISHED, Suite, items_of, report, spoken
from duplex_cli.bench.scenario import Result
from duplex_cli.bench.spoken import WORD_PLACE_S, Utterance, spoken_item
from duplex_cli.bench.utter import Utterer, word_ends
from duplex_cli.errors import UserError
from duplex_cli.profiles import load_named
from duplex_cli.stream import SAMPLE_RATE

SUITES: tuple[Suite, ...] = ("time", "cue")
ITEMS = {suite: items_of(suite, None)[0] for suite in SUITES}
EACH = [pytest.param(item, id=item.id) for suite in SUITES for item in ITEMS[suite]]
FEWEST_ITEMS, LEAST_RESTRAINT = 100, 0.2
WIDEST_S = 8.5
"""A window that is fair to both readings of "from when" spans the rest of the request and 2 to 3.5 s."""
GOES_ON_WORDS = 4


@pytest.mark.parametrize("suite", SUITES)
def test_there_are_enough_items_of_every_kind(suite: Suite) -> None:
    items = ITEMS[suite]
    assert len(items) >= FEWEST_ITEMS
    assert len({item.id for item in items}) == len(items)
    said = [tuple(given.hear for given in item.inputs) for item in items]
    assert len(set(said)) == len(items)
    assert sum("restraint" in item.tags for item in items) >= LEAST_RESTRAINT * len(items)
    kinds = {
        "time": {"after", "every", "at", "change", "cancel", "correct", "several", "limit", "stopwatch"},
        "cue": {"switch", "word", "category", "fact", "translate"},
    }
    assert {tag for item in items for tag in item.tags} == kinds[suite] | {"restraint"}


@pytest.mark.parametrize("item", EACH)
def test_windows_can_be_met(item: Item) -> None:
    assert item.expect
    for given_, following in pairwise(item.inputs):
        assert following.at >= given_.at + WORD_S * len(given_.hear.split())
    for wanted in item.expect:
        assert 0 <= wanted.start < wanted.end <= item.duration
        if wanted.silent:
            assert (wanted.start, wanted.end) == (0.0, item.duration)
            continue
        assert wanted.anchor is not None
        assert wanted.end - wanted.start <= WIDEST_S or "translate" in item.tags
        assert wanted.say
        assert all(group and all(alternative.strip() for alternative in group) for group in wanted.say)
    if "restraint" in item.tags:
        assert all(wanted.silent for wanted in item.expect)
        assert not judge(item, [Said(item.duration / 2, "Hello.")]).right


@pytest.mark.parametrize("item", EACH)
def test_an_item_can_be_right(item: Item) -> None:
    remarks = [
        Said(wanted.end - 0.05, " ".join(group[-1] for group in wanted.say))
        for wanted in item.expect
        if not wanted.silent
    ]
    assert judge(item, remarks).right


@pytest.mark.parametrize(
    "item", [pytest.param(i, id=i.id) for i in ITEMS["cue"] if "restraint" not in i.tags]
)
def test_a_cue_lies_inside_of_what_is_said(item: Item) -> None:
    wanted = item.expect[0]
    assert isinstance(wanted.anchor, tuple)
    number, opening, close = wanted.anchor
    talk = item.inputs[number]
    assert len(talk.hear.split()) - close >= GOES_ON_WORDS
    assert wanted.start == pytest.approx(talk.at + WORD_S * opening - 0.1, abs=0.011)
    if talk.foreign and "switch" in item.tags:
        before = talk.hear.split(talk.foreign)[0]
        assert len(before.split()) + len(talk.foreign.split()) == close


REQUEST = Input(at=1.0, hear="tell me in ten seconds please")
LATER = Input(at=8.0, hear="nice weather")
ITEM = Item(
    id="x",
    duration=20.0,
    inputs=(REQUEST, LATER),
    expect=(
        Expectation(12.55, 15.0, say=(("ten",),), anchor=(0, 5, 6)),
        Expectation(12.55, 15.0, say=(("ten",),), anchor="clock"),
        Expectation(12.55, 15.0, silent=True),
    ),
)
SPOKEN = {0: Utterance("a.wav", (0.5, 1.0, 1.5, 2.0, 3.0, 3.5)), 1: Utterance("b.wav", (0.2, 0.4))}


def test_windows_move_with_the_word_they_hang_on() -> None:
    moved = spoken_item(ITEM, SPOKEN)
    longer = 3.5 - 6 * WORD_S
    word_later = 3.0 - 5 * WORD_S
    assert [(given_.wav, round(given_.at, 3)) for given_ in moved.inputs] == [
        ("a.wav", 1.0),
        ("b.wav", round(8.0 + longer, 3)),
    ]
    hung, clock, unhung = moved.expect
    assert hung.start == pytest.approx(12.55 + word_later - WORD_PLACE_S)
    assert hung.end == pytest.approx(15.0 + longer)
    assert (clock.start, clock.end) == (12.55, 15.0)
    after_both = longer + 0.4 - 2 * WORD_S
    assert (unhung.start, unhung.end) == pytest.approx((12.55 + after_both, 15.0 + after_both))
    assert moved.duration == pytest.approx(20.0 + after_both)


@given(st.lists(st.floats(0.05, 1.5), min_size=6, max_size=6), st.floats(0.05, 3.0))
def test_distances_after_an_utterance_stay(lengths: list[float], second: float) -> None:
    ends = tuple(float(e) for e in np.cumsum(lengths))
    moved = spoken_item(ITEM, {0: Utterance("a", ends), 1: Utterance("b", (second / 2, second))})
    gap = LATER.at - (REQUEST.at + 6 * WORD_S)
    assert moved.inputs[1].at - (moved.inputs[0].at + ends[-1]) == pytest.approx(gap)
    due = moved.expect[0].end - (moved.inputs[0].at + ends[-1])
    assert due == pytest.approx(15.0 - (REQUEST.at + 6 * WORD_S))
    assert all(wanted.end <= moved.duration + 1e-9 for wanted in moved.expect)


def test_inputs_that_overlap_are_refused() -> None:
    both = msgspec.structs.replace(ITEM, inputs=(REQUEST, msgspec.structs.replace(LATER, at=2.0)))
    with pytest.raises(UserError, match="begins before"):
        spoken_item(both, SPOKEN)


def test_words_share_the_time_of_an_utterance() -> None:
    assert word_ends("a bcd", 1.2) == pytest.approx((0.4, 1.2))


def test_speech_is_made_once_and_windows_follow_it(tmp_path: Path) -> None:
    item = ITEMS["time"][0]
    (made,), voices = spoken([item], tmp_path, load_named, noise_db=-60.0)
    first, noise = made.inputs
    length = soundfile.info(first.wav).duration
    assert 1.0 < length < 10.0
    assert made.expect[0].end - item.expect[0].end == pytest.approx(
        length - WORD_S * len(item.inputs[0].hear.split()), abs=1e-3
    )
    room, _ = soundfile.read(noise.wav)
    assert 20 * np.log10(np.sqrt(np.square(room).mean())) == pytest.approx(-60.0, abs=0.1)
    assert len(voices) == 1
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert spoken([item], tmp_path, load_named, noise_db=-60.0) == ([made], voices)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before
    written = tmp_path / "items.jsonl"
    written.write_bytes(msgspec.json.encode(made))
    assert load_items(written) == [made]


def test_a_foreign_word_is_spoken_in_its_place(tmp_path: Path) -> None:
    assert ipa("cocina", "es") == "kOsˈinɑ"
    with pytest.raises(UserError, match="espeak-ng"):
        ipa("x", "no-such-language")
    item = next(i for i in ITEMS["cue"] if i.inputs[0].foreign)
    told = Utterer(tmp_path).utterances(item)[0]
    sound, rate = soundfile.read(told.wav)
    assert rate == SAMPLE_RATE
    assert len(told.ends) == len(item.inputs[0].hear.split())
    assert told.ends[-1] == pytest.approx(len(sound) / rate)
    assert np.sqrt(np.square(sound).mean()) > 0.01


def test_the_report_has_the_macro_average_and_the_published_figure() -> None:
    item = msgspec.structs.replace(ITEM, expect=ITEM.expect[:1], tags=("after",))
    quiet = Item(id="y", duration=5.0, tags=("restraint",))
    results = [
        Result(item, (), judge(item, []), (1.0,)),
        *(Result(quiet, (), judge(quiet, []), (1.0,)) for _ in range(3)),
    ]
    figures = report("time", results, "m", "here", ["heart"])
    assert (figures["suite"], figures["spoken"], figures["voices"]) == ("time", True, ["heart"])
    assert (figures["accuracy"], figures["macro_accuracy"]) == (0.75, 0.5)
    assert figures["published"]["percent"] == PUBLISHED["time"]["percent"]
    assert len(figures["details"]) == len(results)
    assert not report("cue", results, "m", "here", None)["spoken"]


def test_a_limit_is_spread_over_the_items() -> None:
    ten = items_of("time", None, 10)[0]
    assert len(ten) == 10
    assert ten[0] == ITEMS["time"][0]
    assert any("restraint" in item.tags for item in ten)


@pytest.mark.parametrize(
    ("arguments", "line", "says"),
    [
        (["time"], None, "cannot be read"),
        (["cue"], '{"id": 3}', "line 1"),
        (["time", "--noise-db", "-50"], '{"id": "a", "duration": 1}', "--spoken"),
        (["cue", "--spoken", "--noise-db", "3"], '{"id": "a", "duration": 1}', "out of range"),
        (["cue", "--spoken"], '{"id": "a", "duration": 1, "profile": "wacht"}', "wacht"),
        (
            ["time"],
            '{"id": "a", "duration": 1, "inputs": [{"at": 0, "hear": "a", "foreign": "b"}]}',
            "`foreign`",
        ),
        (
            ["time"],
            '{"id": "a", "duration": 9, "inputs": [{"at": 0, "hear": "a"}], '
            '"expect": [{"from": 1, "to": 2, "say": [["a"]], "anchor": [0, 2, 2]}]}',
            "`anchor`",
        ),
    ],
)
def test_mistakes_are_named(tmp_path: Path, arguments: list[str], line: str | None, says: str) -> None:
    path = tmp_path / "items.jsonl"
    if line is not None:
        path.write_text(line)
    done = subprocess.run(
        [sys.executable, "-m", "duplex_cli", "bench", *arguments, "--items", str(path)],
        env={**os.environ, "DUPLEX_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert [text for text in done.stderr.splitlines() if text.startswith("duplex: ") and says in text]
    assert "Traceback" not in done.stderr
