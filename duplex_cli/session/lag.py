"""How far speech lags behind what it answers: the measure of simultaneous translation. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def lags(lines: Sequence[dict[str, Any]]) -> list[float]:
    """Seconds from the last word heard to the first sound of each remark, from journal lines.

    The average lagging of simultaneous interpretation, taken per remark: words carry the time at which
    they were spoken, not the time at which they had been transcribed.
    """
    last_heard: float | None = None
    decided: dict[int, float] = {}
    found: dict[int, float] = {}
    for line in lines:
        turn = line.get("turn")
        if turn is not None:
            spoken = [p["at"] for p in turn.get("percepts", ()) if p["kind"] == "hear"]
            last_heard = max(spoken, default=last_heard)
            for act in turn.get("acts", ()):
                number = act.get("remark", -1)
                if act["kind"] == "say" and "start_at" not in act and last_heard is not None:
                    decided.setdefault(number, last_heard)
                    found.setdefault(number, turn["at"] - decided[number])
        elif line.get("event") == "started" and line["remark"] in decided:
            found[line["remark"]] = line["at"] - decided[line["remark"]]
    return list(found.values())
