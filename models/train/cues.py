"""Words as cues: rules that the user states once and that hold from then on.

Fixed words become a call, and code does the listening; things named by their kind ("an animal") and rules
in the task stay with the model. What fires is decided by the session's own code: no mention is missed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from duplex_cli.session.cues import Cue, Cues, normal, parse
from models.train.corpora import table
from models.train.cue_base import (
    NATURAL_SHARE,
    bare,
    long_talk,
    natural_rule,
    new,
    request,
    settle,
    talk_with,
)  # fmt: skip
from models.train.cue_drills import drill
from models.train.kinds import REMARKS, about, asked, named, rules_of
from models.train.streams import Stream

IN_TASK_SHARE = 0.3
BY_KIND_SHARE = 0.4
STOP_SHARE = 0.3
SECOND_RULE_SHARE = 0.5
MEMBER_SHARE = 0.5
"""Of the things named under a rule about a kind of thing, how many are of that kind."""


def cues(s: Stream, noise: Callable[[Stream], None]) -> None:
    """A rule, asked for or in the task, and talk in which its cue comes up."""
    p = s.pick
    if s.style.dense:
        drill(s)
    elif p.maybe(IN_TASK_SHARE):
        (_task_kind if p.maybe(BY_KIND_SHARE) else _task_word)(s, noise)
    else:
        if p.maybe(0.6):
            s.task = p.of(table("cue_session_tasks"))[0]
        (_asked_kind if p.maybe(BY_KIND_SHARE) else _asked_word)(s, noise)


def uncued(s: Stream, noise: Callable[[Stream], None]) -> None:
    """Rules asked for under a task that has no use for them."""
    p = s.pick
    if p.maybe(0.5):
        kind, text, _, _ = p.of(table("categories"))
        s.hear(p.of(table("cue_rules"))[0].format(k=named(p, kind), t=text))
    else:
        cue, text, _, sort = p.of(table("cue_words"))
        s.hear(request(p, cue, text, sort)[0])
        s.wait(0.5, 3)
        s.hear(talk_with(p, cue, "n"))


def _asked_word(s: Stream, noise: Callable[[Stream], None]) -> None:
    p = s.pick
    rules: list[tuple[str, str]] = []
    if p.maybe(0.4):
        noise(s)
    for _ in range(2 if p.maybe(SECOND_RULE_SHARE) else 1):
        if p.maybe(NATURAL_SHARE):
            cue, sort, said, call = natural_rule(p)
        else:
            cue, text, sort, order = p.of(table("cue_words"))
            said, call = request(p, cue, text, order)
        if any(set(normal(cue)) & set(normal(old)) for old, _ in rules):
            continue
        if s.style.lower:
            cue, said, call = cue.lower(), said.lower(), call.lower()
        if p.maybe(0.5):  # said before there was a rule
            s.hear(talk_with(p, cue, sort))
        s.hear(said, [(call, "cue_call")], at_pause=True)
        rules.append((cue, sort))
        s.wait(0.5, 4)
    _mentions(s, noise, rules, p.random.randint(2, 4))
    if p.maybe(STOP_SHARE):
        frame, which = p.of(table("cue_stops"))
        cue, _ = rules[0]
        name = bare(cue)
        call = f"call cancel: {'all' if which == 'all' else name}"
        s.hear(frame.format(c=name), [(call, "cue_cancel")])
        s.wait(0.5, 3)
        _mentions(s, noise, rules if which == "all" else rules[:1], 2)
    settle(s)


def _mentions(
    s: Stream, noise: Callable[[Stream], None], rules: Sequence[tuple[str, str]], count: int
) -> None:
    p = s.pick
    said: set[str] = set()
    for _ in range(count):
        if p.maybe(0.5):
            s.hear(p.of(table("cue_near"))[0] if p.maybe(0.5) else long_talk(p))
        if p.maybe(0.2):
            noise(s)
        s.hear(new(said, lambda: talk_with(p, *p.random.choice(rules))))
        s.wait(0.3, 3)


def _task_word(s: Stream, noise: Callable[[Stream], None]) -> None:
    p = s.pick
    cue, text, sort, _ = p.of(table("cue_words"))
    text = text.partition("=")[2] or text
    frame = p.of([row for row in table("cue_tasks") if row[0] == "w"])[1]
    s.task = frame.format(c=cue, t=text)
    cue_rule = parse(f"when {cue}: {text}", 1, -1.0)
    assert cue_rule is not None
    if p.maybe(0.5):
        s.hear(long_talk(p))
    _mentions(s, noise, [(cue, sort)], p.random.randint(4, 6))
    settle(s, Cues((cue_rule,)))


def _named_things(s: Stream, row: tuple[str, ...], count: int, said: set[str]) -> None:
    p = s.pick
    for k in range(count):
        if p.maybe(0.3):
            s.hear(p.of(REMARKS))
        member = p.maybe(MEMBER_SHARE) or k == count - 1
        s.hear(new(said, partial(about, p, row, member)), hesitate=0.04)
        s.wait(0.4, 4)


def _asked_kind(s: Stream, noise: Callable[[Stream], None]) -> None:
    p = s.pick
    row = p.of(table("categories"))
    before = p.random.randint(0, 2)
    said: set[str] = set()
    _named_things(s, row, before, said)  # named before there was a rule
    asking, row = asked(p, row)
    s.hear(asking)
    since = s.now
    s.wait(0.5, 4)
    _named_things(s, row, p.random.randint(4, 7), said)
    rules = rules_of(row).rules
    settle(s, Cues(tuple(_since(rule, since) for rule in rules)))


def _since(rule: Cue, at: float) -> Cue:
    return replace(rule, since=at)


def _task_kind(s: Stream, noise: Callable[[Stream], None]) -> None:
    p = s.pick
    row = p.of(table("categories"))
    frame = p.of([r for r in table("cue_tasks") if r[0] == "k"])[1]
    s.task = frame.format(k=named(p, row[0]), t=row[1])
    _named_things(s, row, p.random.randint(5, 8), set())
    settle(s, rules_of(row))
