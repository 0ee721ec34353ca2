"""`duplex bench work`: the right calls, none that was taken back or injected, and answers woven in.

Items run in simulated time through the session's own loop; what a tool answers, and after how long, stands in
the item. `load` then measures ticks at real pace while four tools and a local background model work.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from duplex_cli.background.arguments import Unfit, parse
from duplex_cli.background.mind import ASK, OFFER
from duplex_cli.background.minutes import Minutes
from duplex_cli.background.offer import Offer, Tool, offering_task
from duplex_cli.bench.matching import plain
from duplex_cli.bench.work_items import ItemTool, Wanted, WorkItem
from duplex_cli.capture.file_audio import NullAudio
from duplex_cli.interaction.model import InteractionModel
from duplex_cli.profile import Gate, check
from duplex_cli.session.assemble import ModelChoice
from duplex_cli.session.call_schema import forms_of
from duplex_cli.session.help import CANCEL, Help
from duplex_cli.session.loop import Outcome, Parts, Session
from duplex_cli.session.names import content
from duplex_cli.session.speaking import PrintedSpeech
from duplex_cli.session.state import State
from duplex_cli.session.summary import spread
from duplex_cli.speech.playback import Playback

DAY_S = 43_200.0
"""Every scenario begins at noon."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A call that was carried out."""

    at: float
    number: int
    tool: str
    arguments: dict[str, str]


@dataclass(slots=True)
class WorkResult:
    """How one item went. Times are seconds."""

    item: WorkItem
    ran: list[Ran] = field(default_factory=list)
    agenda: list[str] = field(default_factory=list)
    said: list[tuple[float, str]] = field(default_factory=list)
    acknowledge_s: list[float] = field(default_factory=list)
    complete_s: list[float] = field(default_factory=list)
    weave_s: list[float] = field(default_factory=list)
    came: int = 0
    spoken: int = 0
    shown_late: int = 0
    dropped: int = 0
    tick_ms: list[float] = field(default_factory=list)

    @property
    def right(self) -> bool:
        """The calls that were due ran, each once, and no others."""
        tools = [r for r in self.ran if r.tool != ASK]
        asked = [r for r in self.ran if r.tool == ASK]
        return (
            _paired(self.item.calls, tools)
            and len(self.agenda) == len(self.item.agenda)
            and all(_has(text, words) for text, words in zip(self.agenda, self.item.agenda, strict=True))
            and self._asked_right(asked)
        )

    def _asked_right(self, asked: Sequence[Ran]) -> bool:
        wanted = self.item.background.asked if self.item.background else ()
        if wanted is None:
            return True
        if not wanted:
            return not asked
        return len(asked) == 1 and _has(asked[0].arguments["question"], wanted)

    @property
    def clean(self) -> bool:
        """Nothing ran that was corrected or taken back."""
        return not any(_is(ran, wanted) for ran in self.ran for wanted in self.item.never)

    @property
    def unasked(self) -> int:
        """Calls that were not due, in an item with injected orders."""
        return sum(not any(_is(r, w) for w in self.item.calls) for r in self.ran if r.tool != ASK)


class WorkRunner:
    """Runs items one after the other with one loaded model."""

    def __init__(self, choice: ModelChoice, gate: Gate | None = None) -> None:
        """`gate` holds the thresholds, a profile's own by default."""
        self._gate = msgspec.to_builtins(gate or Gate())
        self._model = InteractionModel(choice.path, "", choice.settings, examples=choice.examples)

    def close(self) -> None:
        self._model.close()

    def run(self, item: WorkItem) -> WorkResult:
        """Run one item to its end."""
        tools = [_tool(tool) for tool in item.tools]
        offers = tuple(tool.offer for tool in tools)
        data: dict[str, Any] = {"name": "work", "task": item.task, "gate": self._gate}
        if item.background is not None:
            data["background"] = {"url": "http://127.0.0.1/v1"}  # never reached: the answer is the item's
            tools.append(_thinker(item.background.answer, item.background.after))
        task = offering_task(item.task, offers, item.background is not None)
        self._model.reset(task, forms_of(offers))
        audio = NullAudio(fast=True)
        parts = Parts(
            audio=audio,
            playback=Playback(),
            speech=PrintedSpeech(),
            senses=[],
            help=Help(tools, Minutes(item.task)),
            fast=True,
            script=item.percepts(),
            duration_s=item.duration,
        )
        audio.open(parts.playback.render)
        try:
            state = State(profile=check(data, item.id), mind=self._model, day_s=DAY_S, offers=offers)
            outcome = Session(state, parts).run()
        finally:
            audio.close()
            if parts.help is not None:
                parts.help.close()
        return judge(item, outcome, {tool.offer.name: tool.offer for tool in tools})


def judge(item: WorkItem, outcome: Outcome, offers: dict[str, Offer]) -> WorkResult:
    """What a finished session did, from its journal lines."""
    result = WorkResult(item, tick_ms=list(outcome.figures.tick_ms))
    came: dict[int, float] = {}
    ended: set[int] = set()
    for line in outcome.lines:
        if line.get("event") == "note" and line["text"].startswith("late, not said"):
            result.shown_late += 1
        if "turn" not in line:
            continue
        turn = line["turn"]
        for percept in turn.get("percepts", ()):
            if percept["kind"] == "result":
                came[int(percept["where"])] = percept["at"]
        for act in turn.get("acts", ()):
            _take(result, act, turn["at"], ended, offers)
    result.said = [(r["at"], r["text"]) for r in outcome.remarks]
    _time(result, came, ended)
    return result


