"""Reminders and timers: set in many phrasings, corrected, changed, several at once, due, cancelled."""

from __future__ import annotations

from collections.abc import Callable

from duplex_cli.interaction import protocol
from models.train.corpora import table
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
NO_REQUESTS = tuple(row[0] for row in table("timer_near"))
THANKS = (
    "okay thanks", "thank you", "great", "perfect thanks", "okay", "got it", "cool", "done", "thanks a lot",
    "alright thanks", "wonderful", "good", "nice thank you", "okay on it", "I'm on it", "will do", "yep",
    "already did", "yes yes I'm going", "okay doing it now",
)  # fmt: skip

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
        disfluent(p, text),
        [(call, "timer") for call in r.calls],
        at_pause=r.at_pause,
        hesitate=0.0 if r.early else 0.08,
    )
    return Rule(r.told, r.verb, r.when, s.now + r.when.seconds, r.said, r.noun)


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
    s.hear(template.format(**slots), [(f"call {r.verb} {r.when.text}: {r.told}", "timer") for r in rules])
    for rule in rules:
        rule.due_at = s.now + rule.when.seconds
    return rules


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
        new = ask_both(s, used) if not rules and p.maybe(0.15) else [ask(s, used)]
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
            s.hear(p.of(UNFINISHED) if p.maybe(0.1) else p.of(NO_REQUESTS), pause=0.9)
        elif event == "all" and rules:
            stop_all(s, len(rules) == 1)
            rules.clear()
        elif event == "cancel" and len(rules) > 1:
            cancel_one(s, rules)
        elif event == "change" and len(rules) > 1:
            change_one(s, rules)
        elif len(rules) < MOST_RULES:
            rules.append(ask(s, used))
            used.add(rules[-1].told)
            if event == "change":
                change(s, rules[-1])
            elif event == "undo":
                undo(s, rules.pop())
        s.wait(0.3, 3)


DRILL_CHARS, ITEM_CHARS = 1040, 14
"""Characters of a drill and those of a line beside its words: about 390 tokens."""
MOST_RULES, MOST_DRILL_DUES = 5, 2


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
