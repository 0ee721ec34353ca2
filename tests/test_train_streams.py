"""The training streams: natural, deterministic, mostly restraint, and apart from the evaluation."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from tiny_gemma import write_tiny

from duplex_cli.interaction import protocol
from models.train import mix, timers
from models.train.corpora import held_out
from models.train.encode import encode
from models.train.facts_data import RELATIONS
from models.train.streams import Line, Pick, Stream
from models.train.tokens import Tokenizer

STREAMS = 5
SCOPE = ("times", "until", "for")
"""Words of a call's form: "two reminders ten minutes apart" are "every ten minutes two times"."""


@pytest.fixture(scope="module")
def sessions() -> dict[str, list[tuple[str, list[Line]]]]:
    return {mode: [mix.stream(k, mode, False) for k in range(STREAMS)] for mode in mix.SHARES}


def test_same_seed_same_stream(sessions: dict[str, list[tuple[str, list[Line]]]]) -> None:
    for mode, made in sessions.items():
        assert mix.stream(3, mode, False) == made[3]
        assert mix.stream(4, mode, False) != made[3]


def test_every_act_is_of_the_protocol(sessions: dict[str, list[tuple[str, list[Line]]]]) -> None:
    for made in sessions.values():
        for _, lines in made:
            for line in lines:
                first = line.act.split()[0].rstrip(protocol.CONTINUE) or protocol.CONTINUE
                assert first in protocol.ACT_WORDS or first == protocol.CONTINUE, line
                assert "\n" not in line.moment + line.act
                assert "@" not in line.act, line


def test_at_least_half_is_restraint(sessions: dict[str, list[tuple[str, list[Line]]]]) -> None:
    acts = [line.act for made in sessions.values() for _, lines in made for line in lines]
    assert acts.count(protocol.SILENT) > len(acts) / 2
    chatter = [line.act for _, lines in sessions["chatter"] for line in lines]
    assert set(chatter) == {protocol.SILENT}


def test_an_interrupted_remark_is_continued_or_yielded(
    sessions: dict[str, list[tuple[str, list[Line]]]],
) -> None:
    cuts = 0
    for made in sessions.values():
        for _, lines in made:
            for line, following in pairwise(lines):
                assert line.act.endswith(protocol.CONTINUE) == line.cut or line.tag == "cut"
                if line.act.endswith(protocol.CONTINUE):
                    cuts += 1
                    given_up = "cut " in following.moment and following.act == protocol.SILENT
                    assert given_up or following.act.startswith((protocol.CONTINUE, protocol.YIELD)), (
                        following
                    )
    assert cuts > 0


def test_the_second_is_told_only_when_it_changed() -> None:
    s = Stream(Pick(1, False), "task", "timers")
    s.now = 3.05
    s.put("hear", "one")
    s.now = 3.45
    s.put("hear", "two")
    s.now = 4.1
    s.put("see", "x > 1", where="a.py:3")
    assert [line.moment for line in s.lines()] == ["3 hear one", "hear two", "4 see a.py:3 x > 1"]


def test_two_acts_never_share_a_micro_turn() -> None:
    s = Stream(Pick(1, False), "task", "timers")
    s.now = 10.01
    s.put("due", "drink", "say Drink.", "due")
    s.put("due", "blink", "say Blink.", "due")
    assert [line.act for line in s.lines()][:2] == ["say Drink.", "say Blink."]


def test_training_and_evaluation_share_no_filler() -> None:
    """The words, templates and facts of a side are those that the hash gives it."""
    for test in (False, True):
        p = Pick(7, test)
        for items in (timers.EVERY, timers.AFTER, timers.ACTIONS, timers.STOP_ALL, RELATIONS[0].entries):
            for _ in range(60):
                assert held_out(str(p.of(items))) is test


def test_a_request_is_acted_on_once_it_is_whole() -> None:
    """No call before its time has been said: every number word of a call was heard before."""
    calls = 0
    for seed in range(30):
        heard = ""
        for line in mix.stream(seed, "timers", False)[1]:
            heard += " " + re.sub(r"[^\w\s:']", "", line.moment.lower())
            match = re.match(r"call (?:every|after|at) ([^:]*?)(?::|$)", line.act)
            if match:
                calls += 1
                words = re.sub(r"[^\w\s']", "", match.group(1)).removesuffix(" instead").split()
                assert all(w.rstrip("s") in heard.replace(":", " ") or w in SCOPE for w in words), (
                    line,
                    heard,
                )
    assert calls > 30


def test_loss_falls_on_the_acts_alone(tmp_path: Path) -> None:
    write_tiny(tmp_path / "tiny.gguf")
    tokenizer = Tokenizer(tmp_path / "tiny.gguf")
    lines = [
        Line("1 hear me", ".", "restraint"),
        Line("2 due drink", "say The water…", "due", cut=True),
        Line("hear the", "… is hot.", "continue"),
    ]
    sample = encode(tokenizer, "t", lines)
    learned = tokenizer.text([t for t, learn in zip(sample.tokens, sample.learn, strict=True) if learn])
    assert learned == ".\nsay The water… is hot.\n"
    assert tokenizer.text(sample.tokens) == protocol.header("t") + (
        "1 hear me>.\n2 due drink>say The water…\nhear the>… is hot.\n"
    )
    assert [tokenizer.text(sample.tokens[d.start : d.start + d.length]) for d in sample.decisions] == [
        ".\n", "say The water", "… is hot.\n",
    ]  # fmt: skip


def test_a_long_session_is_cut_between_lines(tmp_path: Path) -> None:
    write_tiny(tmp_path / "tiny.gguf")
    tokenizer = Tokenizer(tmp_path / "tiny.gguf")
    sample = encode(
        tokenizer, "t", [Line(f"{n} hear stop", ".", "restraint") for n in range(500)], longest=600
    )
    assert len(sample.tokens) <= 600
    assert tokenizer.text(sample.tokens).endswith("hear stop>.\n")
