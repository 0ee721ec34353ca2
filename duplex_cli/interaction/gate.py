"""The gate: what the model's logits say about acting now. Pure functions of numbers; nothing is sampled.

Only the logits of the act words are compared, so the reading costs the same for any vocabulary.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from duplex_cli.stream import ActKind, GateReading


@dataclass(frozen=True, slots=True)
class Threshold:
    """When to act. `hysteresis` is added right after an act, so that one cause does not fire twice."""

    speech: float = 0.4
    """Probability at which to speak."""
    calls: float = 0.4
    """Probability at which to make a call, which is not heard, which code checks and a word can undo."""
    hysteresis: float = 0.15
    settle_s: float = 1.0
    """Seconds after an act during which the raised thresholds hold."""

    def at(self, since_last_act_s: float) -> tuple[float, float]:
        """(speech, calls) in force so long after the last act; each below 1."""
        raised = self.hysteresis if since_last_act_s < self.settle_s else 0.0
        return min(self.speech + raised, 0.99), min(self.calls + raised, 0.99)


def probabilities(
    logits: NDArray[np.float32], act_tokens: Mapping[ActKind, int], silent_weight: float = 1.0
) -> dict[ActKind, float]:
    """Softmax over the act words alone. `logits` is float32[vocabulary].

    A model trained with silence weighed less overstates its acts by just that factor; dividing the weight of
    silence by `silent_weight` gives the frequencies of the data again (Elkan 2001, "The Foundations of
    Cost-Sensitive Learning", theorem 2).
    """
    kinds = list(act_tokens)
    values = np.array([logits[act_tokens[k]] for k in kinds], dtype=np.float64)
    if "silent" in act_tokens:
        values[kinds.index("silent")] -= np.log(silent_weight)
    weights = np.exp(values - values.max())
    weights /= weights.sum()
    return {kind: float(w) for kind, w in zip(kinds, weights, strict=True)}


def reading(p: Mapping[ActKind, float]) -> GateReading:
    """The probabilities as they are journalled, to 4 places."""
    known = {"silent": p.get("silent", 0.0), "say": p.get("say", 0.0), "call": p.get("call", 0.0)}
    other = max(0.0, 1.0 - sum(known.values()))
    return GateReading(**{k: round(v, 4) for k, v in known.items()}, other=round(other, 4))


def choose(p: Mapping[ActKind, float], speech: float, calls: float) -> ActKind:
    """The act to take: the likeliest one other than silence, if it reaches its threshold."""
    acting: list[ActKind] = [kind for kind in p if kind != "silent"]
    likeliest = max(acting, key=lambda kind: p[kind])
    threshold = calls if likeliest == "call" else speech
    return likeliest if 1.0 - p["silent"] >= threshold else "silent"
