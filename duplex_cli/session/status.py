"""How a session stands, in JSON values: what `duplex ctl status` answers."""

from __future__ import annotations

from typing import Any

from duplex_cli.control.commands import Steering
from duplex_cli.session import cues
from duplex_cli.session.agenda import Agenda


def status_of(agenda: Agenda, steering: Steering, t: float, missed_ticks: int) -> dict[str, Any]:
    """All that is in force at session time `t`, seconds.

    "reminders" are timers and rules of time, "cues" rules of words ('when "um": slow down'), "stopwatches"
    those that run, each {"name", "seconds"}.
    """
    return {
        "seconds": round(t, 1),
        "paused": steering.paused,
        "muted": steering.muted,
        "snoozed_until": steering.snoozed_until,
        "stopping": steering.stopping,
        "reminders": [" / ".join(rule.texts) for rule in agenda.rules],
        "cues": [cues.line(cue) for cue in agenda.cues.rules],
        "stopwatches": [
            {"name": watch.name, "seconds": round(watch.elapsed(t), 1)}
            for watch in agenda.watches
            if watch.stopped_at is None
        ],
        "missed_ticks": missed_ticks,
    }