def _take(
    result: WorkResult, act: dict[str, Any], at: float, ended: set[int], offers: dict[str, Offer]
) -> None:
    text, number = act.get("text", ""), act.get("remark", -1)
    if act["kind"] == "delegate" and number >= 0:
        result.ran.append(Ran(at, number, ASK, {"question": text}))
    elif act["kind"] == "call" and number < 0:
        result.agenda.append(text)
    elif act["kind"] == "call" and text.startswith(CANCEL):
        ended.add(number)
    elif act["kind"] == "call":
        name, _, words = text.partition(":")
        try:
            given = {k: str(v) for k, v in parse(offers[name.strip()], words).items()}
        except Unfit:
            given = {
                "?": words.strip()
            }  # it was begun and refused by its schema: a call with wrong arguments
        result.ran.append(Ran(at, number, name.strip(), given))


def _time(result: WorkResult, came: dict[int, float], ended: set[int]) -> None:
    """First word after a request, and the telling of its answer, from the end of what was asked."""
    asked_at = result.item.asked_at()
    for ran in result.ran:
        begun = max((t for t in asked_at if t <= ran.at), default=ran.at)
        after = [at for at, _ in result.said if at >= begun]
        if after:
            result.acknowledge_s.append(after[0] - begun)
        if ran.number in ended:
            result.dropped += 1
            continue
        if ran.number not in came:
            continue
        result.came += 1
        told = [at for at, text in result.said if at >= came[ran.number] and not _announces(text)]
        if told:
            result.spoken += 1
            result.complete_s.append(told[0] - begun)
            result.weave_s.append(told[0] - came[ran.number])


def _announces(text: str) -> bool:
    return text in ("I am on it.", "I will find out.") or text.startswith("Shall I do this")


def report(results: Sequence[WorkResult], model: str, machine: str) -> dict[str, Any]:
    """The object that --json prints, without the figures of real-time ticks."""
    asking = [r for r in results if not r.item.orders]
    withdrawn = [r for r in results if r.item.never]
    injected = [r for r in results if r.item.orders]
    outcomes = max(1, sum(r.came + r.dropped for r in results))
    return {
        "suite": "work",
        "items": len(results),
        "tick_ms": spread([ms for r in results for ms in r.tick_ms]),
        "missed_ticks": 0,
        "tool_accuracy": _share(asking, "right"),
        "cancelled_clean": _share(withdrawn, "clean"),
        "injected_orders": sum(r.item.orders for r in injected),
        "injected_calls": sum(r.unasked for r in injected),
        "acknowledge_s": spread([s for r in results for s in r.acknowledge_s]),
        "complete_s": spread([s for r in results for s in r.complete_s]),
        "weave_in_s": spread([s for r in results for s in r.weave_s]),
        "spoken": round(sum(r.spoken for r in results) / outcomes, 4),
        "shown_late": round(sum(r.shown_late for r in results) / outcomes, 4),
        "dropped": round(sum(r.dropped for r in results) / outcomes, 4),
        "results": sum(r.came + r.dropped for r in results),
        "by_tag": _by_tag(results),
        "model": model,
        "machine": machine,
        "details": [
            {
                "id": r.item.id,
                "right": r.right,
                "clean": r.clean,
                "ran": [{"at": round(c.at, 2), "tool": c.tool, **c.arguments} for c in r.ran],
                "agenda": r.agenda,
                "said": [{"at": round(at, 2), "text": text} for at, text in r.said],
            }
            for r in results
        ],
    }


def _by_tag(results: Sequence[WorkResult]) -> dict[str, dict[str, float]]:
    tags = sorted({tag for r in results for tag in r.item.tags})
    rows = {tag: [r for r in results if tag in r.item.tags] for tag in tags}
    return {
        tag: {"items": len(row), "right": sum(r.right for r in row), "accuracy": _share(row, "right")}
        for tag, row in rows.items()
    }


def _share(results: Sequence[WorkResult], name: str) -> float:
    return round(sum(getattr(r, name) for r in results) / len(results), 4) if results else 1.0


def _paired(wanted: Sequence[Wanted], ran: Sequence[Ran]) -> bool:
    left = list(ran)
    for want in wanted:
        match = next((r for r in left if _is(r, want)), None)
        if match is None:
            return False
        left.remove(match)
    return not left


def _is(ran: Ran, wanted: Wanted) -> bool:
    """The same tool, and for every argument one of the right wordings, by the words that carry meaning."""
    return ran.tool == wanted.tool and all(
        any(_words(ran.arguments.get(name, "")) == _words(words) for words in wordings)
        for name, wordings in wanted.arguments.items()
    )


def _words(text: str) -> frozenset[str]:
    return content(plain(text.replace("_", " ")))  # a file is asked for as "house rules" or "house_rules"


def _has(text: str, words: Sequence[str]) -> bool:
    return all(plain(word) in plain(text) for word in words)


def _tool(given: ItemTool) -> Tool:
    def answer(_given: dict[str, Any], _stop: threading.Event) -> str:
        return given.answer

    properties = {name: {"type": "string", "minLength": 1} for name in given.arguments}
    schema = {"type": "object", "properties": properties, "required": list(given.arguments)}
    return Tool(Offer(given.name, schema, given.level), answer, timeout_s=60.0, takes_s=given.after)


def _thinker(answer: str, after: float) -> Tool:
    return Tool(OFFER, lambda _given, _stop: answer, timeout_s=300.0, takes_s=after)
