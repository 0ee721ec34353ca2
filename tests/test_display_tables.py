"""Tables: every session and every figure is there, and text stays text."""

from __future__ import annotations

import io

from rich.console import Console, RenderableType

from duplex_cli.display.tables import figures_table, sessions_table


def printed(table: RenderableType, width: int = 110) -> str:
    console = Console(file=io.StringIO(), width=width)
    console.print(table)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_sessions():
    text = printed(
        sessions_table(
            [
                {"session": "2026-11-22-0914", "profile": "[bold]w\x1b[2J", "started": 1795338840,
                 "seconds": 3723.4, "remarks": [1, 2, 3], "missed_ticks": 4, "size_mb": 3.21},
                {"session": "2026-11-22-1002", "note": "still running"},
            ]
        )
    )  # fmt: skip
    first, second = text.strip().splitlines()[-2:]
    for words in ("2026-11-22-0914", "[bold]w", "2026-11-22 ", "1:02:03", " 3 ", " 4 ", "3.2"):
        assert words in first, words
    assert "\x1b" not in text
    assert "still running" in second


def test_no_sessions_tells_how_to_make_one():
    assert "duplex demo" in printed(sessions_table([]))


FIGURES = {
    "suite": "tick",
    "ticks": 54000,
    "step_over_decode": 1.07123,
    "tick_ms": {"p50": 41.234, "p95": 88.1, "p99": 120.0, "max": 1500.2},
    "step_ms": {"p50": 21.0, "p95": 33.0, "p99": 44.0, "max": None},
    "senses": ["mic", "screen"],
    "machine": {"cpu": "[red]x86", "cores": 2, "gpu": {"name": None}},
    "ok": True,
    "items": [{"id": "a", "lag_s": 1.5}, {"id": "b", "ok": False}],
    "empty": {},
}


def test_figures_of_a_bench_all_appear():
    text = printed(figures_table(FIGURES, "bench tick"))
    lines = text.splitlines()
    assert lines[0].strip() == "bench tick"
    assert ["tick,", "ms", "41.23", "88.1", "120", "1,500"] in [line.split() for line in lines]
    assert ["step,", "ms", "21", "33", "44", "–"] in [line.split() for line in lines]
    assert sum("p95" in line for line in lines) == 1, "figures of the same columns share one table"
    for words in (
        "54,000",
        "1.071",
        "mic, screen",
        "machine cpu",
        "[red]x86",
        "machine gpu name",
        "yes",
        "lag, s",
        "empty",
    ):
        assert words in text, words
    assert ["b", "no"] in [line.split() for line in lines]


def test_figures_survive_a_narrow_terminal():
    text = printed(figures_table(FIGURES), width=40)
    assert max(len(line) for line in text.splitlines()) <= 40
