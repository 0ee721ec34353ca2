"""Reminders and timers: set in many phrasings, corrected, changed, several at once, due, cancelled."""

from __future__ import annotations

import re
from collections.abc import Callable

from duplex_cli.interaction import protocol
from duplex_cli.session.agenda import BOTH
from models.train.corpora import table
from models.train.natural import natural
from models.train.streams import Pick, Stream, sentence
from models.train.timer_changes import (
    STOP_ALL,
    Rule,
    cancel,
    cancel_one,
    change,
    change_one,
    once_more,
    stop_all,
    undo,
)  # fmt: skip
from models.train.timer_names import noun
from models.train.timer_requests import ACTIONS, NOT_LAST, REQUESTS, request
from models.train.timer_times import period, span

__all__ = ["ACTIONS", "AFTER", "EVERY", "NO_REQUESTS", "STOP_ALL", "ask", "reminders"]

Noise = Callable[[Stream], None]

AFTER, EVERY = REQUESTS["after"], REQUESTS["every"]
JOINED = table("timer_joined")
UNFINISHED = tuple(row[0] for row in table("timer_unfinished"))
NO_REQUESTS = tuple(row[0] for name in ("timer_near", "timer_near_more") for row in table(name))
THANKS = (
    "okay thanks", "thank you", "great", "perfect thanks", "okay", "got it", "cool", "done", "thanks a lot",
    "alright thanks", "wonderful", "good", "nice thank you", "okay on it", "I'm on it", "will do", "yep",
    "already did", "yes yes I'm going", "okay doing it now",
)  # fmt: skip

_MARK = re.compile(r"@\d\b")

NATURAL_SHARE, BOTH_SHARE = 0.45, 0.08
"""Of the requests, how many are sentences written whole, and how many two templates in one breath."""

LONGEST_WAIT_S = 7200.0
"""A timer that lasts longer is not seen to fall due: a session is not that long."""
MOST_DUES = 6
"""Dues of a session: more would teach nothing new."""


ALONE_S = 0.8
"""Two micro-turns: what is perceived within them of a due would stand in its line."""


def ask(s: Stream, avoid: set[str]) -> Rule:
    """The user asks for a reminder whose text is none of `avoid`; what the agenda makes of it."""
    p = s.pick
    r = request(p, avoid)
    if s.style.lower:
        r.calls, r.told = [call.lower() for call in r.calls], r.told.lower()
    text = r.text if p.maybe(0.5) else r.text[:1].upper() + r.text[1:]
    s.hear(
        unmarked(disfluent(p, text)),
        [(final(r.calls), "timer")],
        at_pause=True,
        hesitate=0.0 if r.early else 0.08,
    )
    return Rule(r.told, r.verb, r.when, s.now + r.when.seconds, r.said, r.noun)


def ask_naturally(s: Stream, avoid: set[str]) -> list[Rule]:
    """The user asks in a sentence written whole, for one reminder or several."""
    p = s.pick
    wish = natural(p)
    while any(told in avoid for _, _, told in wish.rules):
        wish = natural(p)
    said, call = disfluent(p, wish.said), wish.call
    if s.style.lower:
        said, call = said.lower(), call.lower()
    s.hear(said, [(call, "timer")], at_pause=True, hesitate=0.0)
    lower = str.lower if s.style.lower else str
    return [
        Rule(lower(told), verb, when, s.now + when.seconds, lower(told), noun(told))
        for verb, when, told in wish.rules
    ]


def ask_any(s: Stream, avoid: set[str], *, one: bool = False) -> list[Rule]:
    """A request of any kind; `one`: for one reminder."""
    x = s.pick.random.random()
    if one or x > NATURAL_SHARE + BOTH_SHARE:
        return [ask(s, avoid)]
    return ask_naturally(s, avoid) if x < NATURAL_SHARE else ask_both(s, avoid)


def ask_both(s: Stream, avoid: set[str]) -> list[Rule]:
    """The user asks for two reminders in one breath."""
    p = s.pick
    verbs, template = p.of(JOINED)
    rules: list[Rule] = []
    slots: dict[str, str] = {}
    for verb, action, time in zip(verbs.split(), "ab", "de", strict=True):
        said, told = p.of(ACTIONS)
        while said in NOT_LAST or told in avoid or any(told == rule.told for rule in rules):
            said, told = p.of(ACTIONS)
        when = period(p) if verb == "every" else span(p)
        slots |= {action: said, time: when.text}
        told = told.lower() if s.style.lower else told
        rules.append(Rule(told, verb, when, 0.0, said, noun(said)))
    calls = [f"{r.verb} {r.when.text}: {r.told}" for r in rules]
    s.hear(unmarked(template.format(**slots)), [(f"call {BOTH.join(calls)}", "timer")], at_pause=True)
    for rule in rules:
        rule.due_at = s.now + rule.when.seconds
    return rules


def unmarked(text: str) -> str:
    """`text` without its marks: a request is answered at the pause after it, when all of it is known."""
    return _MARK.sub("", text)


def final(calls: list[str]) -> str:
    """The last of the calls that the words of one request come to: it says all that the others said."""
    return calls[-1].replace(" instead:", ":")


def disfluent(p: Pick, text: str) -> str:
    """Scatter an "um" or a repeated word, as people speak."""
    words = text.split()
    if len(words) > 4 and p.maybe(0.18):
        k = p.random.randrange(1, len(words) - 1)
        extra = p.random.choice(["um", "uh", "like", "you know", words[k].split("@")[0], "er"])
        if "@" not in words[k - 1]:
            words.insert(k, extra)
    return " ".join(words)


