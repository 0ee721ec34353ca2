"""A session at real pace with every worker of a live one, on a track in place of the microphone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from duplex_cli.bench.scenario import DAY_S
from duplex_cli.bench.voice_items import Echo
from duplex_cli.bench.voice_port import RoomAudio
from duplex_cli.bench.voice_room import Samples
from duplex_cli.profile import Profile
from duplex_cli.session.assemble import VOICE_NICE, ModelChoice, ears_worker
from duplex_cli.session.journal import Journal
from duplex_cli.session.loop import Parts, Session
from duplex_cli.session.mind import MindWorker
from duplex_cli.session.senses import Hearing
from duplex_cli.session.speaking import SpokenSpeech
from duplex_cli.session.state import State
from duplex_cli.session.workers import Worker
from duplex_cli.speech.playback import Playback


@dataclass(frozen=True, slots=True)
class Live:
    """A session that is ready to run, and its worker processes by what they do."""

    session: Session
    workers: dict[str, Worker]


@contextmanager
def live_session(
    choice: ModelChoice,
    profile: Profile,
    ears: Path,
    track: Samples,
    seconds: float,
    journal: Journal | None = None,
) -> Iterator[Live]:
    """All processes up and the sound running; they are ended with the block.

    `track`: the user's side, float32[n] at 16 kHz; the room gives back own speech 20 dB quieter after 80 ms.
    """
    told: list[Session] = []

    def tell(note: str) -> None:
        told[0].notes.append(note)

    mind = MindWorker(
        {
            "path": choice.path,
            "task": profile.task,
            "settings": choice.settings,
            "examples": choice.examples,
        },
        threads=choice.settings.threads,
        on_restart=tell,
    )
    hearing = ears_worker(profile, ears)
    kwargs = {"name": profile.voice.name, "rate": profile.voice.rate}
    voice = Worker("voice", "duplex_cli.session.speaking_host:SpeakingHost", kwargs, VOICE_NICE)
    playback = Playback()
    speech = SpokenSpeech(voice, playback, tell, synchronous=False)
    audio = RoomAudio(track, Echo(db=-20.0, delay_ms=80.0), fast=False, keep=False)
    parts = Parts(
        audio=audio,
        playback=playback,
        speech=speech,
        senses=[Hearing(hearing, tell)],
        journal=journal,
        duration_s=seconds,
    )
    session = Session(State(profile=profile, mind=mind, day_s=DAY_S), parts)
    told.append(session)
    try:
        mind.wait_ready()
        for worker in (hearing, voice):
            worker.wait_ready()
        audio.open(playback.render)
        yield Live(session, {"transcriber": hearing, "model": mind.worker, "voice": voice})
    finally:
        audio.close()
        hearing.close()
        speech.close()
        mind.close()
