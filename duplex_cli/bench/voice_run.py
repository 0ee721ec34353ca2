"""Runs dialogues through the session's own loop and real senses; what sounded when comes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from duplex_cli.bench.scenario import DAY_S, replace_task
from duplex_cli.bench.voice_items import Dialogue
from duplex_cli.bench.voice_port import RoomAudio
from duplex_cli.bench.voice_room import Samples
from duplex_cli.bench.voice_speak import Laid, UserVoices
from duplex_cli.interaction.model import InteractionModel
from duplex_cli.profile import Profile, Step
from duplex_cli.session.assemble import VOICE_NICE, ModelChoice, ears_worker
from duplex_cli.session.loop import Outcome, Parts, Session
from duplex_cli.session.senses import Hearing
from duplex_cli.session.speaking import SpokenSpeech
from duplex_cli.session.state import State
from duplex_cli.session.workers import Worker
from duplex_cli.speech.playback import Playback
from duplex_cli.stream import SAMPLE_RATE

SOUNDING_DBFS = -60.0
"""Blocks of 10 ms of the loudspeaker's signal above this sound; ducked speech (-29 dBFS) is well above
it."""

BRIDGED_S = 0.4
"""Gaps in own speech up to this belong to it: after a sentence comes a pause of 0.25 s; words have gaps
too."""

BLOCK = SAMPLE_RATE // 100


@dataclass(frozen=True, slots=True)
class Heard:
    """A dialogue that was run. Times are seconds of the dialogue."""

    item: Dialogue
    user: tuple[Laid, ...]
    agent: tuple[tuple[float, float], ...]
    """When own speech sounded: (start, end) of each stretch."""
    lines: tuple[dict[str, Any], ...]
    """Journal lines."""
    tick_ms: tuple[float, ...]
    missed: int
    erle_db: float | None

    @property
    def scripted(self) -> set[int]:
        """Numbers of the remarks that the item dictated: their words are known, in order."""
        wanted = [" ".join(spoken.say.split()) for spoken in self.item.agent]
        found = set()
        for number, text in self.remarks.items():
            if text in wanted:
                wanted.remove(text)
                found.add(number)
        return found

    @property
    def remarks(self) -> dict[int, str]:
        """Words of each remark by its number."""
        words: dict[int, str] = {}
        for line in self.lines:
            for act in line.get("turn", {}).get("acts", ()):
                if act["kind"] == "say":
                    words[act["remark"]] = words.get(act["remark"], "") + act.get("text", "")
        return {number: " ".join(text.split()) for number, text in words.items()}

    @property
    def begun(self) -> dict[int, float]:
        """When each remark began to sound."""
        return {line["remark"]: line["at"] for line in self.lines if line.get("event") == "started"}


class VoiceRunner:
    """One model, one pair of ears and one voice for all dialogues, each of them a session as new."""

    def __init__(
        self,
        choice: ModelChoice,
        load_profile: Callable[[str], Profile],
        ears_for: Callable[[Profile], Path],
        folder: Path,
        sounds: Path,
        fast: bool = True,
    ) -> None:
        """`folder` is where the items' file lies, `sounds` the cache of spoken words; not `fast`: real
        pace."""
        self._model = InteractionModel(choice.path, "", choice.settings, examples=choice.examples)
        self._load_profile, self._ears_for = load_profile, ears_for
        self._folder, self._fast = folder, fast
        self.voices = UserVoices(sounds)
        self._workers: dict[str, Worker] = {}

    def run(self, item: Dialogue) -> Heard:
        """Run one dialogue to its end. Raises UserError for an unknown profile or what cannot be spoken."""
        track, laid = self.voices.track(item, self._folder)
        return self.run_track(item, track, laid)

    def run_track(self, item: Dialogue, track: Samples, laid: list[Laid]) -> Heard:
        """The same with a user's side that is already sound."""
        profile = self._profile(item)
        self._model.reset(profile.task)
        audio = RoomAudio(track, item.echo, self._fast)
        outcome = self._run_session(item, profile, audio)
        return Heard(
            item,
            tuple(laid),
            tuple(sounding(audio.played)),
            tuple(outcome.lines),
            tuple(outcome.figures.tick_ms),
            outcome.figures.missed,
            audio.erle_db,
        )

    def close(self) -> None:
        self._model.close()
        for worker in self._workers.values():
            worker.close()

    def _profile(self, item: Dialogue) -> Profile:
        profile = self._load_profile(item.profile)
        if item.task:
            profile = replace_task(profile, item.task)
        script = tuple(Step(at=spoken.at, say=spoken.say) for spoken in item.agent)
        return msgspec.structs.replace(profile, script=(*profile.script, *script))

    def _run_session(self, item: Dialogue, profile: Profile, audio: RoomAudio) -> Outcome:
        ears, voice = self._worker("ears", profile), self._worker("voice", profile)
        ears.call("reset")
        playback = Playback()
        speech = SpokenSpeech(voice, playback, _ignore, synchronous=self._fast)
        parts = Parts(
            audio=audio,
            playback=playback,
            speech=speech,
            senses=[Hearing(ears, _ignore)],
            fast=self._fast,
            duration_s=item.duration,
        )
        audio.open(playback.render)
        try:
            return Session(State(profile=profile, mind=self._model, day_s=DAY_S), parts).run()
        finally:
            audio.close()
            speech.stop()

    def _worker(self, name: str, profile: Profile) -> Worker:
        """A worker that several dialogues share, as long as their profiles want the same one."""
        key = f"{name} {profile.senses.language} {profile.voice.name} {profile.voice.rate}"
        if key not in self._workers:
            if name == "ears":
                made = ears_worker(profile, self._ears_for(profile))
            else:
                kwargs = {"name": profile.voice.name, "rate": profile.voice.rate}
                made = Worker("voice", "duplex_cli.session.speaking_host:SpeakingHost", kwargs, VOICE_NICE)
            made.wait_ready()
            self._workers[key] = made
        return self._workers[key]


def sounding(played: Samples) -> list[tuple[float, float]]:
    """(start, end) in seconds of each stretch in which float32[n] sounds, gaps up to BRIDGED_S bridged."""
    count = len(played) // BLOCK
    power = np.square(played[: count * BLOCK].reshape(count, BLOCK)).mean(axis=1)
    loud = np.flatnonzero(power > 10 ** (SOUNDING_DBFS / 10))
    found: list[tuple[float, float]] = []
    for block in loud:
        start, end = int(block) * BLOCK / SAMPLE_RATE, (int(block) + 1) * BLOCK / SAMPLE_RATE
        if found and start - found[-1][1] <= BRIDGED_S:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _ignore(_note: str) -> None:
    """Restarts need no telling in a bench: the figures show them."""
