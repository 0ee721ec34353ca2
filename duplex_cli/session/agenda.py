"""Timers and standing rules, kept in code so that they fire to the sample. Pure: values in, values out.

The model decides that a rule exists, how it is worded and when it ends, by calls in this form:

    every four seconds: breathe in / breathe out      (phrases after "/" take turns)
    every twenty minutes for two hours: stretch        every minute, 5 times: drink
    after five minutes: check the oven                 at half past three: call mom
    cancel: oven                                       cancel: all
    when um: slow down                                 (words as a cue: see cues.py)
    start: dishes                                      a stopwatch runs
    elapsed: dishes                                    its time falls due at once: "forty-one seconds"
    stop: dishes                                       the same, and it stands still

One call may set several rules, parted by " ; ":

    after two minutes: take out the eggs ; after ten minutes: drain the pasta

A call with the text of a rule that exists replaces it: that is how "make that forty seconds" works. A timer
that is named by its time ("ten minutes are up") is replaced by `after twelve minutes instead: ...`.
A scope is "for D", "until CLOCK", "N times", "for N rounds", "twice".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from duplex_cli.session import cues as cues_
from duplex_cli.session import stopwatch
from duplex_cli.session.names import content
from duplex_cli.session.rules import Rule, changed, name_words
from duplex_cli.session.scope import grounded, grounded_clock, said_scope, scope_of, without_invented
from duplex_cli.stream import Percept

BOTH = " ; "
"""Parts the rules of one call: "the eggs in two minutes and the pasta in ten" is one request."""

JUST_BEGUN_S = 1.5
"""Nobody asks for a time so soon after the start; a small model at times does."""

SHORTEST_PERIOD_S = 1.0
"""A rule that fires more often could not be spoken before it fires again."""


@dataclass(frozen=True, slots=True)
class Due:
    """A rule fell due: what to remind of, and the exact session time."""

    at: float
    text: str
    rule: int
    timed: bool = True
    """Whether it is to sound exactly `at`; a cue that was just heard is answered as soon as can be."""


@dataclass(frozen=True, slots=True)
class Agenda:
    """All rules in force, and the stopwatches."""

    rules: tuple[Rule, ...] = ()
    next_number: int = 1
    cues: cues_.Cues = field(default_factory=cues_.Cues)
    watches: tuple[stopwatch.Stopwatch, ...] = ()


class NotUnderstood(ValueError):
    """A call that is none: nothing was done. `str()` is a line for the view."""


_CALL = re.compile(
    r"^(?P<verb>every|after|in|at)\s+(?P<when>[^:]*(?::\d{2}[^:]*)?)"
    r":\s*(?P<text>\S.*)$",
    re.IGNORECASE,
)
_TOOL = re.compile(r"^(?!(?:every|after|in|at|when)\b)(?P<name>[a-z][\w.-]*)\s*[:(]", re.IGNORECASE)
"""A call by name that is no rule: tasks may speak of tools, but there are none to call yet."""
_TWICE = re.compile(r"^(?P<text>.+?)\s*:\s*(?P=text)$", re.IGNORECASE)
"""A small model at times writes what to say twice ("breathe in / breathe out: breathe in / breathe out")."""
_WATCH = re.compile(r"^(?P<verb>start|stop|elapsed)\b[\s:]*(?P<name>.*)$", re.IGNORECASE)
_INSTEAD = re.compile(r"\binstead$", re.IGNORECASE)


def apply(
    agenda: Agenda, call: str, at: float, day_s: float, heard: str = ""
) -> tuple[Agenda, str, tuple[int, ...]]:
    """Carry out a call made for something perceived at session time `at`.

    `day_s` is the local time of day at `at`, seconds since midnight. `heard` is what the user said
    lately: a duration that the model wrote but nobody said is replaced by the one that was said last.
    Returns the new agenda, a line for the view ("every 4 s: breathe in / breathe out"), and the numbers
    of rules that ended. Raises NotUnderstood if there is no rule in it that can be carried out.
    """
    lines: list[str] = []
    ended: list[int] = []
    refused: NotUnderstood | None = None
    # "stretch at eleven and at three": rules of one call do not replace each other.
    first = agenda.next_number
    for part in without_invented(call.split(BOTH), heard):
        try:
            agenda, line, numbers = _apply(agenda, part, at, day_s, heard, first)
        except NotUnderstood as error:
            refused = refused or error
            continue
        lines.append(line)
        ended += numbers
    if not lines and refused:
        raise refused
    return agenda, "; ".join(lines), tuple(ended)


def _apply(
    agenda: Agenda, call: str, at: float, day_s: float, heard: str, first: int
) -> tuple[Agenda, str, tuple[int, ...]]:
    """Carry out one rule of a call, which may replace those of earlier calls: of numbers below `first`."""
    call = call.strip().rstrip(".")
    form, colon, text = call.partition(": ")
    if twice := _TWICE.match(text):
        call = f"{form}{colon}{twice['text']}"
    if call.lower().startswith("cancel"):
        return _cancel(agenda, call[len("cancel") :].lstrip(" :"))
    watch = _WATCH.match(call)
    if watch is not None:
        return _watch(agenda, watch["verb"].lower(), watch["name"].strip(), at)
    cue = cues_.parse(call, agenda.next_number, at)
    if cue is not None:
        known, replaced = cues_.add(agenda.cues, cue)
        return replace(agenda, cues=known, next_number=agenda.next_number + 1), cues_.line(cue), replaced
    match = _CALL.match(call)
    if match is None:
        tool = _TOOL.match(call)
        raise NotUnderstood(f"no tool {tool['name']}" if tool else f"not understood: {call}")
    verb, when, text = match["verb"].lower(), match["when"].strip(), match["text"].strip()
    texts = tuple(part.strip() for part in text.split(" / ") if part.strip())
    if verb == "at":
        wait = grounded_clock(when, heard, day_s)
        if wait is None:
            raise NotUnderstood(f"not understood: at {when}")
        return _set(
            agenda, Rule(agenda.next_number, texts, at + wait), f"at {when}: {text}", first, heard, at
        )
    times, until = None, None
    if verb == "every":
        when, times, until = scope_of(when, at, day_s)
    span = grounded(when, heard)
    if verb == "every" and span and times is None and until is None:
        times, until = said_scope(heard, text, span, at, day_s)
    if span is None:
        raise NotUnderstood(f"not understood: {verb} {when}")
    if verb != "every":
        replaced: tuple[int, ...] = ()
        if _INSTEAD.search(when):
            agenda, replaced = _without_last_timer(agenda)
        timer = Rule(agenda.next_number, texts, at + span)
        agenda, line, others = _set(agenda, timer, f"after {span:g} s: {text}", first, heard, at, span)
        return agenda, line, (*replaced, *others)
    if span < SHORTEST_PERIOD_S:
        raise NotUnderstood(f"every {span:g} s is too often to be spoken")
    rule = Rule(agenda.next_number, texts, at + span, span, times=times, until=until)
    return _set(agenda, rule, f"every {span:g} s: {text}", first, heard, at)


def is_timed(call: str) -> bool:
    """Whether `call` sets something that time alone makes fall due; a cue waits for its words."""
    return _CALL.match(call.strip()) is not None


def is_watch(call: str) -> bool:
    """Whether `call` is one of a stopwatch."""
    return _WATCH.match(call.strip()) is not None


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


def cued(agenda: Agenda, percepts: Iterable[Percept]) -> tuple[Agenda, list[Due]]:
    """What newly perceived words call for, in order, and the agenda after it."""
    known, fired = cues_.notice(agenda.cues, percepts)
    return replace(agenda, cues=known), [Due(f.at, f.text, f.rule, timed=False) for f in fired]


def _next(rule: Rule) -> Rule | None:
    if rule.period is None:
        return None
    following = replace(rule, due_at=rule.due_at + rule.period, fired=rule.fired + 1)
    if rule.times is not None and following.fired >= rule.times:
        return None
    if rule.until is not None and following.due_at > rule.until + 1e-6:
        return None
    return following


def _set(
    agenda: Agenda, rule: Rule, line: str, first: int, heard: str, at: float, span: float | None = None
) -> tuple[Agenda, str, tuple[int, ...]]:
    earlier = [old for old in agenda.rules if old.number < first]
    rule, replaced = changed(rule, earlier, heard, at, span)
    rules = (*(old for old in agenda.rules if old.number not in replaced), rule)
    return replace(agenda, rules=rules, next_number=agenda.next_number + 1), line, replaced


def _without_last_timer(agenda: Agenda) -> tuple[Agenda, tuple[int, ...]]:
    """The agenda without the timer that was set last, and its number."""
    last = max((rule.number for rule in agenda.rules if rule.period is None), default=None)
    kept = tuple(rule for rule in agenda.rules if rule.number != last)
    return replace(agenda, rules=kept), () if last is None else (last,)


def _cancel(agenda: Agenda, what: str) -> tuple[Agenda, str, tuple[int, ...]]:
    wanted = content(what)
    dropped = [w for w in agenda.watches if wanted & content(w.name)]
    names = {rule.number: name_words(rule) for rule in agenda.rules}
    names |= {cue.number: cue.words for cue in agenda.cues.rules}
    if dropped and not any(wanted & known for known in names.values()):
        left = tuple(w for w in agenda.watches if w not in dropped)
        return replace(agenda, watches=left), f"ended: {', '.join(w.name for w in dropped)}", ()
    if not names:
        return agenda, "nothing to cancel", ()
    overlap = {number: len(wanted & known) for number, known in names.items()}
    best = max(overlap.values())
    # No word in common ("cancel: all", or a name of its own for the only rule): all of them end.
    ended = tuple(number for number, n in overlap.items() if n == best) if best else tuple(overlap)
    kept = tuple(rule for rule in agenda.rules if rule.number not in ended)
    old = [" / ".join(rule.texts) for rule in agenda.rules if rule.number in ended]
    old += [cues_.line(cue) for cue in agenda.cues.rules if cue.number in ended]
    return (
        replace(agenda, rules=kept, cues=cues_.without(agenda.cues, ended)),
        f"ended: {', '.join(old)}",
        ended,
    )


def _watch(agenda: Agenda, verb: str, name: str, at: float) -> tuple[Agenda, str, tuple[int, ...]]:
    """Start a stopwatch, or let its time fall due at once, as text that need only be read out."""
    if verb == "start":
        name = name or "stopwatch"
        return replace(agenda, watches=stopwatch.start(agenda.watches, name, at)), f"started: {name}", ()
    found = stopwatch.find(agenda.watches, name)
    if found is None:
        raise NotUnderstood(f"no stopwatch runs: {verb} {name}".strip())
    if found.elapsed(at) < JUST_BEGUN_S:
        raise NotUnderstood(f"{found.name} has only just begun")
    watches = stopwatch.stop(agenda.watches, found, at) if verb == "stop" else agenda.watches
    told = stopwatch.in_words(found.elapsed(at))
    rules = (*agenda.rules, Rule(agenda.next_number, (told,), at))
    after = replace(agenda, rules=rules, next_number=agenda.next_number + 1, watches=watches)
    return after, f"{found.name}: {told}", ()
