"""`duplex bench bugs`: bugs typed into real functions, and their clean twins, through the session's own loop.

In simulated time. Each item is run twice: with the findings of the tools (whose real running time is counted
in), and with what the eyes see alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from duplex_cli.bench.bug_items import BugItem, Typing, typing_of
from duplex_cli.bench.bug_tools import Heard, findable, findings
from duplex_cli.bench.scenario import DAY_S
from duplex_cli.capture.file_audio import NullAudio
from duplex_cli.code.tools import available
from duplex_cli.interaction.model import InteractionModel
from duplex_cli.profile import Profile
from duplex_cli.session.assemble import ModelChoice
from duplex_cli.session.code_host import percept_of
from duplex_cli.session.loop import Parts, Session
from duplex_cli.session.speaking import PrintedSpeech
from duplex_cli.session.state import State
from duplex_cli.session.summary import spread
from duplex_cli.speech.playback import Playback

NEAR_LINES = 1
"""A tool may name the line beside the one with the bug: an open bracket shows where the next line begins."""

Arm = Literal["with_tools", "model_only"]

_PLACE = re.compile(r"^\S+ line (\d+): ")


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one item went in one arm."""

    item: BugItem
    said: tuple[tuple[float, str], ...]
    right: int
    """Remarks about the bug; more than one is right too, if they name its place."""
    wrong: int
    latency_s: float | None
    """From the end of the bug's line to the first right remark."""
    seconds: float


class BugRunner:
    """Runs items one after the other with one loaded model."""

    def __init__(self, choice: ModelChoice, profile: Profile) -> None:
        self._profile = profile
        self._model = InteractionModel(choice.path, "", choice.settings, examples=choice.examples)

    def run(self, item: BugItem, arm: Arm, found: Sequence[Heard]) -> Verdict:
        """`found` is what the tools said, None of it told in the arm of the model alone."""
        typing = typing_of(item)
        script = list(typing.seen)
        if arm == "with_tools":
            script += [percept_of(heard.told, heard.at) for heard in found]
        self._model.reset(self._profile.task)
        playback = Playback()
        audio = NullAudio(fast=True)
        parts = Parts(
            audio=audio,
            playback=playback,
            speech=PrintedSpeech(),
            senses=[],
            fast=True,
            script=script,
            duration_s=typing.duration,
        )
        audio.open(playback.render)
        try:
            outcome = Session(State(profile=self._profile, mind=self._model, day_s=DAY_S), parts).run()
        finally:
            audio.close()
        return judge(item, typing, [(r["at"], r["text"]) for r in outcome.remarks])

    def close(self) -> None:
        self._model.close()


def judge(item: BugItem, typing: Typing, said: Sequence[tuple[float, str]]) -> Verdict:
    """Which remarks are about the bug: they name its line or a neighbour, or follow it without a place."""
    right, latency = 0, None
    written = typing.done.get(item.bug) if item.bug is not None else None
    for at, text in said:
        place = _PLACE.match(text)
        if written is None or item.bug is None or at < written:
            continue
        if place is None or abs(int(place[1]) - item.bug) <= NEAR_LINES:
            right += 1
            latency = at - written if latency is None else latency
    return Verdict(item, tuple(said), right, len(said) - right, latency, typing.duration)


def measure(
    items: Iterable[BugItem], runner: BugRunner, *, types: bool, shown: Callable[[Any], Any] = iter
) -> tuple[dict[Arm, list[Verdict]], list[bool]]:
    """All verdicts, and for each item with a bug whether the tools could find it in the finished file."""
    verdicts: dict[Arm, list[Verdict]] = {"with_tools": [], "model_only": []}
    can: list[bool] = []
    items = list(items)
    twins = {i.id.rpartition("/")[0]: i.lines for i in items if i.bug is None}
    for item in shown(items):
        found = findings(typing_of(item), types=types)
        verdicts["with_tools"].append(runner.run(item, "with_tools", found))
        verdicts["model_only"].append(runner.run(item, "model_only", ()))
        if item.bug is not None:
            twin = twins.get(item.id.rpartition("/")[0]) or item.before
            can.append(findable(item, twin, types=types))
    return verdicts, can


def report(
    verdicts: dict[Arm, list[Verdict]], can: Sequence[bool], model: str, machine: str, types: bool
) -> dict[str, Any]:
    """The object that --json prints."""
    bugs = [v for v in verdicts["with_tools"] if v.item.bug is not None]
    clean = [v for v in verdicts["with_tools"] if v.item.bug is None]
    tools = _arm(verdicts["with_tools"], can)
    alone = _arm(verdicts["model_only"], [True] * len(can))
    late = [v.latency_s for v in bugs if v.latency_s is not None]
    return {
        "suite": "bugs",
        "items": len(bugs) + len(clean),
        "bugs": len(bugs),
        "findable": sum(can),
        "clean_hours": round(sum(v.seconds for v in clean) / 3600, 3),
        "with_tools": tools,
        "model_only": alone,
        "latency_s": {key: value for key, value in spread(late).items() if key in ("p50", "p95")},
        "by_kind": _by_kind(bugs, can),
        "tools": available() | {"type checker": ["on" if types else "off"]},
        "model": model,
        "machine": machine,
        "details": [
            {"id": v.item.id, "arm": arm, "right": v.right, "wrong": v.wrong,
             "said": [{"at": round(at, 2), "text": text} for at, text in v.said]}
            for arm, rows in verdicts.items() for v in rows if v.said or v.item.bug is not None
        ],
    }  # fmt: skip


def _arm(rows: Sequence[Verdict], can: Sequence[bool]) -> dict[str, Any]:
    bugs = [v for v in rows if v.item.bug is not None]
    clean = [v for v in rows if v.item.bug is None]
    found = [v.right > 0 for v in bugs]
    right, wrong = sum(v.right for v in rows), sum(v.wrong for v in rows)
    hours = sum(v.seconds for v in clean) / 3600
    false = sum(v.wrong for v in clean)
    return {
        "precision": round(right / (right + wrong), 4) if right + wrong else None,
        "recall": round(sum(f for f, c in zip(found, can, strict=True) if c) / max(1, sum(can)), 4),
        "recall_of_all": round(sum(found) / max(1, len(found)), 4),
        "false_alarms_per_hour": round(false / hours, 2) if hours else None,
        "false_alarms": false,
        "remarks": right + wrong,
    }


def _by_kind(bugs: Sequence[Verdict], can: Sequence[bool]) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {}
    for verdict, findable_ in zip(bugs, can, strict=True):
        name = f"{verdict.item.id.split('/')[0]} {verdict.item.kind}".strip()
        row = table.setdefault(name, {"bugs": 0, "findable": 0, "said": 0})
        row["bugs"] += 1
        row["findable"] += findable_
        row["said"] += verdict.right > 0
    return table
