"""The figures of a session: what --json prints at its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from duplex_cli.clock import wall
from duplex_cli.interaction.model import StepResult


def spread(values: list[float]) -> dict[str, float]:
    """{"p50", "p95", "p99", "max"} of some figures, to 2 places; zeros for none."""
    if not values:
        return {"p50": 0.0, "p95": 0.0, "p99": 0.0, "max": 0.0}
    p50, p95, p99 = np.percentile(values, [50, 95, 99])
    return {
        k: round(float(v), 2) for k, v in (("p50", p50), ("p95", p95), ("p99", p99), ("max", max(values)))
    }


@dataclass(slots=True)
class Figures:
    """Collected while a session runs."""

    tick_ms: list[float] = field(default_factory=list)
    step_ms: list[float] = field(default_factory=list)
    decode_ms: list[float] = field(default_factory=list)
    missed: int = 0

    def add(self, cost_ms: float, missed: int, steps: tuple[StepResult, ...]) -> None:
        """One tick: its cost, the slots missed before it, and what the model did in it."""
        self.tick_ms.append(cost_ms)
        self.missed += missed
        self.step_ms += [s.total_s * 1000 for s in steps]
        self.decode_ms += [s.decode_s * 1000 for s in steps]


def summarize(
    session: str,
    seconds: float,
    figures: Figures,
    remarks: list[dict[str, Any]],
    model: str,
    senses: tuple[str, ...],
) -> dict[str, Any]:
    """The one object that every live command prints with --json."""
    return {
        "session": session,
        "seconds": round(seconds, 2),
        "ticks": len(figures.tick_ms),
        "missed_ticks": figures.missed,
        "tick_ms": spread(figures.tick_ms),
        "remarks": remarks,
        "model": model,
        "senses": list(senses),
    }


def session_name() -> str:
    """A new session's id: the local date and time, which sorts, and milliseconds against clashes."""
    import datetime

    now = datetime.datetime.fromtimestamp(wall())
    return now.strftime("%Y%m%d-%H%M%S-") + f"{now.microsecond // 1000:03d}"