def alone(s: Stream, at: float) -> None:
    """Keep what falls due at `at` in a line of its own, as a session does."""
    for item in s.items:
        if item.act is None and abs(item.at - at) < ALONE_S:
            item.act = protocol.SILENT


def fall_due(s: Stream, rules: list[Rule], began: float) -> Rule:
    """The next rule falls due: in its own time, which may lie in the talk since `began`."""
    rule = min(rules, key=lambda r: r.due_at)
    at = max(rule.due_at, began + 0.1)
    texts = rule.told.split(" / ")
    text = texts[rule.fired % len(texts)]
    s.now = max(s.now, at)
    alone(s, at)
    s.later(at, "due", text, f"say {sentence(text)}", "due")
    rule.fired += 1
    if rule.repeats:
        rule.due_at = at + rule.when.seconds
    else:
        rules.remove(rule)
    return rule


def reminders(s: Stream, noise: Noise) -> None:
    """One session with reminders: set, changed, due, cancelled, and the talk around them."""
    if s.style.dense:
        drill(s)
        return
    p = s.pick
    rules: list[Rule] = []
    used: set[str] = set()
    dues = 0
    rounds = p.random.choice([1, 1, 1, 2, 2, 3])
    together = rounds > 1 and p.maybe(0.35)
    for k in range(rounds):
        if p.maybe(0.5) and not together:
            noise(s)
        if p.maybe(0.12) and not rules:
            s.hear(p.of(UNFINISHED), pause=0.9)
            s.wait(0.5, 4)
            noise(s)
        new = ask_any(s, used, one=bool(rules) and p.maybe(0.5))
        used.update(rule.told for rule in new)
        rules += new
        rule = new[-1]
        if p.maybe(0.22):
            s.wait(0.5, 5)
            change(s, rule)
        elif p.maybe(0.07):
            undo(s, rule)
            rules.remove(rule)
            continue
        if together and k < rounds - 1:
            continue
        if len(rules) > 1 and p.maybe(0.3):
            change_one(s, rules)
        if p.maybe(0.4):
            near_miss(s, noise)
        if p.maybe(0.75) and dues < MOST_DUES:
            dues += fire(s, rules, noise, p.random.randint(1, 4))
    if p.maybe(0.35):
        near_miss(s, noise)
    for rule in [r for r in rules if not r.repeats and r.due_at < s.now]:
        fall_due(s, [rule], s.now)
        rules.remove(rule)
        s.wait(0.5, 2)
    if rules:
        cancel(s, rules)
    elif p.maybe(0.3):
        s.hear(p.of(THANKS))
    noise(s)


def drill(s: Stream) -> None:
    """Requests, changes, cancels and near-misses in a row, and few dues: as many decisions as can be."""
    p = s.pick
    rules: list[Rule] = []
    used: set[str] = set()
    dues = 0
    while sum(len(item.percept.text) + len(item.act or "") + ITEM_CHARS for item in s.items) < DRILL_CHARS:
        late = [rule for rule in rules if rule.due_at < s.now]
        if late and dues < MOST_DRILL_DUES:
            fall_due(s, rules, s.now)
            dues += 1
            s.wait(0.5, 2)
        elif late and not late[0].repeats:  # it was due meanwhile: it is of no more account
            rules.remove(late[0])
            continue
        event = p.random.choices(("ask", "near", "change", "cancel", "undo", "all"), (38, 34, 10, 12, 4, 3))[
            0
        ]
        if event == "near":
            s.hear(p.of(UNFINISHED) if p.maybe(0.1) else p.of(NO_REQUESTS), pause=DRILL_PAUSE)
        elif event == "all" and rules:
            stop_all(s, len(rules) == 1)
            rules.clear()
        elif event == "cancel" and len(rules) > 1:
            cancel_one(s, rules)
        elif event == "change" and len(rules) > 1:
            change_one(s, rules)
        elif len(rules) < MOST_RULES:
            new = ask_any(s, used, one=event != "ask")
            rules += new
            used.update(rule.told for rule in new)
            if event == "change":
                change(s, rules[-1])
            elif event == "undo":
                undo(s, rules.pop())
        s.wait(0.3, 3)


DRILL_CHARS, ITEM_CHARS = 1040, 14
"""Characters of a drill and those of a line beside its words: about 390 tokens."""
MOST_RULES, MOST_DRILL_DUES = 5, 2
DRILL_PAUSE = 3.0
"""Chance of a pause after talk, before what a drill makes of it (a quarter): requests are answered at the
pause, so there must be pauses at which nothing is to be done."""


def near_miss(s: Stream, noise: Noise) -> None:
    """Talk, half of it about time, reminders and stopping."""
    if s.pick.maybe(0.5):
        s.hear(s.pick.of(NO_REQUESTS))
        s.wait(0.3, 3)
    else:
        noise(s)


def fire(s: Stream, rules: list[Rule], noise: Noise, most: int) -> int:
    """Up to `most` dues in the order of time, with talk between and during them; how many there were."""
    p = s.pick
    dues = 0
    for _ in range(most):
        soon = [r for r in rules if r.when.seconds <= LONGEST_WAIT_S]
        if not soon:
            break
        began = s.now
        if p.maybe(0.45):
            near_miss(s, noise)
        upcoming = min(soon, key=lambda r: r.due_at)
        rest = [r for r in rules if r is not upcoming]
        fall_due(s, mine := [upcoming], began)
        rules[:] = rest + mine
        dues += 1
        s.wait(0.5, 2)
        if not mine and p.maybe(0.3):
            rules.append(once_more(s, upcoming))
    return dues
