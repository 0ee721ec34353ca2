"""The floors of docs/architecture.md: no import runs upward or sideways, and the few special rules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "duplex_cli"
GROUND = {"stream", "errors", "clock", "profile", "profiles", "paths", "machine"}
FLOORS = {
    **dict.fromkeys(GROUND, 0),
    **dict.fromkeys(
        ["capture", "perception", "interaction", "speech", "control", "catalog", "background", "code"], 1
    ),
    "session": 2,
    **dict.fromkeys(["display", "bench", "demo", "cli"], 3),
}
SIDEWAYS_OK = {("cli", room) for room in ("display", "bench", "demo")} | {("demo", "bench")}
MAX_LINES = 330


def modules() -> list[Path]:
    return sorted(p for p in ROOT.rglob("*.py") if p.name not in ("__init__.py", "__main__.py"))


def room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_run_one_way(path: Path) -> None:
    mine = room(path)
    for name in imported(path):
        parts = name.split(".")
        if parts[0] == "llama_cpp":
            assert mine == "interaction", "only interaction may import llama_cpp"
        if parts[0] != "duplex_cli" or len(parts) < 2 or parts[1] == mine or parts[1] not in FLOORS:
            continue
        below = FLOORS[parts[1]] < FLOORS[mine]
        ground = FLOORS[mine] == 0 and FLOORS[parts[1]] == 0
        assert below or ground or (mine, parts[1]) in SIDEWAYS_OK, f"{mine} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_files_are_small_and_time_has_one_door(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= MAX_LINES
    if path.name != "clock.py":
        assert "import time" not in text.split("\n"), "use duplex_cli.clock"
