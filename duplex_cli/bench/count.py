"""`duplex bench count`: repeated movement counted aloud, judged by RepCount-A's rule.

Pictures go through the counter, its percepts through the session's loop with the model, in simulated time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np

from duplex_cli.bench import clips as clips_
from duplex_cli.bench.figures import Frame
from duplex_cli.bench.json_lines import read_items
from duplex_cli.bench.scenario import DAY_S
from duplex_cli.capture.file_audio import NullAudio
from duplex_cli.capture.recorded import VideoSource
from duplex_cli.errors import UserError
from duplex_cli.interaction.model import InteractionModel
from duplex_cli.perception.motion import make_motion
from duplex_cli.profile import Profile
from duplex_cli.session.assemble import ModelChoice
from duplex_cli.session.loop import Parts, Session
from duplex_cli.session.speaking import PrintedSpeech
from duplex_cli.session.spoken_time import numbers
from duplex_cli.session.state import State
from duplex_cli.session.summary import spread
from duplex_cli.speech.playback import Playback

NEAR_S = 1.0
"""A number belongs to the end of a repetition that lies no further from it, seconds."""

IN_TIME_S = 0.4
"""A number is spoken with its movement if it begins within so much of the movement's end, seconds."""

AFTER_S = 3.0
"""The session goes on so long after a clip, seconds."""


class CountItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A video and how many repetitions it shows."""

    video: str
    count: Annotated[int, msgspec.Meta(ge=0)]
    id: str = ""
    ends: tuple[float, ...] = ()
    """When each repetition ended, seconds; for the lag, and for the rule's "after the penultimate"."""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One clip: its truth, and its pictures when they are wanted."""

    name: str
    count: int
    ends: tuple[float, ...]
    tags: tuple[str, ...]
    frames: Callable[[], Iterator[tuple[float, Frame]]]


@dataclass(frozen=True, slots=True)
class Counted:
    """What was said of a clip."""

    case: Case
    said: tuple[tuple[float, int], ...]
    """(when, number)."""

    @property
    def last(self) -> int:
        """The last number spoken after the penultimate repetition; 0 if none was (RepCount-A's rule)."""
        since = self.case.ends[-2] - NEAR_S if len(self.case.ends) > 1 else 0.0
        return next((n for at, n in reversed(self.said) if at >= since), 0)

    @property
    def lags(self) -> list[float]:
        """For each number the seconds from the end of the repetition that is nearest to it."""
        out = []
        for at, _ in self.said:
            nearest = min(self.case.ends, key=lambda end: abs(at - end), default=None)
            if nearest is not None and abs(at - nearest) <= NEAR_S:
                out.append(at - nearest)
        return out


def own_cases(limit: int = 0) -> list[Case]:
    """The rendered clips, or so many of them, evenly spread."""
    made = clips_.clips()
    if limit and limit < len(made):
        made = [made[n * len(made) // limit] for n in range(limit)]
    return [
        Case(c.name, len(c.ends), c.ends, c.tags, lambda clip=c: clips_.frames(clip))  # type: ignore[misc]
        for c in made
    ]


def load(path: Path, fps: float) -> list[Case]:
    """Cases of a JSON lines file; videos are relative to it. Raises UserError naming file and line."""
    cases = []
    for _, item in read_items(path, CountItem):
        video = path.parent / item.video
        VideoSource(video, fps).close()  # an unreadable one is told now, not after an hour
        name = item.id or item.video
        cases.append(Case(name, item.count, item.ends, item.tags, lambda v=video: _video(v, fps)))  # type: ignore[misc]
    if not cases:
        raise UserError(f"{path} holds no items; give a JSON lines file")
    return cases


def _video(path: Path, fps: float) -> Iterator[tuple[float, Frame]]:
    source = VideoSource(path, fps)
    until = 0.0
    try:
        while not source.ended:
            until += 1.0
            yield from source.read(until)
    finally:
        source.close()


class CountRunner:
    """Runs clips one after the other with one loaded model."""

    def __init__(self, choice: ModelChoice, profile: Profile) -> None:
        self._profile = profile
        self._model = InteractionModel(choice.path, "", choice.settings, examples=choice.examples)

    def run(self, case: Case) -> Counted:
        motion = make_motion()
        percepts, last = [], 0.0
        for at, frame in case.frames():
            # The session has a repetition when it is known, which is a picture or more after its end.
            percepts += [replace(p, at=at) for p in motion.feed(frame, at)]
            last = at
        self._model.reset(self._profile.task)
        playback, audio = Playback(), NullAudio(fast=True)
        parts = Parts(
            audio=audio,
            playback=playback,
            speech=PrintedSpeech(),
            senses=[],
            fast=True,
            script=percepts,
            duration_s=round(last + AFTER_S, 1),
        )
        audio.open(playback.render)
        try:
            outcome = Session(State(profile=self._profile, mind=self._model, day_s=DAY_S), parts).run()
        finally:
            audio.close()
        said = [
            (r["at"], int(max(map(float, told)))) for r in outcome.remarks if (told := numbers(r["text"]))
        ]
        return Counted(case, tuple(said))

    def close(self) -> None:
        self._model.close()


def report(rows: Iterable[Counted], model: str, machine: str) -> dict[str, Any]:
    """The object that --json prints."""
    counted: Sequence[Counted] = list(rows)
    lags = [lag for row in counted for lag in row.lags]
    near = [abs(row.last - row.case.count) <= 1 for row in counted]
    tags = sorted({tag for row in counted for tag in row.case.tags})
    return {
        "suite": "count",
        "clips": len(counted),
        "within_one": round(float(np.mean(near)), 4) if near else 0.0,
        "exact": round(float(np.mean([row.last == row.case.count for row in counted])), 4) if near else 0.0,
        "count_lag_s": {key: value for key, value in spread(lags).items() if key in ("p50", "p95")},
        "in_time": round(sum(abs(lag) <= IN_TIME_S for lag in lags) / len(lags), 4) if lags else None,
        "numbers": sum(len(row.said) for row in counted),
        "by_tag": {
            tag: {"clips": len(of), "within_one": sum(of)}
            for tag in tags
            if (of := [n for n, row in zip(near, counted, strict=True) if tag in row.case.tags])
        },
        "published": {"whose": "TML", "benchmark": "RepCount-A", "within_one": 0.354, "note": "other clips"},
        "model": model,
        "machine": machine,
        "details": [
            {"id": row.case.name, "count": row.case.count, "last": row.last, "tags": list(row.case.tags)}
            for row in counted
        ],
    }
