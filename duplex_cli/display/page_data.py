"""A journal made small: what the timeline page needs to draw a session, as one JSON-ready dict.

A three-hour session has 54,000 micro-turns, nearly all idle. So the idle ones are two numbers each (how
long after the one before, what it cost), and only those in which something happened are told in full.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from duplex_cli.display.glyphs import TICK_MS, percentile
from duplex_cli.interaction.protocol import PROMPT, moment
from duplex_cli.stream import micro_turn_from_json

PHRASE_GAP_S = 1.2
"""Words heard within this of each other are drawn as one phrase; a pause in speech that ends a clause is
about half a second, and transcription commits words in bunches up to a second apart."""

WORD_S = 0.3
"""Drawn length of the last word of a phrase, seconds: English is spoken at 3 words a second."""

MAX_FRAME_CHARS = 3_000_000
"""Room for pictures in the page, characters of data: URIs; more are thinned evenly so that a page of a long
session still opens at once."""

SEEN_KINDS = ("see", "rep", "motion", "result")
HIDDEN_KINDS = ("voice", "partial", "begun")


def _thinned(frames: Mapping[str, str], used: list[str]) -> dict[str, str]:
    """The pictures of `used` that fit MAX_FRAME_CHARS, every n-th one where they do not all fit."""
    wanted = [name for name in dict.fromkeys(used) if frames.get(name, "").startswith("data:image/")]
    for step in range(1, len(wanted) + 1):
        kept = wanted[::step]
        if sum(len(frames[name]) for name in kept) <= MAX_FRAME_CHARS:
            return {name: frames[name] for name in kept}
    return {}


class _Collector:
    """Goes through the micro-turns once and keeps what is to be shown."""

    def __init__(self) -> None:
        self.steps: list[int] = []
        """Hundredths of a second from one micro-turn to the next; the first from 0."""
        self.costs: list[float] = []
        self.raw_costs: list[float] = []
        self.missed: list[list[int]] = []
        self.jumps: list[list[int]] = []
        """[position, index] wherever the index is not the position plus the last difference."""
        self.gates: list[list[float]] = []
        self.turns: dict[str, dict[str, Any]] = {}
        self.phrases: list[list[Any]] = []
        self.frames: list[str] = []
        self._at = 0
        self._next_index = 0
        self._told: int | None = None
        self._phrase_open = False

    def add(self, turn: Mapping[str, Any]) -> None:
        """Take in one micro-turn in its JSON form, with its cost."""
        position = len(self.steps)
        hundredths = round(float(turn["at"]) * 100)
        self.steps.append(hundredths - self._at)
        self._at = hundredths
        if turn["index"] != self._next_index:
            self.jumps.append([position, turn["index"]])
        self._next_index = turn["index"] + 1
        cost = float(turn.get("cost_ms", 0.0))
        self.raw_costs.append(cost)
        self.costs.append(round(cost, 1) if cost < 10 else round(cost))
        if turn.get("missed"):
            self.missed.append([position, int(turn["missed"])])
        gate = turn.get("gate")
        if gate:
            shares = (gate["silent"], gate["say"], gate.get("call", 0.0), gate.get("other", 0.0))
            self.gates.append([position, *(round(share, 3) for share in shares)])
        percepts = [p for p in turn.get("percepts", ()) if p["kind"] not in HIDDEN_KINDS]
        acts = [a for a in turn.get("acts", ()) if a["kind"] != "silent"]
        withheld = turn.get("withheld", "")
        if percepts or acts or withheld:
            self.turns[str(position)] = self._full(turn, percepts, acts, withheld)
            for percept in percepts:
                self._perceive(percept, position)

    def _full(
        self, turn: Mapping[str, Any], percepts: list[Any], acts: list[Any], withheld: str
    ) -> dict[str, Any]:
        """What is shown of a micro-turn that is clicked."""
        full: dict[str, Any] = {}
        if percepts:
            full["percepts"] = [
                [p["at"], p["kind"], p.get("text", ""), p.get("where", ""), p.get("frame", "")]
                for p in percepts
            ]
            if turn.get("line"):
                full["read"] = turn["line"]
            elif line := self._line(turn):
                full["line"] = line
        if acts:
            full["acts"] = [
                [a["kind"], a.get("text", ""), a.get("remark", -1), a.get("last", True)] for a in acts
            ]
        if withheld:
            full["withheld"] = withheld
        return full

    def _line(self, turn: Mapping[str, Any]) -> str:
        """The micro-turn as the protocol writes it; empty where nothing was put to the model.

        What falls due is put to the model on its own, after what was perceived.
        """
        if not turn.get("gate"):
            return ""
        percepts = micro_turn_from_json(dict(turn)).percepts
        perceived = [p for p in percepts if p.kind != "due"]
        line = moment(perceived or percepts, turn["at"], self._told)
        if line is None:
            return ""
        self._told = int(turn["at"])
        return line + PROMPT

    def _perceive(self, percept: Mapping[str, Any], position: int) -> None:
        if percept.get("frame"):
            self.frames.append(percept["frame"])
        if percept["kind"] == "pause":
            self._phrase_open = False
        if percept["kind"] != "hear":
            return
        at, text = float(percept["at"]), percept.get("text", "").strip()
        last = self.phrases[-1] if self.phrases else None
        if last is None or not self._phrase_open or at - last[1] > PHRASE_GAP_S:
            self.phrases.append([at, at + WORD_S, text, position])
        else:
            last[1] = max(last[1], at + WORD_S)
            last[2] = f"{last[2]} {text}".strip()
        self._phrase_open = True

    @property
    def end(self) -> float:
        """Session time of the last micro-turn, seconds."""
        return self._at / 100


def _threshold(settings: Mapping[str, Any]) -> float | None:
    """The gate's threshold among the session's settings, written flat or nested."""
    gate = settings.get("gate")
    nested = gate.get("threshold") if isinstance(gate, Mapping) else None
    value = settings.get("gate.threshold", nested)
    return float(value) if isinstance(value, int | float) else None


def _remark(number: int, remark: Mapping[str, Any], taken: set[str]) -> dict[str, Any]:
    """One remark with an id of its own."""
    name = str(remark.get("remark", number))
    if not name.isdigit() or name in taken:
        name = next(str(n) for n in range(number, number + len(taken) + 1) if str(n) not in taken)
    taken.add(name)
    end = remark.get("end")
    at = float(remark["at"])
    return {
        "n": name,
        "at": at,
        "end": max(at, float(end)) if end is not None else at,
        "text": remark.get("text", ""),
        "kind": remark.get("kind") or "say",
        "p": remark.get("p"),
    }


def page_data(
    header: Mapping[str, Any],
    turns: Iterable[Mapping[str, Any]],
    remarks: Iterable[Mapping[str, Any]],
    frames: Mapping[str, str],
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(data for the page's script, totals for its head) of one session.

    `turns` may be a generator: it is gone through once. Raises KeyError where a micro-turn has no "at" or
    "index", ValueError for an unknown kind of percept: such a thing is no journal of ours.
    """
    found = _Collector()
    for turn in turns:
        found.add(turn)
    taken: set[str] = set()
    told = [_remark(number, remark, taken) for number, remark in enumerate(remarks)]
    told.sort(key=lambda remark: remark["at"])
    end = max([found.end, *(remark["end"] for remark in told)])
    pictures = _thinned(frames, found.frames)
    data = {
        "end": end,
        "tick_ms": TICK_MS,
        "threshold": _threshold(header.get("settings") or {}),
        "steps": found.steps,
        "costs": found.costs,
        "missed": found.missed,
        "jumps": found.jumps,
        "gates": found.gates,
        "turns": found.turns,
        "phrases": found.phrases,
        "remarks": told,
        "frames": pictures,
    }
    totals = {
        "seconds": end,
        "ticks": len(found.steps),
        "missed": sum(n for _, n in found.missed),
        "p50": percentile(found.raw_costs, 0.50),
        "p95": percentile(found.raw_costs, 0.95),
        "p99": percentile(found.raw_costs, 0.99),
        "max": max(found.raw_costs, default=0.0),
        "remarks": len(told),
        "frames": len(pictures),
        "frames_of": len(dict.fromkeys(found.frames)),
    }
    return data, totals
