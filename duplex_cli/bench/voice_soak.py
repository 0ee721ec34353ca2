"""One long session at real pace with every worker of a live one: its ticks and its memory over time."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import psutil

from duplex_cli.bench.voice_live import live_session
from duplex_cli.bench.voice_room import Samples
from duplex_cli.profile import Profile
from duplex_cli.session.assemble import ModelChoice

EVERY_S = 10.0
"""How often memory is read: it takes some 10 ms."""


@dataclass(slots=True)
class Ticks:
    """What the ticks cost."""

    cost_ms: list[float] = field(default_factory=list)
    missed: int = 0
    remarks: int = 0


def run_soak(
    choice: ModelChoice, profile: Profile, ears: Path, track: Samples, minutes: float
) -> tuple[Ticks, list[tuple[float, float]]]:
    """Ticks, and (session time in s, memory in MB) over time. `track` is the user's side, float32 at 16
    kHz."""
    memory: list[tuple[float, float]] = []

    def watch(t: float) -> None:
        if t >= (memory[-1][0] if memory else 0.0) + EVERY_S:
            memory.append((t, memory_mb()))

    with live_session(choice, profile, ears, track, minutes * 60.0) as live:
        outcome = live.session.run(watch)
    return Ticks(outcome.figures.tick_ms, outcome.figures.missed, len(outcome.remarks)), memory


def memory_mb() -> float:
    """Memory of this process and its workers, MB; shared pages by proportion where the system tells them."""
    own = psutil.Process()
    total = 0
    for process in (own, *own.children(recursive=True)):
        try:
            full = process.memory_full_info()
            total += getattr(full, "pss", full.uss)
        except psutil.Error:
            continue
    return total / 1e6
