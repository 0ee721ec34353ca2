"""The benches of the eyes: items are what they say, bad ones are refused, a short run gives figures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from duplex_cli.bench import bug_items, count, see
from duplex_cli.bench.bug_tools import findings
from duplex_cli.bench.bugs import judge
from duplex_cli.bench.clips import FPS, clips, frames
from duplex_cli.errors import UserError
from duplex_cli.perception.motion import make_motion
from duplex_cli.profiles import load_named


def test_there_are_200_bugs_in_three_languages_and_a_clean_twin_of_each() -> None:
    items = bug_items.own_items()
    assert len(items) >= 400 and len({item.id for item in items}) == len(items)
    assert {item.id.split("/")[0] for item in items} == {"python", "javascript", "shell"}
    for bug, clean in zip(items[::2], items[1::2], strict=True):
        assert bug.bug in bug.typed and clean.bug is None and bug.typed == clean.typed
        differing = [n for n, (a, b) in enumerate(zip(bug.lines, clean.lines, strict=True), 1) if a != b]
        assert differing == [bug.bug]
    assert items == bug_items.own_items()


def test_a_bug_is_told_with_its_line_and_its_twin_is_not() -> None:
    items = [i for i in bug_items.own_items() if i.id.startswith("python/000")]
    for item in items:
        typing = bug_items.typing_of(item)
        said = [
            (h.at, f"{h.told.file} line {h.told.line}: {h.told.message}.")
            for h in findings(typing, types=False)
        ]
        verdict = judge(item, typing, said)
        assert (verdict.right, verdict.wrong) == ((1, 0) if item.bug else (0, 0)), said


def test_remarks_are_judged_by_time_and_place() -> None:
    item = bug_items.BugItem("x", "a.py", ("a = 1", "b = c", "d = 2"), (1, 2, 3), bug=2)
    typing = bug_items.typing_of(item)
    after = typing.done[2] + 2.0
    assert judge(item, typing, [(after, "a.py line 2: Undefined name c.")]).latency_s == pytest.approx(2.0)
    assert judge(item, typing, [(typing.done[2] - 1, "c is not defined")]).wrong == 1
    assert judge(item, typing, [(after, "a.py line 40: Undefined name c.")]).wrong == 1
    assert judge(item, typing, [(after, "c is not defined")]).right == 1


@pytest.mark.parametrize(
    ("load", "row", "sentence"),
    [
        (bug_items.load, {"id": "x", "file": "a.py", "lines": ["a"], "typed": [2]}, "numbers of `lines`"),
        (bug_items.load, {"id": "x", "file": "a.txt", "lines": ["a"], "typed": [1]}, "no language"),
        (bug_items.load, {"id": "x"}, "docs/bench.md"),
        (see.load, {"id": "x", "lines": []}, "lines to type"),
        (see.load, {"id": "x", "lines": ["a"], "theme": "pink"}, "no theme pink"),
        (lambda path: count.load(path, 10.0), {"video": "none.mkv", "count": 3}, "none.mkv"),
        (lambda path: count.load(path, 10.0), {"video": "none.mkv", "count": -3}, "docs/bench.md"),
    ],
)
def test_unreadable_items_are_named(load, row: dict, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "items.jsonl"
    path.write_text(json.dumps(row) + "\n")
    with pytest.raises(UserError, match=sentence):
        load(path)
    with pytest.raises(UserError, match="cannot be read"):
        load(tmp_path / "nothing.jsonl")


def test_the_clips_vary_and_their_truth_fits_them() -> None:
    made = clips()
    assert len(made) >= 40 and len({c.exercise for c in made}) == 8
    tags = {tag for c in made for tag in c.tags}
    assert {"slow", "fast", "pauses", "partial", "noise", "light", "shaking", "changing pace"} <= tags
    for clip in made:
        crests = np.array(clip.depths) > 0.8
        assert (np.diff(crests.astype(int)) == 1).sum() == len(clip.ends)
        assert all(clip.depths[round(end * FPS) - 1] < 0.05 for end in clip.ends)
    first, again = (next(iter(frames(made[0])))[1] for _ in range(2))
    assert first.shape == (240, 320, 3) and np.array_equal(first, again)


@pytest.mark.parametrize("number", [2, 13, 17, 20])  # 13: faint arms; 17: the camera shakes
def test_a_rendered_clip_is_counted(number: int) -> None:
    clip, motion = clips()[number], make_motion()
    told = [p for at, frame in frames(clip) for p in motion.feed(frame, at) if p.kind == "rep"]
    assert abs(len(told) - len(clip.ends)) <= 1


def test_the_last_number_after_the_penultimate_repetition_counts() -> None:
    case = count.Case("x", 3, (2.0, 4.0, 6.0), (), lambda: iter(()))
    assert count.Counted(case, ((2.1, 1), (4.1, 2), (6.2, 3))).last == 3
    assert count.Counted(case, ((2.1, 3),)).last == 0  # said too early to be the answer
    assert count.Counted(case, ((2.1, 1), (6.3, 2))).lags == pytest.approx([0.1, 0.3])


def test_code_typed_into_vim_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    item = see.SeeItem("x", ("total = price * count", "return sorted(rows)"), "shop.py", "dark", 13)
    typed, costs = see.measure([item], load_named("watch"), idle_s=1.0)
    figures = see.report(typed, costs, "here")
    assert [t.line for t in typed] == list(item.lines)
    assert figures["lines_seen"] >= 1 and figures["character_accuracy"] > 0.9
    assert set(figures["keystroke_to_percept_s"]) == {"p50", "p95"}
    assert figures["idle_cpu"] >= 0 and figures["typing_cpu"] > 0
