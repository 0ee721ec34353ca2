"""Reminders and timers: set in many phrasings, corrected, changed, several at once, due, cancelled."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from duplex_cli.interaction import protocol
from models.train.corpora import table
from models.train.streams import Pick, Stream, sentence
from models.train.timer_requests import ACTIONS, NOT_LAST, REQUESTS, by_kind, noun, request, up
from models.train.timer_times import When, count, limit, period, span, written

__all__ = ["ACTIONS", "AFTER", "EVERY", "NO_REQUESTS", "STOP_ALL", "ask", "reminders"]

Noise = Callable[[Stream], None]

AFTER, EVERY = REQUESTS["after"], REQUESTS["every"]
CHANGES = by_kind("timer_changes")
_STOPS = by_kind("timer_stops")
STOP_ALL, STOP_ONE = _STOPS["all"], _STOPS["one"]
JOINED = table("timer_joined")
UNFINISHED = tuple(row[0] for row in table("timer_unfinished"))
NO_REQUESTS = tuple(row[0] for row in table("timer_near"))
_SAID = frozenset(said for said, _ in ACTIONS)
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


@dataclass
class Rule:
    """A reminder in force, as the agenda has it."""

    told: str
    verb: str
    when: When
    due_at: float
    said: str = ""
    noun: str = ""
    fired: int = 0

    @property
    def repeats(self) -> bool:
        return self.verb == "every"


def ask(s: Stream, avoid: set[str]) -> Rule:
    """The user asks for a reminder whose text is none of `avoid`; what the agenda makes of it."""
    p = s.pick
    r = request(p, avoid)
    if s.style.lower:
        r.calls, r.told = [call.lower() for call in r.calls], r.told.lower()
    text = r.text if p.maybe(0.5) else r.text[:1].upper() + r.text[1:]
    s.hear(disfluent(p, text), [(call, "timer") for call in r.calls], at_pause=r.at_pause)
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
        if together and k < rounds - 1:
            continue
        if p.maybe(0.4):
            near_miss(s, noise)
        if p.maybe(0.75) and dues < MOST_DUES:
            dues += fire(s, rules, noise, p.random.randint(1, 4))
    if p.maybe(0.35):
        near_miss(s, noise)
    if rules:
        cancel(s, rules)
    elif p.maybe(0.3):
        s.hear(p.of(THANKS))
    noise(s)


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


def once_more(s: Stream, rule: Rule) -> Rule:
    """A timer that was due is put off: "give me two more minutes"."""
    p = s.pick
    when = span(p)
    s.wait(0.3, 2)
    told = rule.told if rule.said else up(when)
    s.hear(p.of(CHANGES["again"]).format(t=when.text), [(f"call after {when.text}: {told}", "change")])
    return Rule(told, "after", when, s.now + when.seconds, rule.said, rule.noun)


def change(s: Stream, rule: Rule) -> None:
    """Another time, or an end, for the rule that was set last."""
    p = s.pick
    if rule.verb == "at":  # another time of day is a new request
        return
    if rule.repeats and p.maybe(0.25):
        ends = limit(p, rule.when.seconds)
        call = f"call every {rule.when.text} {ends.text}: {rule.told}"
        s.hear(p.of(CHANGES["limit"]).format(l=ends.text), [(call, "change")])
        return
    unit = re.fullmatch(r"(?:\d+|[a-z]+(?:[ -][a-z]+)?) (seconds|minutes|hours)", rule.when.text)
    if unit and " of " not in rule.when.text and p.maybe(0.2):
        n = count(p)
        figure = written(p, n)
        when = When(f"{figure} {unit[1]}", n * UNIT_S[unit[1]])
        text, waits = p.of(CHANGES["bare"]).format(n=figure), True
    else:
        template = p.of(CHANGES["any" if p.maybe(0.5) else rule.verb])
        when = period(p, plural="every {t}" not in template) if rule.repeats else span(p)
        text, waits = template.format(t=when.text), template in _OPEN_CHANGES
    call = f"call {rule.verb} {when.text}: {rule.told}"
    if not rule.said:  # named by its time, so its new text would not replace the old one
        rule.told = up(when)
        call = f"call after {when.text} instead: {rule.told}"
    s.hear(text, [(call, "change")], at_pause=waits)
    rule.when, rule.due_at = when, s.now + when.seconds


_OF_ONE = re.compile(
    r"\b(that|the|my) (reminder|timer)\b|\b(cancel|forget) (that|it)\b|never mind|(turn|shut|switch) that off"
)
_STOPS_OF_SEVERAL = tuple(text for text in STOP_ALL if not _OF_ONE.search(text))
"""With several reminders "cancel that" would leave open which."""
UNIT_S = {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0}
_ALL_CHANGES = tuple(text for texts in CHANGES.values() for text in texts)
_OPEN_CHANGES = frozenset(t for t in _ALL_CHANGES if any(o.startswith(t + " ") for o in _ALL_CHANGES))
"""Changes that others begin with: whole at the pause."""


def cancel(s: Stream, rules: list[Rule]) -> None:
    """Everything is ended, or one reminder by its name, or nothing."""
    p = s.pick
    alone = len(rules) == 1
    if p.maybe(0.7 if not alone else 0.25):
        for rule in rules:
            text = stop_one(p, rule, alone)
            if text:
                s.hear(text, [(f"call cancel: {rule.told}", "cancel")])
                rules.remove(rule)
                break
        else:
            stop_all(s, alone)
            return
        if alone or p.maybe(0.6):
            return
        s.wait(1, 10)
        stop_all(s, len(rules) == 1)
    elif p.maybe(0.8):
        stop_all(s, alone)


def stop_one(p: Pick, rule: Rule, alone: bool) -> str:
    """Words that end `rule` by its name, "" if it has none. Alone, "stop" would be enough: it is not used."""
    for _ in range(20):
        template = p.of(STOP_ONE)
        if alone and re.search(r"\b(stop|enough|never mind|quit|anymore)\b", template):
            continue
        if ("{w}" in template and rule.noun) or ("{a}" in template and _is_action(rule)):
            return template.format(w=rule.noun, a=rule.said)
    return ""


def _is_action(rule: Rule) -> bool:
    return rule.said in _SAID


def stop_all(s: Stream, alone: bool) -> None:
    """Words that end everything. Alone, "stop" is clear as it is said; of several, one may be named yet."""
    text = s.pick.of(STOP_ALL if alone else _STOPS_OF_SEVERAL)
    whole = alone or re.search(r"\b(all|everything)\b", text)
    words = text if alone else text.replace("@0", "")
    s.hear(words, [("call cancel: all", "cancel")], at_pause=not whole)
