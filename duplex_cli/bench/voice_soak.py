"""One long session at real pace with every worker of a live one: its ticks and its memory over time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from duplex_cli.bench.scenario import DAY_S
from duplex_cli.bench.voice_items import Echo
from duplex_cli.bench.voice_port import RoomAudio
from duplex_cli.bench.voice_room import Samples
from duplex_cli.profile import Profile
from duplex_cli.session.assemble import VOICE_NICE, ModelChoice, ears_worker
from duplex_cli.session.loop import Parts, Session
from duplex_cli.session.mind import MindWorker
from duplex_cli.session.senses import Hearing
from duplex_cli.session.speaking import SpokenSpeech
from duplex_cli.session.state import State
from duplex_cli.session.workers import Worker
from duplex_cli.speech.playback import Playback

EVERY_S = 10.0
"""How often memory is read: it takes some 10 ms."""


@dataclass(slots=True)
class Ticks:
    """What the ticks cost."""

    cost_ms: list[float] = field(default_factory=list)
    missed: int = 0
    remarks: int = 0


def run_soak(
    choice: ModelChoice,
    load: Callable[[str], Profile],
    ears_for: Callable[[Profile], Path],
    track: Samples,
    minutes: float,
) -> tuple[Ticks, list[tuple[float, float]]]:
    """Ticks, and (session time in s, memory in MB) over time. `track` is the user's side, float32 at 16
    kHz."""
    profile = load("talk")
    notes: list[str] = []
    mind = MindWorker(
        {
            "path": choice.path,
            "task": profile.task,
            "settings": choice.settings,
            "examples": choice.examples,
        },
        threads=choice.settings.threads,
        on_restart=notes.append,
    )
    ears = ears_worker(profile, ears_for(profile))
    kwargs = {"name": profile.voice.name, "rate": profile.voice.rate}
    voice = Worker("voice", "duplex_cli.session.speaking_host:SpeakingHost", kwargs, VOICE_NICE)
    playback = Playback()
    speech = SpokenSpeech(voice, playback, notes.append, synchronous=False)
    audio = RoomAudio(track, Echo(db=-20.0, delay_ms=80.0), fast=False, keep=False)
    parts = Parts(
        audio=audio,
        playback=playback,
        speech=speech,
        senses=[Hearing(ears, notes.append)],
        duration_s=minutes * 60.0,
    )
    mind.wait_ready()
    for worker in (ears, voice):
        worker.wait_ready()
    memory: list[tuple[float, float]] = []

    def watch(t: float) -> None:
        if t >= (memory[-1][0] if memory else 0.0) + EVERY_S:
            memory.append((t, memory_mb()))

    audio.open(playback.render)
    try:
        outcome = Session(State(profile=profile, mind=mind, day_s=DAY_S), parts).run(watch)
    finally:
        audio.close()
        ears.close()
        speech.close()
        mind.close()
    return Ticks(outcome.figures.tick_ms, outcome.figures.missed, len(outcome.remarks)), memory


def memory_mb() -> float:
    """Memory of this process and its workers, MB; shared pages by proportion where the system tells them."""
    own = psutil.Process()
    total = 0
    for process in (own, *own.children(recursive=True)):
        try:
            full = process.memory_full_info()
            total += getattr(full, "pss", full.uss)
        except psutil.Error:
            continue
    return total / 1e6
