"""`duplex bench voice --kill`: transcriber, model and voice die in a session, one after the other."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import soundfile

from duplex_cli.bench.voice_items import Dialogue
from duplex_cli.bench.voice_live import live_session
from duplex_cli.bench.voice_long import joined
from duplex_cli.machine import machine_label
from duplex_cli.profile import Profile, Step
from duplex_cli.session.assemble import ModelChoice
from duplex_cli.session.journal import Journal, read
from duplex_cli.stream import SAMPLE_RATE

KILLS = (("transcriber", 8.0), ("model", 18.0), ("voice", 28.0))
"""(process, second of the session) of each kill: so far apart that the one before is over."""

SECONDS = 40.0

NOTES = {"transcriber": "ears stopped", "model": "the model's process ended", "voice": "the voice stopped"}
"""How the user is told of each."""

SAYS = (4.0, 14.0, 24.0, 28.4, 34.0)
"""When the assistant has something to say, also soon after its voice has died."""


def kill(
    choice: ModelChoice,
    load: Callable[[str], Profile],
    ears_for: Callable[[Profile], Path],
    items: Sequence[Dialogue],
    sounds: Path,
) -> dict[str, Any]:
    """Run it, at real pace, and tell how long each was away, how often it was told, what the journal lost."""
    profile = load("talk")
    steps = tuple(Step(at=at, say="This is what the assistant has to say.") for at in SAYS)
    policy = msgspec.structs.replace(profile.policy, yields=False)
    profile = msgspec.structs.replace(profile, script=steps, policy=policy)
    track = joined([item for item in items if not item.agent] or items, sounds, SECONDS / 60)
    with tempfile.TemporaryDirectory(prefix="duplex-kill-") as folder:
        journal = Journal(Path(folder), {"bench": "kill"})
        waiting = list(KILLS)
        with live_session(choice, profile, ears_for(profile), track, SECONDS, journal) as live:

            def strike(t: float) -> None:
                while waiting and t >= waiting[0][1] - 1e-6:
                    pid = live.workers[waiting.pop(0)[0]].pid
                    if pid is not None:
                        os.kill(pid, signal.SIGKILL)

            live.session.run(strike)
        journal.close({})
        recording = read(Path(folder))
        heard_s = soundfile.info(Path(folder) / "mic.flac").frames / SAMPLE_RATE
    return {
        "suite": "voice kill",
        **judged(recording.lines, KILLS),
        "heard_s": round(heard_s, 2),
        "seconds": SECONDS,
        "machine": machine_label(),
    }


def judged(lines: Sequence[dict[str, Any]], kills: Sequence[tuple[str, float]]) -> dict[str, Any]:
    """For each kill: seconds until it was back, None for never, and how often the user was told.

    Back is: for the transcriber the first words or voice told after its restart, for the model the end of the
    tick in which it answered again, for the voice the first remark that sounded again.
    """
    turns = [(line["turn"], line["cost_ms"], line.get("missed", 0)) for line in lines if "turn" in line]
    indexes = [turn["index"] for turn, _, _ in turns]
    notes = [(line["at"], line["text"]) for line in lines if line.get("event") == "note"]
    begun = [line["at"] for line in lines if line.get("event") == "started"]
    rows: dict[str, Any] = {}
    for name, at in kills:
        told = [when for when, text in notes if text.startswith(NOTES[name]) and when >= at]
        since = told[0] if told else float("inf")
        heard = (
            turn["at"]
            for turn, _, _ in turns
            if turn["at"] > since
            and any(p["kind"] in ("hear", "voice", "partial") for p in turn.get("percepts", ()))
        )
        answered = (turn["at"] + cost / 1000 for turn, cost, _ in turns if turn["at"] >= since)
        spoken = (when for when in begun if when > at)
        back = next({"transcriber": heard, "model": answered, "voice": spoken}[name], None)
        rows[name] = {"back_s": None if back is None else round(back - at, 2), "told": len(told)}
    return {
        "killed": rows,
        "turns_lost": sum(later - earlier - 1 for earlier, later in pairwise(indexes)),
        "missed_ticks": sum(missed for _, _, missed in turns),
    }
