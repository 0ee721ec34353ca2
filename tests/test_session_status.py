"""What `duplex ctl status` tells of timers, cues and stopwatches."""

from __future__ import annotations

import json

from duplex_cli.control.commands import Steering
from duplex_cli.session.agenda import Agenda, apply
from duplex_cli.session.status import status_of


def test_all_that_is_in_force_is_listed() -> None:
    agenda = Agenda()
    for at, call in enumerate(
        (
            "every four seconds: breathe in / breathe out",
            "after ten minutes: check the oven",
            "when um / uh: slow down",
            "when seen error: look at the log",
            "start: dishes",
            "start: run",
            "every minute: drink",
            "stop: run",
        )
    ):
        agenda, _, _ = apply(agenda, call, float(at), 43200.0)
    told = status_of(agenda, Steering(muted=True), 65.04, missed_ticks=2)
    assert json.loads(json.dumps(told)) == told
    assert told["reminders"][:2] == ["breathe in / breathe out", "check the oven"]
    assert told["cues"] == ['when "um / uh": slow down', 'when seen "error": look at the log']
    assert told["stopwatches"] == [{"name": "dishes", "seconds": 61.0}]
    assert (told["seconds"], told["muted"], told["paused"], told["missed_ticks"]) == (65.0, True, False, 2)
