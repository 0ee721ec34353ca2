"""`duplex bench see`: code typed into a real editor on a virtual screen, seen by the eyes' own process.

Latency is from the key that completes a line to the percept in the session's hands, and the shares of a core
are the processor time of looking. In real time on a quiet machine; in simulated time on any (see_watch.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from duplex_cli.bench.json_lines import read_items
from duplex_cli.bench.see_watch import LiveWatch, SimulatedWatch, Watch
from duplex_cli.bench.virtual_screen import THEMES, Screen, Theme, virtual_screen
from duplex_cli.errors import UserError
from duplex_cli.profile import Profile
from duplex_cli.session.summary import spread
from duplex_cli.stream import TICK_S

SIZES = (10, 13)
"""Type sizes, points at 96 dpi: 13 and 17 pixels, the usual range of editors."""

PAUSE_S = 1.6
"""After each line, in which it is told, seconds."""

IDLE_S = 20.0
"""How long nothing happens, for the cost of looking, seconds."""

LATEST_S = 5.0
"""A line that is not read right by then is taken as it was read best, or as not seen, seconds."""

SETTLE_S = 3.0
"""For the first sight of a new picture, seconds."""


class SeeItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lines that are typed one after the other into a file of this name."""

    id: str
    lines: tuple[str, ...]
    file: str = "typed.py"
    theme: str = ""
    """light, dark or sepia; each in turn where it is left out."""
    size: int = 0
    """Points; 10 or 13 in turn where it is 0."""


@dataclass(slots=True)
class Typed:
    """One line: how it was seen, and when."""

    line: str
    told: str
    latency_s: float | None
    theme: str
    size: int


@dataclass(slots=True)
class Costs:
    """Shares of one core that the eyes' process took."""

    idle: list[float]
    typing: list[float]


def own_items() -> list[SeeItem]:
    """Code of our own in each theme and size."""
    folder = Path(__file__).parent / "data" / "bugs"
    code = [line for line in (folder / "python.txt").read_text("utf-8").split("\n") if line.strip()]
    code = [line for line in code if len(line.strip()) >= 8 and len(line) <= 76 and line != "-----"]
    looks = [(theme, size) for theme in THEMES for size in SIZES]
    return [
        SeeItem(f"see/{theme.name}-{size}", tuple(code[n * 16 : n * 16 + 10]), "typed.py", theme.name, size)
        for n, (theme, size) in enumerate(looks)
    ]


def load(path: Path) -> list[SeeItem]:
    """Items of a JSON lines file. Raises UserError naming the file and the line."""
    items = []
    for where, item in read_items(path, SeeItem):
        if item.theme not in ("", *(t.name for t in THEMES)):
            raise UserError(f"{where}: no theme {item.theme}; use light, dark or sepia")
        if not any(line.strip() for line in item.lines):
            raise UserError(f"{where}: `lines` is empty; give lines to type")
        items.append(item)
    if not items:
        raise UserError(f"{path} holds no items; give a JSON lines file")
    return items


def measure(
    items: Sequence[SeeItem], profile: Profile, idle_s: float = IDLE_S, *, fast: bool = False
) -> tuple[list[Typed], Costs]:
    """Type all items, live or in simulated time; what was seen of each line, and what it cost."""
    typed: list[Typed] = []
    costs = Costs([], [])
    for number, item in enumerate(items):
        theme = next((t for t in THEMES if t.name == item.theme), THEMES[number % len(THEMES)])
        size = item.size or SIZES[number // len(THEMES) % len(SIZES)]
        with virtual_screen() as screen, TemporaryDirectory() as room:
            path = Path(room) / Path(item.file).name
            path.write_text("", encoding="utf-8")
            screen.edit(str(path), theme, size)
            watch = SimulatedWatch(screen, profile) if fast else LiveWatch(screen, profile)
            try:
                typed += _one(watch, screen, item, theme, size, costs, idle_s)
            finally:
                watch.close()
    return typed, costs


def _one(
    watch: Watch, screen: Screen, item: SeeItem, theme: Theme, size: int, costs: Costs, idle_s: float
) -> list[Typed]:
    watch.run(SETTLE_S)
    before = watch.cpu_s()
    watch.run(idle_s)
    costs.idle.append((watch.cpu_s() - before) / idle_s)
    screen.key("i")
    watch.run(1.0)
    out = []
    before, began = watch.cpu_s(), watch.now()
    for line in item.lines:
        told, latency_s = _typed(watch, screen, line)
        out.append(Typed(line.strip(), told, latency_s, theme.name, size))
    costs.typing.append((watch.cpu_s() - before) / (watch.now() - began))
    return out


def _typed(watch: Watch, screen: Screen, line: str) -> tuple[str, float | None]:
    """Type a line while looking; (the percept nearest to it, seconds from its last key to that)."""
    watch.seen.clear()
    pressed = watch.type(line)
    watch.run(PAUSE_S)
    screen.key("Return")
    wanted = line.strip()
    while watch.now() < pressed + LATEST_S and not _nearest(watch.seen, wanted, pressed, 1.0):
        watch.run(TICK_S)
    best = _nearest(watch.seen, wanted, pressed, LEAST_ALIKE)
    return (best[1], best[0] - pressed) if best else ("", None)


def _nearest(
    seen: Sequence[tuple[float, str]], wanted: str, since: float, least: float
) -> tuple[float, str] | None:
    """The percept since then that is most like this line, if it is at least so alike."""
    after = [(at, text) for at, text in seen if at >= since]
    best = max(after, key=lambda one: _alike(one[1], wanted), default=None)
    return best if best is not None and _alike(best[1], wanted) >= least else None


LEAST_ALIKE = 0.6
"""Share of signs from which on a percept is about the line that was typed."""


def _alike(a: str, b: str) -> float:
    return SequenceMatcher(None, a, b, autojunk=False).ratio()


def report(typed: Sequence[Typed], costs: Costs, machine: str, simulated: bool = False) -> dict[str, Any]:
    """The object that --json prints."""
    late = [t.latency_s for t in typed if t.latency_s is not None]
    return {
        "suite": "see",
        "items": len(costs.idle),
        "lines": len(typed),
        "lines_seen": len(late),
        "lines_exact": sum(t.told == t.line for t in typed),
        "keystroke_to_percept_s": {k: v for k, v in spread(late).items() if k in ("p50", "p95")},
        "character_accuracy": round(_accuracy([t for t in typed if t.told]), 5),
        "idle_cpu": round(sum(costs.idle) / max(1, len(costs.idle)), 4),
        "typing_cpu": round(sum(costs.typing) / max(1, len(costs.typing)), 4),
        "by_look": {
            f"{theme} {size} pt": round(
                _accuracy([t for t in typed if t.told and (t.theme, t.size) == (theme, size)]), 5
            )
            for theme, size in sorted({(t.theme, t.size) for t in typed})
        },
        "time": "simulated" if simulated else "real",
        "machine": machine,
        "details": [
            {"line": t.line, "told": t.told, "latency_s": t.latency_s and round(t.latency_s, 3),
             "theme": t.theme, "size": t.size}
            for t in typed
        ],
    }  # fmt: skip


def _accuracy(typed: Sequence[Typed]) -> float:
    """Share of the signs of both texts, the longer one counted, that stand in both in the same order."""
    same = total = 0
    for t in typed:
        blocks = SequenceMatcher(None, t.line, t.told, autojunk=False).get_matching_blocks()
        same += sum(block.size for block in blocks)
        total += max(len(t.line), len(t.told))
    return same / total if total else 0.0
