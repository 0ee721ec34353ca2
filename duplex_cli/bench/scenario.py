"""`duplex bench scenario`: items through the session's own loop in simulated time, and their figures.

`hear` and `see` inputs become percepts directly; `wav` and `video` go through the real senses.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from duplex_cli.bench.items import Item, percepts_of
from duplex_cli.bench.matching import Said, Verdict, judge
from duplex_cli.capture.audio import AudioPort
from duplex_cli.capture.file_audio import FileAudio, NullAudio
from duplex_cli.capture.frames import FrameSpec
from duplex_cli.capture.media import AudioReader
from duplex_cli.errors import UserError
from duplex_cli.interaction.model import InteractionModel
from duplex_cli.profile import Profile
from duplex_cli.session.assemble import ModelChoice, ears_worker, eyes_worker
from duplex_cli.session.loop import Outcome, Parts, Session
from duplex_cli.session.senses import Hearing, Sense, Sight
from duplex_cli.session.speaking import PrintedSpeech
from duplex_cli.session.state import State
from duplex_cli.session.summary import spread
from duplex_cli.speech.playback import Playback
from duplex_cli.stream import SAMPLE_RATE, TICK_S

DAY_S = 43_200.0
"""Time of day at which every scenario begins, seconds since midnight: noon."""

LoadProfile = Callable[[str], Profile]
EarsFor = Callable[[Profile], Path]


@dataclass(frozen=True, slots=True)
class Result:
    """One item: what was said, the verdict, and the costs."""

    item: Item
    said: tuple[Said, ...]
    verdict: Verdict
    tick_ms: tuple[float, ...]
    heard: tuple[tuple[float, str], ...] = ()
    """(session second, words) as the model was given them."""


class ScenarioRunner:
    """Runs items one after the other with one loaded model."""

    def __init__(
        self, choice: ModelChoice, load_profile: LoadProfile, ears_for: EarsFor, folder: Path
    ) -> None:
        """`folder` is where the items' file lies: media paths are relative to it."""
        self._choice = choice
        self._load_profile = load_profile
        self._ears_for = ears_for
        self._folder = folder
        self._model = InteractionModel(choice.path, "", choice.settings, examples=choice.examples)

    def run(self, item: Item) -> Result:
        """Run one item to its end. Raises UserError for an unknown profile or unreadable media."""
        profile = self._load_profile(item.profile)
        if item.task:
            profile = replace_task(profile, item.task)
        self._model.reset(profile.task)
        with tempfile.TemporaryDirectory() as room:
            outcome = self._run_session(item, profile, Path(room))
        said = tuple(Said(r["at"], r["text"], r.get("p")) for r in outcome.remarks)
        turns = [line["turn"] for line in outcome.lines if "turn" in line]
        heard = tuple(
            (turn["at"], percept["text"])
            for turn in turns
            for percept in turn.get("percepts", ())
            if percept["kind"] == "hear"
        )
        return Result(item, said, judge(item, said), tuple(outcome.figures.tick_ms), heard)

    def close(self) -> None:
        self._model.close()

    def _run_session(self, item: Item, profile: Profile, room: Path) -> Outcome:
        audio, senses = self._senses(item, profile, room)
        playback = Playback()
        parts = Parts(
            audio=audio,
            playback=playback,
            speech=PrintedSpeech(),
            senses=senses,
            fast=True,
            script=percepts_of(item),
            duration_s=item.duration,
        )
        for sense in senses:
            sense.wait_ready()
        audio.open(playback.render)
        try:
            return Session(State(profile=profile, mind=self._model, day_s=DAY_S), parts).run()
        finally:
            audio.close()
            for sense in senses:
                sense.close()

    def _senses(self, item: Item, profile: Profile, room: Path) -> tuple[AudioPort, list[Sense]]:
        senses: list[Sense] = []
        audio: AudioPort = NullAudio(fast=True)
        if any(i.wav for i in item.inputs):
            audio = FileAudio(self._mixed(item, room), sink=None, fast=True)
            senses.append(Hearing(ears_worker(profile, self._ears_for(profile)), _ignore))
        videos = [i for i in item.inputs if i.video]
        if len(videos) > 1 or any(i.at > 0 for i in videos):
            raise UserError(f"{item.id}: one video an item, from second 0; join them into one file")
        if videos:
            spec = FrameSpec(kind="video", path=str(self._folder / videos[0].video), fps=profile.senses.fps)
            senses.append(Sight(eyes_worker(profile, None, spec), _ignore, TICK_S))
        return audio, senses

    def _mixed(self, item: Item, room: Path) -> Path:
        """All wav inputs of an item on one track, each at its time."""
        track = np.zeros(round(item.duration * SAMPLE_RATE), np.float32)
        for given in item.inputs:
            if given.wav:
                reader = AudioReader(self._folder / given.wav)
                start = round(given.at * SAMPLE_RATE)
                clip = reader.take(len(track) - start)
                track[start : start + len(clip)] += clip
        path = room / "mixed.wav"
        soundfile.write(path, np.clip(track, -1, 1), SAMPLE_RATE)
        return path


