"""What `duplex bench voice --kill` tells of a journal."""

from __future__ import annotations

from typing import Any

from duplex_cli.bench.voice_kill import judged


def turn(index: int, *kinds: str, cost_ms: float = 5.0, missed: int = 0) -> dict[str, Any]:
    at = round((index + 1) * 0.2, 1)
    percepts = [{"at": at - 0.1, "kind": kind} for kind in kinds]
    line = {"turn": {"index": index, "at": at, "percepts": percepts}, "cost_ms": cost_ms}
    return {**line, "missed": missed} if missed else line


def note(at: float, text: str) -> dict[str, Any]:
    return {"event": "note", "at": at, "text": text}


def test_each_is_back_when_it_works_again_and_what_is_missing_is_counted() -> None:
    lines = [
        turn(0, "hear"),
        turn(1, "voice"),  # an answer that was under way when the ears died
        note(0.6, "ears stopped and was started again"),
        turn(2),
        turn(3, "hear"),
        note(1.0, "the model's process ended and was started again"),
        turn(4, cost_ms=900.0, missed=4),
        note(1.2, "the voice stopped and was started again"),
        {"event": "started", "remark": 1, "at": 2.35},
        turn(7),
    ]
    told = judged(lines, (("transcriber", 0.3), ("model", 0.9), ("voice", 1.1)))
    assert told["killed"] == {
        "transcriber": {"back_s": 0.5, "told": 1},
        "model": {"back_s": 1.0, "told": 1},
        "voice": {"back_s": 1.25, "told": 1},
    }
    assert told["turns_lost"] == 2 and told["missed_ticks"] == 4


def test_what_never_comes_back_is_told_so() -> None:
    told = judged([turn(0), turn(1)], (("model", 0.1), ("voice", 0.1)))
    assert told["killed"]["model"] == {"back_s": None, "told": 0} == told["killed"]["voice"]
