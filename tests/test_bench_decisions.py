"""`duplex bench decisions` and the choice of thresholds: read-outs, what counts as right, the figures."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from bench_material import LINES, STREAM, TASK, judged
from typer.testing import CliRunner

from duplex_cli.bench import decisions
from duplex_cli.bench.content import Book, same_remark
from duplex_cli.bench.decisions import brier, calibration_error, decide, gate_of, row
from duplex_cli.bench.heldout import DECISIONS, HeldLine, HeldStream, Place, limited, load_streams, places
from duplex_cli.cli.bench import app
from duplex_cli.errors import UserError
from duplex_cli.profile import Gate
from models.train import heldout, validate


def test_places_know_what_is_to_be_decided() -> None:
    found = list(places(STREAM))
    assert [p.due for p in found] == [
        "silent", "silent", "call", "silent", "say", "silent", "silent", "say", "silent", "say", "yield",
    ]  # fmt: skip
    assert [p.second for p in found] == [3, 4, 5, 6, 25, 27, 27, 30, 30, 32, 32]
    assert [n for n, p in enumerate(found) if p.forced] == [4]
    assert [n for n, p in enumerate(found) if p.over_remark] == [8, 10]
    assert [n for n, p in enumerate(found) if p.seen] == [6]
    assert found[7].words == "The oven is hot now."
    assert found[9].words == ""  # the rest of it is not known
    assert found[1].heard == ["remind", "me", "to", "stretch"]


def test_a_screen_seen_while_words_are_heard_is_not_only_seen() -> None:
    moment = "7 see a.py:3 x = 5 | hear so this"
    (place,) = places(HeldStream("bugs", TASK, (HeldLine(moment, ".", "restraint"),)))
    assert not place.seen
    assert place.heard == ["so", "this"]


def test_after_a_remark_given_up_by_code_nothing_is_under_way() -> None:
    lines = (
        HeldLine("3 result late", "say The train is…", "cut"),
        HeldLine("cut The train", ".", "restraint"),
        HeldLine("4 hear wait", ".", "restraint"),
    )
    found = list(places(HeldStream("company", TASK, lines)))
    assert [p.over_remark for p in found] == [False, False, False]
    assert found[0].words == ""  # nobody knows what else it would have said


@pytest.mark.parametrize(
    ("made", "right"),
    [
        ("every twenty seconds: stretch", True),
        ("every 20 seconds: to stretch", True),
        ("every thirty seconds: stretch", True),  # nobody said thirty: code puts in what was said
        ("after twenty seconds: stretch", False),
        ("every twenty seconds: drink", False),
        ("cancel: all", False),
        ("twenty", False),
        ("", False),
    ],
)
def test_a_call_is_right_by_its_effect(made: str, right: bool) -> None:
    book = Book()
    for place in list(places(STREAM))[:3]:
        book.take(place)
    assert book.right(place, made, "timers") is right


def test_cancelling_is_judged_on_the_agenda_as_it_stands() -> None:
    lines = (*LINES[:3], HeldLine("9 hear stop the stretching reminder", "call cancel: stretch", "cancel"))
    book = Book()
    *before, last = places(HeldStream("timers", TASK, lines))
    for place in before:
        book.take(place)
        book.carry_out(place)
    book.take(last)
    assert book.right(last, "cancel: all", "timers")
    assert not book.right(last, "every twenty seconds: stretch", "timers")


@pytest.mark.parametrize(
    ("made", "reference", "right"),
    [
        ("Actually, it is Paris.", "Actually, it is Paris.", True),
        ("it is Paris", "Actually, it's Paris.", True),
        ("Actually, it is Rome.", "Actually, it is Paris.", False),
        ("", "Actually, it is Paris.", False),
        ("Paris " * 20, "Actually, it is Paris.", False),
        ("Eight.", "Six.", False),
        ("Berlin is in Spain, not in France.", "Berlin is in Germany, not in France.", False),
        ("Yes.", "No.", False),
    ],
)
def test_a_remark_is_right_by_letters_and_meaning(made: str, reference: str, right: bool) -> None:
    assert same_remark(made, reference) is right


def test_a_count_is_right_word_for_word_and_a_reminder_by_what_it_reminds_of() -> None:
    count = HeldStream("reps", "Count.", (HeldLine("3 rep 5", "say Five.", "rep"),))
    (place,) = places(count)
    assert Book().right(place, "five", "reps")
    assert not Book().right(place, "Five now.", "reps")
    due = list(places(STREAM))[4]
    assert Book().right(due, "Stretch, please.", "timers")
    assert not Book().right(due, "Time to drink.", "timers")


def test_calibration_on_known_values() -> None:
    assert calibration_error([], []) == 0.0
    assert calibration_error([1.0, 0.0], [True, False]) == 0.0
    # One bin: mean 0.85, frequency 0.5; the other is perfect.
    p = [0.82, 0.88, 0.0, 0.0]
    assert calibration_error(p, [True, False, False, False]) == pytest.approx(0.5 * 0.35)
    # 0.05 and 0.15 lie in different bins: the gaps do not cancel.
    assert calibration_error([0.05, 0.15], [True, False]) == pytest.approx((0.95 + 0.15) / 2)
    assert brier([0.5, 1.0], [True, True]) == pytest.approx(0.125)


def test_figures_of_known_decisions() -> None:
    known = [
        judged("say", "say", 0.9, content=True),
        judged("call", "say", 0.9, content=False),  # it acted, but not in the right way
        judged("silent", "silent", 0.1),
        judged("silent", "silent", 0.1),
        judged("silent", "say", 0.6),
        judged("silent", "silent", 0.0, mode="chatter"),
        judged("say", "silent", 0.0, decides=False, content=True),  # a reminder: only its words count
    ]
    figures = row("m", known)
    assert figures["model"] == "m"
    assert figures["act_accuracy"] == 0.5
    assert figures["restraint_accuracy"] == 0.75
    assert figures["balanced_accuracy"] == 0.625
    assert figures["by_mode"] == {
        "timers": {"n": 5, "act": 0.5, "restraint": 0.6667, "content": 0.6667},
        "chatter": {"n": 1, "act": None, "restraint": 1.0, "content": None},
    }
    assert figures["balanced_by_mode"]["chatter"] == 1.0
    json.dumps(decisions.for_people(decisions.report([figures], 2, "here")))


def test_each_kind_of_moment_has_its_threshold() -> None:
    gate = Gate(threshold=0.4, seen=0.7, calls=0.55)
    (seen,) = places(HeldStream("bugs", TASK, (HeldLine("1 see a.py:1 x", ".", "restraint"),)))
    (heard,) = places(HeldStream("bugs", TASK, (HeldLine("1 hear x", ".", "restraint"),)))

    def made(place: Place, silent: float, kind: str) -> str:
        others = dict.fromkeys(("say", "call", "yield"), 0.0)
        return decide("bugs", gate, place, {"silent": silent, **others, kind: 1 - silent}, None).made  # type: ignore[dict-item]

    assert made(heard, 0.5, "say") == "say"
    assert made(seen, 0.5, "say") == "silent"
    assert made(seen, 0.2, "say") == "say"
    assert made(heard, 0.5, "call") == "silent"
    assert made(heard, 0.4, "call") == "call"
    assert gate_of("facts") == Gate()


def test_the_command_prints_one_object(tmp_path: Path, models: dict[str, Path]) -> None:
    import msgspec

    items = tmp_path / "streams.jsonl.gz"
    items.write_bytes(gzip.compress(msgspec.json.encode(STREAM) + b"\n" + msgspec.json.encode(STREAM)))
    run = CliRunner().invoke(
        app, ["decisions", "--items", str(items), "--limit", "1", "--no-words", "--json"]
    )
    assert run.exit_code == 0, run.output
    figures = json.loads(run.stdout)
    assert figures["suite"] == "decisions"
    assert figures["streams"] == 1
    assert {
        "model", "balanced_accuracy", "act_accuracy", "restraint_accuracy", "calibration_error", "by_mode",
    } <= set(figures["rows"][0])  # fmt: skip
    assert set(figures["rows"][0]["by_mode"]["timers"]) == {"n", "act", "restraint", "content"}


@pytest.mark.parametrize("content", [b"", b"plain", gzip.compress(b'{"mode": 1}\n')])
def test_a_file_that_holds_no_streams_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(content)
    if content:
        with pytest.raises(UserError, match="write it with"):
            load_streams(path)
    else:
        assert load_streams(path) == []


def test_a_threshold_is_the_one_with_most_acts_at_the_rate() -> None:
    acts = [judged("say", "say", p) for p in (0.3, 0.6, 0.8, 0.9)]
    silences = [judged("silent", "silent", p) for p in (0.5, *[0.0] * 99)]
    chosen = validate.choose_threshold(acts + silences, 0.0)
    assert (chosen.act, chosen.false) == (0.75, 0.0)
    assert 0.5 < chosen.threshold <= 0.6
    assert validate.choose_threshold(acts + silences, 0.01).act == 1.0
    assert validate.kind_of(judged("call", "call", 0.9, likeliest="call", seen=True)) == "calls"


def test_hysteresis_is_measured_on_what_follows_an_act() -> None:
    stream = [
        judged("say", "say", 0.9, second=3),
        judged("silent", "silent", 0.5, second=3),
        judged("say", "say", 0.95, second=3),
        judged("silent", "silent", 0.5, second=9),
    ]
    gates = {"timers": Gate(threshold=0.4)}
    without = validate.after_acts([stream], gates, 0.0)
    raised = validate.after_acts([stream], gates, 0.2)
    assert (without.acts, without.acts_made, without.restraint, without.restraint_kept) == (1, 1, 1, 0)
    assert (raised.acts_made, raised.restraint_kept) == (1, 1)


def test_limits_count_by_mode() -> None:
    other = HeldStream("facts", TASK, LINES)
    assert limited([STREAM, STREAM, other], 1) == [STREAM, other]
    assert limited([STREAM, STREAM, other], 0) == [STREAM, STREAM, other]


def test_validation_and_test_never_share_a_stream() -> None:
    assert heldout.FIRST_VALIDATION_STREAM + heldout.MOST_STREAMS < heldout.FIRST_TEST_STREAM


@pytest.mark.parametrize(
    ("path", "first", "test"),
    [
        (DECISIONS, heldout.FIRST_TEST_STREAM, True),
        (heldout.VALIDATION, heldout.FIRST_VALIDATION_STREAM, False),
    ],
    ids=["decisions", "validation"],
)
def test_the_checked_in_streams_are_enough_and_come_out_the_same(path: Path, first: int, test: bool) -> None:
    stored = gzip.decompress(path.read_bytes())
    assert heldout.text(first, test) == stored, "write them again: python -m models.train.heldout"
    decided: dict[str, list[str]] = {}
    for stream in load_streams(path):
        decided.setdefault(stream.mode, []).extend(p.due for p in places(stream) if p.decides)
    for mode, kinds in decided.items():
        restraint = kinds.count("silent")
        assert restraint >= 300, mode
        assert mode == "chatter" or len(kinds) - restraint >= 60, mode
