"""The built model's step beside that of the untouched base: the same 8 tokens in, the gate's reading out.

Both are loaded at once and take turns, so that whatever else the machine does falls on both alike.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from statistics import median

from duplex_cli.clock import precise
from duplex_cli.interaction import protocol
from duplex_cli.interaction.engine import DecodeError, Engine, EngineSettings
from duplex_cli.interaction.gate import probabilities
from duplex_cli.stream import ActKind

TOKENS_IN = 8
"""Of one step: a moment of three to five words with its second."""
CONTEXT = 300
"""Tokens that are read before: about two minutes of talk."""
STEPS = 60
WARM_UP = 5
"""Steps of each model that are not counted: the first ones read the weights into memory."""

MOMENT = "12 hear and then we went on to the lake and had a look around there"


class _Stepper:
    """One model at `CONTEXT` tokens, that can make the same step again and again."""

    def __init__(self, path: Path, settings: EngineSettings) -> None:
        self.engine = Engine(path, settings)
        tokenize = self.engine.vocabulary.tokenize
        self._acts: dict[ActKind, int] = {kind: tokenize(w)[0] for w, kind in protocol.ACT_WORDS.items()}
        told = tokenize(protocol.header("Help the user with reminders."))
        while len(told) < CONTEXT:
            for moment, act in protocol.EXAMPLES:
                told += tokenize(moment) + tokenize(protocol.PROMPT) + tokenize(act) + tokenize(protocol.END)
        self.engine.append(told[:CONTEXT], 0)
        self._step = list(islice(tokenize(MOMENT), TOKENS_IN - 1)) + tokenize(protocol.PROMPT)

    def __call__(self) -> float:
        """Milliseconds of one step. Raises DecodeError."""
        started = precise()
        self.engine.append(self._step, CONTEXT)
        probabilities(self.engine.logits(), self._acts)
        took = (precise() - started) * 1000
        if not self.engine.truncate(CONTEXT):
            raise DecodeError("this model's memory cannot be set back")
        return took


def compare(built: Path, base: Path, settings: EngineSettings, steps: int = STEPS) -> dict[str, float | int]:
    """Median step of both models, in turns, each `steps` times. Raises UserError if one cannot be loaded."""
    one, other = _Stepper(built, settings), _Stepper(base, settings)
    try:
        return _figures(one, other, steps)
    finally:
        one.engine.close()
        other.engine.close()


def _figures(one: Callable[[], float], other: Callable[[], float], steps: int) -> dict[str, float | int]:
    times: tuple[list[float], list[float]] = ([], [])
    for n in range(WARM_UP + steps):
        pair = [(0, one), (1, other)]
        for which, step in pair if n % 2 else reversed(pair):
            took = step()
            if n >= WARM_UP:
                times[which].append(took)
    built_ms, base_ms = median(times[0]), median(times[1])
    return {
        "built_step_ms": round(built_ms, 2),
        "base_step_ms": round(base_ms, 2),
        "built_over_base": round(built_ms / base_ms, 3),
        "compared_steps": steps,
    }
