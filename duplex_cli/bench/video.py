"""`duplex bench video`: does it say what a picture shows, when it shows it? In simulated time.

Clips that the bench draws (or video files), a question each, through the session's own loop: the eyes, the
movement sense, and where the model has a projector the picture itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Annotated, Any

import msgspec

from duplex_cli.bench.items import Expectation
from duplex_cli.bench.json_lines import read_items
from duplex_cli.bench.matching import Said
from duplex_cli.bench.proactive import interval_iou, strays, told_interval, turn_score
from duplex_cli.bench.video_clips import Scene, draw
from duplex_cli.capture.file_audio import NullAudio
from duplex_cli.capture.frames import FrameSpec
from duplex_cli.errors import UserError
from duplex_cli.profile import Profile
from duplex_cli.session.assemble import eyes_worker
from duplex_cli.session.loop import Parts, Session
from duplex_cli.session.mind import MindWorker
from duplex_cli.session.minds import ModelChoice, start_mind
from duplex_cli.session.question import asking, watching
from duplex_cli.session.senses import Sight
from duplex_cli.session.speaking import PrintedSpeech
from duplex_cli.session.state import State
from duplex_cli.session.summary import Figures, spread
from duplex_cli.speech.playback import Playback
from duplex_cli.stream import TICK_S

DAY_S = 43_200.0
"""Every clip begins at noon, seconds since midnight."""

PUBLISHED = {"whose": "TML-Interaction-Small", "pauc": 33.5, "temporal_iou": 32.4}
"""Best published (../shared/benchmarks.md), on ProactiveVideoQA and Charades: other clips, and a model as
judge."""

START_WORDS = ("start", "starts", "started", "begin", "begins", "began", "starting")
STOP_WORDS = ("stop", "stops", "stopped", "end", "ends", "ended", "stopping", "over")


class Action(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """When an action truly goes on, seconds of the clip."""

    start: Annotated[float, msgspec.Meta(ge=0.0)]
    end: Annotated[float, msgspec.Meta(gt=0.0)]


class Clip(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One item: a clip, the question about it, and when it is answered or an action goes on."""

    id: str
    duration: Annotated[float, msgspec.Meta(gt=0.0, le=3600.0)]
    question: str
    video: str = ""
    """A file, relative to the items; or `scene` is drawn."""
    scene: Scene | None = None
    motion: bool = False
    """Whether movement is watched; an item with `action` always does."""
    turns: tuple[Expectation, ...] = ()
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """One clip: what was said and what it cost."""

    clip: Clip
    said: tuple[Said, ...]
    figures: Figures


def load_clips(path: Path | None) -> tuple[list[Clip], Path]:
    """The bench's own clips or those of `path`, and the folder of their files. Raises UserError."""
    source = path or Path(__file__).parent / "data" / "video.jsonl"
    clips: list[Clip] = []
    for where, clip in read_items(source, Clip):
        fault = _fault(clip)
        if fault:
            raise UserError(f"{where}: {fault}; docs/bench.md has the format")
        clips.append(clip)
    if not clips:
        raise UserError(f"{source} holds no clips; give a JSON lines file")
    return clips, source.parent


def _fault(clip: Clip) -> str:
    if bool(clip.video) == bool(clip.scene):
        return "a clip needs either video or scene"
    if clip.scene is not None and bool(clip.scene.lines) == bool(clip.scene.moves):
        return "a scene needs either lines or moves"
    if not clip.turns and clip.action is None:
        return "a clip needs turns or an action"
    if any(turn.silent or not turn.say or turn.end <= turn.start for turn in clip.turns):
        return "a turn needs from, a later to, and say"
    if clip.action is not None and clip.action.end <= clip.action.start:
        return "an action ends after it starts"
    return ""


