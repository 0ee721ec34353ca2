"""The figures of `duplex bench voice`: tau-voice, takeover at pauses and turn ends, echo, false
interjections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from duplex_cli.bench.voice_metrics import Effect, Tally, Tick, count
from duplex_cli.bench.voice_metrics import report as tau_report
from duplex_cli.bench.voice_run import Heard
from duplex_cli.bench.voice_speak import Laid
from duplex_cli.session.summary import spread
from duplex_cli.stream import TICK_S

SPEAKS_S = 0.05
"""A tick is one of own speech if so much of it sounds: the fade of 30 ms at a stop makes no tick of
speech."""

TAKEOVER_S, TAKEOVER_WORDS = 1.0, 3
"""Full-Duplex-Bench v1: under a second and at most three words is no takeover."""

ROOM_S = 1.5
"""A user sound accounts for what is heard so long after it: the last reading comes up to 0.6 s after its
end,
the answer of the model a tick or two later."""

EARLY_S = 0.3
"""The time of a word heard is an estimate that may be early by so much (docs/hearing.md)."""

DISTURBING = ("backchannel", "vocal_tic", "non_directed")


def ticks_of(heard: Heard) -> list[Tick]:
    """Who speaks in each tick, as the tau-voice metrics read it.

    A turn in which the speaker only pauses (`holds`) is one turn, pause included. A tic or talk to
    somebody else
    is user speech over own speech, and an effect in silence, as tau-voice marks them. What the user says
    before
    something that the item dictates to the assistant is left out: the one is no answer to the other.
    """
    n = round(heard.item.duration / TICK_S)
    agent = [_covered(heard.agent, i) >= SPEAKS_S for i in range(n)]
    user, backchannel = [False] * n, [False] * n
    effects: list[tuple[tuple[Effect, str], ...]] = [()] * n
    for i, laid in enumerate(heard.user):
        first = int(laid.start / TICK_S)
        end = heard.user[i + 1].start if laid.given.holds and i + 1 < len(heard.user) else laid.end
        span = range(first, min(n, int(end / TICK_S - 1e-9) + 1))
        kind = laid.given.kind
        if kind == "turn" and _leads_in(heard, i):
            continue
        over = agent[first]
        for k in span:
            user[k] = user[k] or kind in ("turn", "backchannel") or over
            if kind == "vocal_tic" or kind == "non_directed":
                effects[k] = (*effects[k], (kind, str(i)))
        backchannel[first] = backchannel[first] or kind == "backchannel"
    return [Tick(user[i], agent[i], backchannel[i], effects[i]) for i in range(n)]


def _leads_in(heard: Heard, i: int) -> bool:
    end = heard.user[i].end
    until = heard.user[i + 1].start if i + 1 < len(heard.user) else heard.item.duration
    following = [n for n, at in heard.begun.items() if end <= at < until]
    return bool(following) and min(following, key=heard.begun.__getitem__) in heard.scripted


def _covered(spans: Sequence[tuple[float, float]], tick: int) -> float:
    start, end = tick * TICK_S, (tick + 1) * TICK_S
    return sum(max(0.0, min(end, b) - max(start, a)) for a, b in spans)


@dataclass(slots=True)
class Exact:
    """What is measured to the sample, beside the ticks of tau-voice."""

    response_s: list[float] = field(default_factory=list)
    compute_s: list[float] = field(default_factory=list)
    """What the tick that answered cost, which simulated time leaves out."""
    yield_s: list[float] = field(default_factory=list)
    pauses: list[bool] = field(default_factory=list)
    """Whether each pause within a turn was taken."""
    turns: list[bool] = field(default_factory=list)
    """Whether each turn that asks for an answer was."""
    self_triggers: int = 0
    own_speech_s: float = 0.0
    false_interjections: int = 0
    seconds: float = 0.0
    resumed: int = 0


def measure(exact: Exact, heard: Heard) -> None:
    """Add one dialogue."""
    exact.seconds += heard.item.duration
    exact.own_speech_s += sum(end - start for start, end in heard.agent)
    own = {n: at for n, at in heard.begun.items() if n not in heard.scripted}
    for i, laid in enumerate(heard.user):
        if laid.given.kind == "turn":
            _measure_turn(exact, heard, i, own)
    exact.false_interjections += sum(_uncalled(heard, at, own) for at in own.values())
    exact.self_triggers += len(self_triggers(heard))
    exact.resumed += sum(a["kind"] == "resume" for a in _acts(heard))


def _measure_turn(exact: Exact, heard: Heard, i: int, own: dict[int, float]) -> None:
    laid = heard.user[i]
    after = heard.user[i + 1].start if i + 1 < len(heard.user) else heard.item.duration
    if _sounds(heard, laid.start):
        stop = next((end for start, end in heard.agent if start <= laid.start < end), None)
        if stop is not None and stop - laid.start <= 2.0:
            exact.yield_s.append(stop - laid.start)
    answers = {n: at for n, at in own.items() if laid.end <= at < after}
    if laid.given.holds:
        exact.pauses.append(any(_takes_over(heard, n) for n in answers))
    elif laid.given.expects:
        exact.turns.append(any(_takes_over(heard, n) for n in answers))
        if answers:
            first = min(answers.values())
            exact.response_s.append(first - laid.end)
            exact.compute_s.append(_cost_s(heard, first))


def _takes_over(heard: Heard, remark: int) -> bool:
    begun = heard.begun[remark]
    end = next((b for a, b in heard.agent if a - 0.05 <= begun <= b), begun)
    return end - begun >= TAKEOVER_S or len(heard.remarks.get(remark, "").split()) > TAKEOVER_WORDS


def _cost_s(heard: Heard, at: float) -> float:
    """Cost of the tick at whose end speech began at `at`."""
    index = round(at / TICK_S) - 1
    return heard.tick_ms[index] / 1000.0 if 0 <= index < len(heard.tick_ms) else 0.0


def _sounds(heard: Heard, at: float) -> bool:
    return any(start <= at < end for start, end in heard.agent)


def _uncalled(heard: Heard, at: float, own: dict[int, float]) -> bool:
    """Whether a remark came though no turn had ended since the one before it."""
    before = max((b for b in own.values() if b < at), default=-1.0)
    return not any(u.given.kind == "turn" and before < u.end <= at for u in heard.user)


def self_triggers(heard: Heard) -> list[float]:
    """When own speech was taken for the user: words heard, or own speech held or given up, while nobody
    spoke."""
    found = []
    for line in heard.lines:
        turn = line.get("turn", {})
        times = [p["at"] for p in turn.get("percepts", ()) if p["kind"] == "hear"]
        times += [turn["at"] for a in turn.get("acts", ()) if a["kind"] == "hold" or _gives_up(a)]
        own = [at for at in times if any(a <= at <= b + ROOM_S for a, b in heard.agent)]
        found += [at for at in own if not any(_near(u, at) for u in heard.user)]
    return found


def _gives_up(act: dict[str, Any]) -> bool:
    return act["kind"] == "yield" and act.get("remark", -1) == -1


def _near(laid: Laid, at: float) -> bool:
    return laid.start - EARLY_S <= at <= laid.end + ROOM_S


def _acts(heard: Heard) -> list[dict[str, Any]]:
    return [act for line in heard.lines for act in line.get("turn", {}).get("acts", ())]


def report(results: Sequence[Heard], model: str, machine: str, fast: bool) -> dict[str, Any]:
    """The object that --json prints."""
    tally, exact = Tally(), Exact()
    for heard in results:
        count(tally, ticks_of(heard))
        measure(exact, heard)
    tau = tau_report(tally)
    tau["response_latency_p95"] = _percentile(tally.responses)
    ticks = [ms for heard in results for ms in heard.tick_ms]
    hours, minutes = exact.seconds / 3600, exact.own_speech_s / 60
    counts = {
        **tau.pop("counts"),
        "pauses": len(exact.pauses),
        "turns": len(exact.turns),
        "self_triggers": exact.self_triggers,
        "own_speech_minutes": round(minutes, 2),
        "false_interjections": exact.false_interjections,
        "hours": round(hours, 3),
    }
    return {
        "suite": "voice",
        "items": len(results),
        **{key: None if value is None else round(value, 4) for key, value in tau.items()},
        "counts": counts,
        "pause_takeover": _share(exact.pauses),
        "turn_takeover": _share(exact.turns),
        "echo_self_triggers_per_minute": round(exact.self_triggers / minutes, 4) if minutes else None,
        "false_interjections_per_hour": round(exact.false_interjections / hours, 2) if hours else None,
        "tick_ms": spread(ticks),
        "missed_ticks": sum(heard.missed for heard in results),
        "exact": {
            "response_s": _spread(exact.response_s),
            "yield_s": _spread(exact.yield_s),
            "compute_of_answer_s": _spread(exact.compute_s),
            "resumed": exact.resumed,
        },
        "erle_db": _mean([h.erle_db for h in results if h.erle_db is not None and h.item.echo is not None]),
        "time": "simulated" if fast else "real",
        "by_tag": by_tag(results),
        "model": model,
        "machine": machine,
        "details": [detail(heard) for heard in results],
    }


def by_tag(results: Sequence[Heard]) -> dict[str, dict[str, Any]]:
    """Right and wrong of what was judged, for each tag."""
    table: dict[str, dict[str, Any]] = {}
    for tag in sorted({tag for heard in results for tag in heard.item.tags}):
        tally, exact = Tally(), Exact()
        tagged = [heard for heard in results if tag in heard.item.tags]
        for heard in tagged:
            count(tally, ticks_of(heard))
            measure(exact, heard)
        tau = tau_report(tally)
        rates = ("response_rate", "yield_rate", *(f"selectivity_{kind}" for kind in DISTURBING))
        row: dict[str, Any] = {"items": len(tagged)}
        row |= {key: round(tau[key], 3) for key in rates if tau[key] is not None}
        row |= {"self_triggers": exact.self_triggers} if exact.own_speech_s else {}
        table[tag] = row
    return table


def detail(heard: Heard) -> dict[str, Any]:
    """What happened in one dialogue, to find out why."""
    return {
        "id": heard.item.id,
        "user": [[u.given.kind, round(u.start, 2), round(u.end, 2)] for u in heard.user],
        "agent": [[round(a, 2), round(b, 2)] for a, b in heard.agent],
        "said": [text for number, text in heard.remarks.items() if number not in heard.scripted],
        "self_triggers": [round(at, 2) for at in self_triggers(heard)],
    }


def _share(values: Sequence[bool]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _mean(values: Sequence[float]) -> float | None:
    return round(float(np.mean(values)), 1) if values else None


def _percentile(values: Sequence[float], q: float = 95) -> float | None:
    return float(np.percentile(values, q)) if values else None


def _spread(values: Sequence[float]) -> dict[str, float | None]:
    return {
        "mean": round(float(np.mean(values)), 3) if values else None,
        "p50": None if not values else round(float(np.percentile(values, 50)), 3),
        "p95": None if not values else round(float(np.percentile(values, 95)), 3),
        "n": len(values),
    }
