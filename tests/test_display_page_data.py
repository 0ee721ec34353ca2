"""What the timeline page is given: phrases, pictures, remarks, all of it readable."""

from __future__ import annotations

import itertools
import json
import re

import pytest
from display_sessions import HEADER, session, thumbnail

from duplex_cli.display import page_data
from duplex_cli.display.timeline import timeline_html


def test_remark_ids_are_unique_whatever_the_journal_says():
    told = [
        {"at": 1.0, "text": "a", "remark": 2},
        {"at": 2.0, "text": "b", "remark": 2},
        {"at": 3.0, "text": "c"},
        {"at": 4.0, "end": 1.0, "text": "d", "remark": -1},
    ]
    data, totals = page_data.page_data({}, [], told, {})
    assert len({remark["n"] for remark in data["remarks"]}) == 4
    assert all(re.fullmatch(r"\d+", remark["n"]) for remark in data["remarks"])
    assert [remark["end"] for remark in data["remarks"]] == [1.0, 2.0, 3.0, 4.0]
    assert totals["remarks"] == 4


def test_words_of_one_breath_are_one_phrase():
    words = [
        (1.0, "hear", "the train"),
        (1.5, "hear", "leaves"),
        (1.9, "pause", ""),
        (2.0, "hear", "and"),
        (5.0, "hear", "we"),
    ]
    turns = [
        {"index": n, "at": at, "percepts": [{"at": at, "kind": kind, "text": text}]}
        for n, (at, kind, text) in enumerate(words)
    ]
    data, _ = page_data.page_data({}, turns, [], {})
    assert [(p[0], p[2]) for p in data["phrases"]] == [(1.0, "the train leaves"), (2.0, "and"), (5.0, "we")]


def test_pictures_are_thinned_evenly_to_their_room(monkeypatch: pytest.MonkeyPatch):
    frames = {f"{n}.png": thumbnail(str(n)) for n in range(20)}
    monkeypatch.setattr(page_data, "MAX_FRAME_CHARS", sum(map(len, frames.values())) // 3)
    turns = [
        {"index": n, "at": float(n), "percepts": [{"at": n, "kind": "see", "text": "x", "frame": f"{n}.png"}]}
        for n in range(20)
    ]
    data, totals = page_data.page_data({}, turns, [], frames)
    kept = [int(name.removesuffix(".png")) for name in data["frames"]]
    assert 4 <= len(kept) <= 7
    assert len({b - a for a, b in itertools.pairwise(kept)}) == 1
    assert totals["frames_of"] == 20


def test_what_is_no_micro_turn_is_refused():
    with pytest.raises(KeyError):
        timeline_html(HEADER, [{"at": 1.0}], [])
    turn = {
        "index": 0,
        "at": 0.2,
        "percepts": [{"at": 0.1, "kind": "smell"}],
        "gate": {"silent": 1, "say": 0},
    }
    with pytest.raises(ValueError, match="smell"):
        timeline_html(HEADER, [turn], [])


def test_the_data_in_the_page_reads_back():
    turns, remarks = session(20)
    html = timeline_html(HEADER, turns, remarks)
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found
    data = json.loads(found[1])
    assert sum(data["steps"]) == 2000
    assert data["threshold"] == 0.6
    assert len(data["costs"]) == 100