def replace_task(profile: Profile, task: str) -> Profile:
    """The profile with another task in words."""
    import msgspec

    return msgspec.structs.replace(profile, task=task)


def report(results: Sequence[Result], model: str, machine: str, suite: str = "scenario") -> dict[str, Any]:
    """The object that --json prints, as ../shared/benchmarks.md defines it."""
    verdicts = [r.verdict for r in results]
    acts, acts_right = _sum(verdicts, "acts"), _sum(verdicts, "acts_right")
    silences, silences_right = _sum(verdicts, "silences"), _sum(verdicts, "silences_right")
    false = _sum(verdicts, "false_interjections")
    hours = sum(r.item.duration for r in results) / 3600.0
    late = [s for v in verdicts for s in v.late_s]
    ticks = [ms for r in results for ms in r.tick_ms]
    right = sum(v.right for v in verdicts)
    return {
        "suite": suite,
        "items": len(results),
        "right": right,
        "accuracy": round(right / len(results), 4) if results else 0.0,
        "act": {"n": acts, "right": acts_right},
        "silent": {"n": silences, "right": silences_right},
        "balanced_accuracy": round((_share(acts_right, acts) + _share(silences_right, silences)) / 2, 4),
        "false_interjections": false,
        "false_interjections_per_hour": round(false / hours, 2) if hours else 0.0,
        "late_s": {key: value for key, value in spread(late).items() if key in ("p50", "p95")},
        "tick_ms": spread(ticks),
        "missed_ticks": sum(ms > TICK_S * 1000 for ms in ticks),
        "by_tag": _by_tag(results),
        "model": model,
        "machine": machine,
        "details": [
            {
                "id": r.item.id,
                "right": r.verdict.right,
                "said": [{"at": round(s.at, 3), "text": s.text, "p": s.p} for s in r.said],
                "heard": [{"at": at, "text": text} for at, text in r.heard],
            }
            for r in results
        ],
    }


def _by_tag(results: Sequence[Result]) -> dict[str, dict[str, float]]:
    tags = sorted({tag for r in results for tag in r.item.tags})
    table: dict[str, dict[str, float]] = {}
    for tag in tags:
        tagged = [r.verdict.right for r in results if tag in r.item.tags]
        table[tag] = {
            "items": len(tagged),
            "right": sum(tagged),
            "accuracy": round(sum(tagged) / len(tagged), 4),
        }
    return table


def _sum(verdicts: Sequence[Verdict], name: str) -> int:
    return sum(getattr(v, name) for v in verdicts)


def _share(right: int, n: int) -> float:
    return right / n if n else 1.0


def _ignore(_note: str) -> None:
    """Restarts of a sense need no telling in a bench: the item's figures show them."""