class VideoRunner:
    """Runs clips one after the other with one loaded model in a process of its own."""

    def __init__(self, choice: ModelChoice, profile: Profile, folder: Path, drawn: Path) -> None:
        """`folder` is where the items lie, `drawn` where clips are drawn to."""
        self._profile, self._folder, self._drawn = profile, folder, drawn
        self.notes: list[str] = []
        self._choice = choice
        mind, self._native = start_mind(choice, profile.task, self.notes.append)
        if not isinstance(mind, MindWorker):
            mind.close()
            raise UserError("bench video runs the model on this machine; leave model.url empty")
        self._mind = mind
        self._mind.wait_ready()

    def run(self, clip: Clip) -> Result:
        """One clip to its end. Raises UserError for an unreadable video or question."""
        senses = msgspec.structs.replace(
            self._profile.senses, motion=clip.motion or clip.action is not None, screen=clip.action is None
        )
        profile = watching(msgspec.structs.replace(self._profile, senses=senses), clip.question)
        self._mind.reset(profile.task)
        playback = Playback()
        audio = NullAudio(fast=True)
        sight = self._sight(profile, clip)
        parts = Parts(
            audio=audio,
            playback=playback,
            speech=PrintedSpeech(),
            senses=[sight],
            fast=True,
            script=asking(clip.question),
            duration_s=clip.duration,
        )
        try:
            sight.wait_ready()
            audio.open(playback.render)
            outcome = Session(State(profile=profile, mind=self._mind, day_s=DAY_S), parts).run()
        finally:
            audio.close()
            sight.close()
        said = tuple(Said(r["at"], r["text"], r.get("p")) for r in outcome.remarks)
        return Result(clip, said, outcome.figures)

    def close(self) -> None:
        self._mind.close()

    def _sight(self, profile: Profile, clip: Clip) -> Any:
        path = self._folder / clip.video
        if clip.scene is not None:
            path = self._drawn / f"{clip.id.replace('/', '-')}.mkv"
            draw(clip.scene, clip.duration, path)
        spec = FrameSpec(kind="video", path=str(path), fps=profile.senses.fps)
        native = self._native if self._native is not None and self._native.choice.token_px else None
        worker = eyes_worker(profile, None, spec, native.choice if native else None)
        note: Callable[[str], None] = self.notes.append
        return native.sight(worker, note, TICK_S) if native else Sight(worker, note, TICK_S)


def report(results: Sequence[Result], choice: ModelChoice, machine: str, faults: int) -> dict[str, Any]:
    """The object that --json prints. Scores in percent; null where no clip asks for one."""
    scores = [turn_score(r.said, turn) for r in results for turn in r.clip.turns]
    overlaps = [_overlap(r) for r in results if r.clip.action is not None]
    ticks = [ms for r in results for ms in r.figures.tick_ms]
    decode = sum(ms for r in results for ms in r.figures.decode_ms)
    step = sum(ms for r in results for ms in r.figures.step_ms)
    return {
        "suite": "video",
        "clips": len(results),
        "pauc": round(100 * fmean(scores), 2) if scores else None,
        "temporal_iou": round(100 * fmean(overlaps), 2) if overlaps else None,
        "step_over_decode": round(step / decode, 3) if decode else None,
        "tick_ms": spread(ticks),
        "missed_ticks": sum(ms > TICK_S * 1000 for ms in ticks),
        "model": choice.name,
        "native": choice.native.mode if choice.native is not None else "off",
        "turns": len(scores),
        "actions": len(overlaps),
        "strays": sum(strays(r.said, r.clip.turns) for r in results if r.clip.turns),
        "media_left_out": faults,
        "published": PUBLISHED,
        "machine": machine,
        "details": [_detail(r) for r in results],
    }


def _overlap(result: Result) -> float:
    action = result.clip.action
    assert action is not None
    told = told_interval(result.said, START_WORDS, STOP_WORDS)
    return interval_iou(told, (action.start, action.end))


def _detail(result: Result) -> dict[str, Any]:
    detail: dict[str, Any] = {
        "id": result.clip.id,
        "turns": [round(100 * turn_score(result.said, turn), 1) for turn in result.clip.turns],
        "said": [{"at": round(s.at, 3), "text": s.text, "p": s.p} for s in result.said],
    }
    if result.clip.action is not None:
        detail["iou"] = round(100 * _overlap(result), 1)
    return detail
