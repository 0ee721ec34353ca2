"""Long runs of `duplex bench voice`: an idle room, own speech without end, and an hour of mixed talk."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from duplex_cli.bench import voice_room as room
from duplex_cli.bench.voice_items import Dialogue, Echo, Spoken, Utterance
from duplex_cli.bench.voice_make import SIDE_TALK
from duplex_cli.bench.voice_run import Heard, VoiceRunner
from duplex_cli.bench.voice_soak import run_soak
from duplex_cli.bench.voice_speak import Laid, UserVoices
from duplex_cli.machine import machine_label
from duplex_cli.profile import Profile
from duplex_cli.session.assemble import ModelChoice
from duplex_cli.session.summary import spread
from duplex_cli.stream import SAMPLE_RATE

STRETCH_S = 300.0
"""Long runs are made of sessions of five minutes, so that a run of any length fits into memory."""

ROOM_DB = -50.0
"""A room with a fan or a street outside, dBFS; speech at arm's length is at -20."""

ECHOES = tuple(Echo(db=db, delay_ms=ms) for db in (-20.0, -10.0) for ms in (50.0, 80.0, 150.0))

TELLING = (
    "The water cycle has four stages. Water evaporates from the sea and cools into clouds. Then it rains.",
    "You could begin with a short walk every morning, and add a few minutes each week.",
    "Rome was founded, so the story goes, in 753 before Christ, by two brothers whom a wolf had raised.",
    "Heat the pan first, then the oil, and only then put in the fish, skin side down.",
    "A hash table keeps its values in buckets. The key decides which, so looking up takes the same time.",
    "There are eleven players on each side. The keeper alone may use the hands, and only in his own box.",
)
"""What the assistant tells itself in the run for echo, over and over in turn; ours."""


def idle(runner: VoiceRunner, minutes: float) -> list[Heard]:
    """A room in which nobody speaks to the assistant: noise, keys, and talk to somebody else a few metres
    off."""
    results = []
    for number in range(max(1, round(minutes * 60 / STRETCH_S))):
        rng = random.Random(f"idle/{number}")
        seconds = min(STRETCH_S, minutes * 60)
        item = Dialogue(id=f"idle/{number + 1:03d}", duration=seconds, profile="watch", tags=("idle",))
        track = room.noise(seconds, ROOM_DB, number)
        laid: list[Laid] = []
        at = 5.0
        while at < seconds - 15.0:
            given = _disturbance(rng)
            dry = runner.voices.sound(item, given, len(laid), Path())
            wet = room.far(dry) if given.far else room.convolved(dry, room.tail())
            start = round(at * SAMPLE_RATE)
            track[start : start + len(wet)] += wet[: len(track) - start]
            laid.append(Laid(given, at, at + len(dry) / SAMPLE_RATE))
            at = laid[-1].end + rng.uniform(2.0, 12.0)
        results.append(runner.run_track(item, np.clip(track, -1, 1), laid))
    return results


def _disturbance(rng: random.Random) -> Utterance:
    kind = rng.choice(("talk", "talk", "keys", "cough"))
    if kind == "talk":
        voice = rng.choice(("hibari@0.85", "hibari@1.0", "hibari@1.1"))
        return Utterance(say=rng.choice(SIDE_TALK), kind="non_directed", far=True, voice=voice)
    return Utterance(sound="keys" if kind == "keys" else "cough", kind="vocal_tic")


def own_speech(runner: VoiceRunner, minutes: float) -> list[Heard]:
    """The assistant speaks without end, and the microphone hears it, at each level and delay in turn."""
    results: list[Heard] = []
    spoken_s, number = 0.0, 0
    while spoken_s < minutes * 60:
        echo = ECHOES[number % len(ECHOES)]
        agent = tuple(
            Spoken(at=1.0 + 0.5 * i, say=TELLING[(number + i) % len(TELLING)]) for i in range(len(TELLING))
        )
        item = Dialogue(
            id=f"echo/{number + 1:03d}",
            duration=60.0,
            agent=agent,
            echo=echo,
            noise_db=-60.0,
            tags=(f"echo {echo.db:g} dB {echo.delay_ms:g} ms",),
        )
        results.append(runner.run(item))
        spoken_s += sum(end - start for start, end in results[-1].agent)
        number += 1
    return results


def soak(
    choice: ModelChoice,
    load: Callable[[str], Profile],
    ears_for: Callable[[Profile], Path],
    items: Sequence[Dialogue],
    sounds: Path,
    minutes: float,
) -> dict[str, Any]:
    """One session of mixed talk at real pace, with all workers: ticks and memory of its first and last
    part."""
    profile = load("talk")
    ticks, memory = run_soak(choice, profile, ears_for(profile), joined(items, sounds, minutes), minutes)
    part = min(300.0, minutes * 60 / 3)
    count = round(part / 0.2)
    first, last = spread(ticks.cost_ms[:count]), spread(ticks.cost_ms[-count:])
    settled = [mb for at, mb in memory if at >= part / 2] or [mb for _, mb in memory]
    return {
        "suite": "voice soak",
        "minutes": minutes,
        "ticks": len(ticks.cost_ms),
        "missed_ticks": ticks.missed,
        "tick_ms": spread(ticks.cost_ms),
        "first_ms": first,
        "last_ms": last,
        "last_over_first_p95": round(last["p95"] / first["p95"], 3) if first["p95"] else None,
        "memory_mb_first": round(settled[0], 1),
        "memory_mb_last": round(settled[-1], 1),
        "memory_growth": round(settled[-1] / settled[0] - 1, 4),
        "remarks": ticks.remarks,
        "machine": machine_label(),
    }


def joined(items: Sequence[Dialogue], sounds: Path, minutes: float) -> room.Samples:
    """The users' sides of dialogues one after the other, until `minutes` are full."""
    voices, parts, total = UserVoices(sounds), list[room.Samples](), 0.0
    order = list(items)
    random.Random("soak").shuffle(order)
    while total < minutes * 60:
        for item in order:
            parts.append(voices.track(item, Path())[0])
            total += item.duration
            if total >= minutes * 60:
                break
    return np.concatenate(parts)[: round(minutes * 60 * SAMPLE_RATE)]
