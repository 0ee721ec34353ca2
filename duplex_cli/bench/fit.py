"""Which model fits a tick here, by trying: twenty seconds of real ticks, shared among the models that are
here.

A tick's load is what a native session puts into it: 8 tokens of words, 5 embeddings of sound (a decode of 13
tokens costs the same), and 6 tokens out, at a context of 300. Each model runs in a process of its own,
because a native abort cannot be caught.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

from duplex_cli.clock import precise
from duplex_cli.errors import UserError
from duplex_cli.interaction import protocol
from duplex_cli.interaction.engine import Engine, EngineSettings
from duplex_cli.session.workers import Worker, WorkerDied
from duplex_cli.stream import TICK_S

SECONDS = 20.0
"""For all models and settings together, loading aside."""

TOKENS_IN, TOKENS_OUT, CONTEXT = 13, 6, 300
LEAST_TICKS = 3
SHARE = 0.8
"""Of a tick that the slowest but one in twenty may take: the senses, the pipe and the view need the rest (the
session's own part of a tick was 1.03 to 1.1 times the decode in docs/measurements.md)."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How a model did with one way of running it."""

    model: str
    gpu_layers: int
    flash_attention: bool
    threads: int
    ticks: int
    p50_ms: float
    p95_ms: float

    @property
    def fits(self) -> bool:
        return self.p95_ms <= TICK_S * 1000 * SHARE


class FitHost:
    """Runs ticks in a worker process."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def measure(self, settings: EngineSettings, seconds: float) -> list[float]:
        """Milliseconds of each tick that went into `seconds`. Raises UserError for a model that cannot
        run."""
        engine = Engine(self._path, settings)
        try:
            return _ticks(engine, seconds)
        finally:
            engine.close()


def _ticks(engine: Engine, seconds: float) -> list[float]:
    words = engine.vocabulary.tokenize(protocol.header("Help the user with reminders."))
    words = (words * (1 + CONTEXT // len(words)))[:CONTEXT]
    engine.append(words, 0)
    took: list[float] = []
    end = precise() + seconds
    while precise() < end or len(took) <= LEAST_TICKS:
        started = precise()
        engine.append(words[:TOKENS_IN], CONTEXT)
        for n in range(TOKENS_OUT):
            token = int(engine.logits().argmax())
            engine.append([token], CONTEXT + TOKENS_IN + n)
        took.append((precise() - started) * 1000)
        if not engine.truncate(CONTEXT):
            engine.clear()
            engine.append(words, 0)
    return took[1:]  # the first one reads weights into memory


def variants(settings: EngineSettings, offload: bool) -> list[EngineSettings]:
    """Ways of running a model that are worth trying on this machine."""
    if not offload:
        return [replace(settings, gpu_layers=0, flash_attention=False)]
    return [replace(settings, gpu_layers=-1, flash_attention=flash) for flash in (True, False)]


def measure(
    models: Sequence[tuple[str, Path]], settings: EngineSettings, offload: bool, seconds: float = SECONDS
) -> tuple[list[Fit], list[str]]:
    """The figures of every model and way, and a sentence for each model that could not be run."""
    ways = variants(settings, offload)
    share = seconds / max(1, len(models) * len(ways))
    fits: list[Fit] = []
    faults: list[str] = []
    for name, path in models:
        worker = Worker("fit", "duplex_cli.bench.fit:FitHost", {"path": path}, threads=settings.threads)
        try:
            for way in ways:
                took = sorted(worker.call("measure", way, share))
                late = took[min(len(took) - 1, int(0.95 * len(took)))]
                fits.append(
                    Fit(
                        name,
                        way.gpu_layers,
                        way.flash_attention,
                        way.threads,
                        len(took),
                        round(median(took), 1),
                        round(late, 1),
                    )
                )
        except WorkerDied:
            faults.append(f"{name} ended its process; it does not run on this machine")
        except UserError as error:
            faults.append(f"{name}: {error}")
        finally:
            worker.close()
    return fits, faults


def best(fits: Sequence[Fit], sizes: dict[str, int]) -> Fit | None:
    """The largest model that fits, run the fastest way; None where none does."""
    fitting = [fit for fit in fits if fit.fits]
    return max(fitting, key=lambda fit: (sizes.get(fit.model, 0), -fit.p95_ms), default=None)


def as_data(fit: Fit) -> dict[str, Any]:
    """JSON form."""
    return asdict(fit) | {"fits": fit.fits}
