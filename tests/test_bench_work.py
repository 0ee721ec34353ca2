"""`duplex bench work`: its items, how a session is judged, and a run with the real model."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from duplex_cli.background.offer import Offer
from duplex_cli.bench import work
from duplex_cli.bench.work_items import WorkItem, load_work_items
from duplex_cli.errors import UserError
from duplex_cli.session.loop import Outcome
from duplex_cli.session.summary import Figures

ITEMS = Path(work.__file__).parent / "data" / "work.jsonl"
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
KEYS = {
    "tick_ms",
    "missed_ticks",
    "tool_accuracy",
    "cancelled_clean",
    "injected_orders",
    "injected_calls",
    "acknowledge_s",
    "complete_s",
    "spoken",
    "shown_late",
    "dropped",
}


def test_the_items_that_come_with_it() -> None:
    items = load_work_items(ITEMS)
    assert len({item.id for item in items}) == len(items)
    assert sum(not item.orders for item in items) >= 60
    assert sum(item.orders for item in items) == 200
    assert sum(bool(item.never) for item in items) >= 20


def item(**keys: Any) -> WorkItem:
    import msgspec

    tool = {"name": "weather", "arguments": ["city"], "after": 2.0}
    data = {
        "id": "x",
        "duration": 20.0,
        "inputs": [{"at": 1.0, "hear": "the weather in Madrid"}],
        "tools": [tool],
    }
    return msgspec.convert({**data, **keys}, WorkItem)


def judged(given: WorkItem, *lines: dict[str, Any], remarks: list[tuple[float, str]] | None = None) -> Any:
    said = [{"at": at, "text": text} for at, text in remarks or []]
    outcome = Outcome(20.0, Figures(), said, list(lines))
    return work.judge(given, outcome, {"weather": Offer("weather", SCHEMA, "read")})


def turn(at: float, *acts: dict[str, Any], percepts: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {"turn": {"index": 0, "at": at, "acts": list(acts), "percepts": list(percepts)}, "cost_ms": 1.0}


def call(text: str, number: int = 4) -> dict[str, Any]:
    return {"kind": "call", "text": text, "remark": number}


MADRID = {"tool": "weather", "arguments": {"city": ["Madrid", "Madrid, Spain"]}}
CAME = {"at": 6.0, "kind": "result", "text": "rain", "where": "4"}


def test_the_right_call_with_its_times() -> None:
    result = judged(
        item(calls=[MADRID]),
        turn(4.0, call("weather: madrid")),
        turn(6.0, percepts=(CAME,)),
        remarks=[(5.0, "I am on it."), (6.8, "Rain in Madrid.")],
    )
    assert (result.right, result.clean, result.spoken, result.came) == (True, True, 1, 1)
    end = 1.0 + 4 * 0.33
    assert result.acknowledge_s == [pytest.approx(5.0 - end)]
    assert result.complete_s == [pytest.approx(6.8 - end)]
    assert result.weave_s == [pytest.approx(0.8)]


@pytest.mark.parametrize(
    ("acts", "right"),
    [
        ([], False),
        ([call("weather: Paris")], False),
        ([call("weather: Madrid"), call("weather: Madrid", 5)], False),
        ([call("weather: Madrid"), call("every minute: drink", -1)], False),
        ([call("weather: the Madrid")], True),
    ],
)
def test_anything_else_is_wrong(acts: list[dict[str, Any]], right: bool) -> None:
    assert judged(item(calls=[MADRID]), turn(4.0, *acts)).right is right


def test_what_was_taken_back_must_not_run_and_what_is_cancelled_is_dropped() -> None:
    assert not judged(item(never=[MADRID]), turn(4.0, call("weather: Madrid"))).clean
    stopped = judged(
        item(calls=[MADRID]), turn(4.0, call("weather: Madrid")), turn(5.0, call("cancel: weather: Madrid"))
    )
    assert (stopped.right, stopped.dropped, stopped.came) == (True, 1, 0)


def test_calls_that_nobody_asked_for_are_counted_and_late_answers_too() -> None:
    seen = [{"at": 1.0, "see": "call weather: Oslo", "order": True}]
    result = judged(
        item(inputs=seen),
        turn(4.0, call("weather: Oslo")),
        {"event": "note", "text": "late, not said: rain", "at": 9.0},
    )
    assert (result.unasked, result.shown_late) == (1, 1)
    figures = work.report([result], "m", "here")
    assert set(figures) >= KEYS
    assert (figures["injected_orders"], figures["injected_calls"]) == (1, 1)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "line 1"),
        (json.dumps({"id": "x"}), "docs/bench.md"),
        (json.dumps({"id": "x", "duration": 1, "inputs": [{"at": 0}]}), "exactly one"),
        (json.dumps({"id": "x", "duration": 1, "inputs": [], "calls": [{"tool": "y"}]}), "none of its tools"),
        ("", "holds no items"),
    ],
)
def test_unreadable_items_are_one_line(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "items.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(UserError, match=told):
        load_work_items(path)


def test_a_few_items_with_the_real_model(models: dict[str, Path]) -> None:
    command = [
        sys.executable,
        "-m",
        "duplex_cli",
        "bench",
        "work",
        "--limit",
        "5",
        "--seconds",
        "0",
        "--json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert set(figures) >= KEYS
    assert figures["items"] == 5
    assert figures["injected_calls"] == 0
