"""The video bench: its scores by hand, its items, and one drawn clip of each kind through the real senses."""

from __future__ import annotations

from pathlib import Path

import pytest

from duplex_cli.bench.items import Expectation
from duplex_cli.bench.matching import Said
from duplex_cli.bench.proactive import interval_iou, strays, told_interval, turn_score
from duplex_cli.bench.video import START_WORDS, STOP_WORDS, load_clips
from duplex_cli.errors import UserError
from duplex_cli.profiles import load_named
from duplex_cli.session.question import asking, watching

TURN = Expectation(start=10.0, end=20.0, say=(("render",), ("finished", "done")), never=("failed",))


@pytest.mark.parametrize(
    ("said", "score"),
    [
        ([], 0.25),
        ([Said(10.0, "The render is finished.")], 1.0),
        ([Said(20.0, "The render is finished.")], 0.5 * 0.25 + 0.5),
        ([Said(15.0, "The render is finished.")], 0.5 * (0.25 + 1.0) / 2 + 0.5),
        ([Said(15.0, "It is finished.")], 0.5 * (0.25 + 0.5) / 2 + 0.25),
        ([Said(10.0, "The render failed.")], 0.0),
        ([Said(10.0, "Render"), Said(15.0, "finished")], 0.5 * (0.5 + 1.0) / 2 + 0.5),
        ([Said(9.9, "The render is finished."), Said(20.1, "The render is finished.")], 0.25),
    ],
)
def test_pauc_of_a_turn(said: list[Said], score: float) -> None:
    assert turn_score(said, TURN) == pytest.approx(score)


def test_strays_and_intervals() -> None:
    said = [Said(3.0, "It starts."), Said(12.0, "It stops."), Said(15.0, "It starts.")]
    assert strays(said, [TURN]) == 1
    assert told_interval(said, START_WORDS, STOP_WORDS) == (3.0, 12.0)
    assert interval_iou((3.0, 12.0), (4.0, 10.0)) == pytest.approx(6 / 9)
    assert interval_iou((1.0, 2.0), (4.0, 10.0)) == 0.0
    assert told_interval(said[:1], START_WORDS, STOP_WORDS) is None
    assert interval_iou(None, (4.0, 10.0)) == 0.0


def test_the_own_clips_are_whole() -> None:
    clips, _ = load_clips(None)
    assert len({clip.id for clip in clips}) == len(clips) == 18
    for clip in clips:
        assert all(turn.end <= clip.duration for turn in clip.turns)
        assert clip.action is None or clip.action.end < clip.duration


@pytest.mark.parametrize(
    "line",
    [
        "",
        "no json",
        '{"id": "a", "duration": 5, "question": "q", "turns": [{"from": 1, "to": 2, "say": [["x"]]}]}',
        '{"id": "a", "duration": 5, "question": "q", "video": "a.mp4"}',
        '{"id": "a", "duration": 5, "question": "q", "video": "a.mp4", '
        '"turns": [{"from": 2, "to": 1, "say": [["x"]]}]}',
        '{"id": "a", "duration": 5, "question": "q", "video": "a.mp4", "action": {"from": 2, "to": 1}}',
        '{"id": "a", "duration": -5, "question": "q", "video": "a.mp4", "action": {"from": 1, "to": 2}}',
        '{"id": "a", "duration": 5, "question": "q", "scene": {}, "action": {"from": 1, "to": 2}}',
        '{"id": "a", "duration": 5, "question": "q", "video": "a.mp4", "film": 1, '
        '"action": {"from": 1, "to": 2}}',
    ],
)
def test_items_that_cannot_be_read_are_a_sentence(tmp_path: Path, line: str) -> None:
    path = tmp_path / "clips.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(UserError) as caught:
        load_clips(path)
    assert "\n" not in str(caught.value)


def test_a_question_becomes_a_task_and_is_asked() -> None:
    profile = load_named("watch", {})
    asked = watching(profile, "tell me when it starts and stops moving")
    assert asked.script == ()
    moving = watching(load_named("watch", {"senses.motion": True}), "tell me when it starts and stops moving")
    assert [step.call.split(":")[0] for step in moving.script] == [
        "when seen motion start",
        "when seen motion stop",
    ]
    assert [p.kind for p in asking("tell me when")] == ["hear", "pause"]
    for wrong in ("", "  ", "x" * 300):
        with pytest.raises(UserError):
            watching(profile, wrong)
