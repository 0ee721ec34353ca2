"""`duplex bench tick`: what a tick costs at real pace, with all senses on (busy) or nothing to do (idle)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psutil

from duplex_cli.session.assemble import Assembled
from duplex_cli.session.loop import Outcome
from duplex_cli.session.summary import spread
from duplex_cli.session.workers import Worker

MEMORY_EVERY_S = 5.0


@dataclass(slots=True)
class MemoryWatch:
    """Largest resident memory of the session and its workers, sampled every few seconds."""

    workers: Sequence[Worker]
    peak_mb: float = 0.0
    _next: float = 0.0

    def __call__(self, t: float) -> None:
        """Called by the loop after each tick with session time, seconds."""
        if t < self._next:
            return
        self._next = t + MEMORY_EVERY_S
        total = psutil.Process().memory_info().rss
        for worker in self.workers:
            if worker.pid is not None and psutil.pid_exists(worker.pid):
                total += psutil.Process(worker.pid).memory_info().rss
        self.peak_mb = max(self.peak_mb, total / 1e6)


def measure(assembled: Assembled) -> tuple[Outcome, float]:
    """Run an assembled session to its end. Returns its outcome and the peak of memory, MB."""
    watch = MemoryWatch(list(assembled.workers.values()))
    assembled.open()
    try:
        outcome = assembled.session.run(watch)
    finally:
        assembled.close()
    return outcome, watch.peak_mb


def report(outcome: Outcome, rss_mb: float, header: dict[str, Any], phase: str) -> dict[str, Any]:
    """The object that --json prints. `step_over_decode` is the whole step, pipes between the processes
    included, over the time inside llama_decode for the same tokens, summed over the run."""
    figures = outcome.figures
    decode = sum(figures.decode_ms)
    return {
        "suite": "tick",
        "phase": phase,
        "seconds": round(outcome.seconds, 1),
        "ticks": len(figures.tick_ms),
        "missed_ticks": figures.missed,
        "tick_ms": spread(figures.tick_ms),
        "step_ms": spread(figures.step_ms),
        "decode_ms": spread(figures.decode_ms),
        "steps": len(figures.step_ms),
        "step_over_decode": round(sum(figures.step_ms) / decode, 3) if decode else None,
        "rss_mb": round(rss_mb, 1),
        "senses": header["senses"],
        "model": header["model"],
        "machine": header["machine"],
    }
