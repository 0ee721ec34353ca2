"""A stream with every kind of decision, and decisions of known outcome."""

from __future__ import annotations

from duplex_cli.bench.decisions import Judged
from duplex_cli.bench.heldout import HeldLine, HeldStream

TASK = "Help the user with reminders."


LINES = (
    HeldLine("3 hear so anyway we went", ".", "restraint"),
    HeldLine("4 hear remind me to stretch", ".", "restraint"),
    HeldLine("5 hear every twenty seconds", "call every twenty seconds: stretch", "timer"),
    HeldLine("6 pause", ".", "restraint"),
    HeldLine("25 due stretch", "say Time to stretch.", "due"),
    HeldLine("27 played", ".", "restraint"),
    HeldLine("see a.py:3 x = 5 | see a.py:4 cat x | cut -d", ".", "restraint"),
    HeldLine("30 result the oven is hot", "say The oven is…", "result", cut=True),
    HeldLine("hear mm-hm", "… hot now.", "continue"),
    HeldLine("32 result the train is late again today", "say The train…", "result", cut=True),
    HeldLine("hear stop", "yield", "yield"),
)


STREAM = HeldStream("timers", TASK, LINES)


def judged(due: str, made: str, p_act: float, mode: str = "timers", **more: object) -> Judged:
    settled: dict[str, object] = {
        "mode": mode, "tag": "", "second": 0, "due": due, "likeliest": "say", "p_act": p_act, "made": made,
        "decides": True, "seen": False, "over_remark": False, "content": None, **more,
    }  # fmt: skip
    return Judged(**settled)  # type: ignore[arg-type]
