"""Timers and standing rules, kept in code so that they fire to the sample. Pure: values in, values out.

The model decides that a rule exists, how it is worded and when it ends, by calls in this form:

    every four seconds: breathe in / breathe out      (phrases after "/" take turns)
    every twenty minutes for two hours: stretch        every minute, 5 times: drink
    after five minutes: check the oven                 at half past three: call mom
    cancel: oven                                       cancel: all

A call with the text of a rule that exists replaces it: that is how "make that forty seconds" works.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from duplex_cli.session.spoken_time import find_durations, parse_clock, parse_duration

SHORTEST_PERIOD_S = 1.0
"""A rule that fires more often could not be spoken before it fires again."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One timer (period None) or standing rule."""

    number: int
    texts: tuple[str, ...]
    due_at: float
    period: float | None = None
    fired: int = 0
    times: int | None = None
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A rule fell due: what to remind of, and the exact session time."""

    at: float
    text: str
    rule: int


@dataclass(frozen=True, slots=True)
class Agenda:
    """All rules in force."""

    rules: tuple[Rule, ...] = ()
    next_number: int = 1


class NotUnderstood(ValueError):
    """A call that is none: nothing was done. `str()` is a line for the view."""


_CALL = re.compile(
    r"^(?P<verb>every|after|in|at)\s+(?P<when>[^:]*(?::\d{2}[^:]*)?)"
    r":\s*(?P<text>\S.*)$",
    re.IGNORECASE,
)
_TIMES = re.compile(r"[,\s]+(?P<n>\w+)\s+times$", re.IGNORECASE)
_FOR = re.compile(r"\s+(?P<kind>for|until)\s+(?P<span>.+)$", re.IGNORECASE)
_SMALL = frozenset(
    "a an the to my your me and or of in on at for it that all i you please reminder timer".split()  # noqa: SIM905
)


def apply(
    agenda: Agenda, call: str, at: float, day_s: float, heard: str = ""
) -> tuple[Agenda, str, tuple[int, ...]]:
    """Carry out a call made for something perceived at session time `at`.

    `day_s` is the local time of day at `at`, seconds since midnight. `heard` is what the user said
    lately: a duration that the model wrote but nobody said is replaced by the one that was said last.
    Returns the new agenda, a line for the view ("every 4 s: breathe in / breathe out"), and the numbers
    of rules that ended. Raises NotUnderstood.
    """
    call = call.strip().rstrip(".")
    if call.lower().startswith("cancel"):
        return _cancel(agenda, call[len("cancel") :].lstrip(" :"))
    match = _CALL.match(call)
    if match is None:
        raise NotUnderstood(f"not understood: {call}")
    verb, when, text = match["verb"].lower(), match["when"].strip(), match["text"].strip()
    texts = tuple(part.strip() for part in text.split(" / ") if part.strip())
    if verb == "at":
        wait = parse_clock(when, day_s)
        if wait is None:
            raise NotUnderstood(f"not understood: at {when}")
        return _set(agenda, Rule(agenda.next_number, texts, at + wait), f"at {when}: {text}")
    times, until = None, None
    if verb == "every":
        when, times, until = _scope(when, at, day_s)
    span = _grounded(parse_duration(when), heard)
    if span is None:
        raise NotUnderstood(f"not understood: {verb} {when}")
    if verb != "every":
        return _set(agenda, Rule(agenda.next_number, texts, at + span), f"after {span:g} s: {text}")
    if span < SHORTEST_PERIOD_S:
        raise NotUnderstood(f"every {span:g} s is too often to be spoken")
    rule = Rule(agenda.next_number, texts, at + span, span, times=times, until=until)
    return _set(agenda, rule, f"every {span:g} s: {text}")


def due(agenda: Agenda, until: float) -> tuple[Agenda, list[Due]]:
    """All that falls due up to session time `until`, in order, and the agenda after it."""
    fired: list[Due] = []
    rules: list[Rule] = []
    for rule in agenda.rules:
        current: Rule | None = rule
        while current is not None and current.due_at <= until:
            text = current.texts[current.fired % len(current.texts)]
            fired.append(Due(current.due_at, text, current.number))
            current = _next(current)
        if current is not None:
            rules.append(current)
    fired.sort(key=lambda d: (d.at, d.rule))
    return replace(agenda, rules=tuple(rules)), fired


def _next(rule: Rule) -> Rule | None:
    if rule.period is None:
        return None
    following = replace(rule, due_at=rule.due_at + rule.period, fired=rule.fired + 1)
    if rule.times is not None and following.fired >= rule.times:
        return None
    if rule.until is not None and following.due_at > rule.until + 1e-6:
        return None
    return following


def _set(agenda: Agenda, rule: Rule, line: str) -> tuple[Agenda, str, tuple[int, ...]]:
    replaced = tuple(old.number for old in agenda.rules if _words(old) == _words(rule))
    kept = tuple(old for old in agenda.rules if old.number not in replaced)
    return Agenda((*kept, rule), agenda.next_number + 1), line, replaced


def _cancel(agenda: Agenda, what: str) -> tuple[Agenda, str, tuple[int, ...]]:
    if not agenda.rules:
        return agenda, "nothing to cancel", ()
    wanted = _content(what)
    overlap = {rule.number: len(wanted & _words(rule)) for rule in agenda.rules}
    best = max(overlap.values())
    # No word in common ("cancel: all", or a name of its own for the only rule): all of them end.
    ended = tuple(number for number, n in overlap.items() if n == best) if best else tuple(overlap)
    kept = tuple(rule for rule in agenda.rules if rule.number not in ended)
    names = ", ".join(" / ".join(rule.texts) for rule in agenda.rules if rule.number in ended)
    return replace(agenda, rules=kept), f"ended: {names}", ended


def _scope(when: str, at: float, day_s: float) -> tuple[str, int | None, float | None]:
    """Split "four seconds for two minutes" or "minute, 5 times" into the period and its scope."""
    counted = _TIMES.search(when)
    if counted:
        n = parse_duration(f"{counted['n']} seconds")
        return when[: counted.start()], int(n) if n else None, None
    ranged = _FOR.search(when)
    if ranged is None:
        return when, None, None
    if ranged["kind"].lower() == "for":
        span = parse_duration(ranged["span"])
    else:
        span = parse_clock(ranged["span"], day_s)
    return when[: ranged.start()], None, at + span if span else None


def _grounded(written: float | None, heard: str) -> float | None:
    said = find_durations(heard)
    if not said or written in said:
        return written
    return said[-1]


def _content(text: str) -> frozenset[str]:
    return frozenset(w for w in re.findall(r"[\w']+", text.lower()) if w not in _SMALL)


def _words(rule: Rule) -> frozenset[str]:
    return _content(" ".join(rule.texts))
