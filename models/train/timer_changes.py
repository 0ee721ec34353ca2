"""What becomes of reminders once they are set: another time, an end, taken back, cancelled one or all."""

from __future__ import annotations

import re
from dataclasses import dataclass

from models.train.streams import Pick, Stream
from models.train.timer_names import by_time, gerund, person, singled_out
from models.train.timer_requests import ACTIONS, WORDS, by_kind, up
from models.train.timer_times import When, count, limit, period, span, written

CHANGES = by_kind("timer_changes")
_STOPS = by_kind("timer_stops")
STOP_ALL, STOP_ONE, UNDO = _STOPS["all"], _STOPS["one"], _STOPS["undo"]
_SAID = frozenset(said for said, _ in ACTIONS)
_WORDS = frozenset(said for said, _ in WORDS)


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


def once_more(s: Stream, rule: Rule) -> Rule:
    """A timer that was due is put off: "give me two more minutes"."""
    p = s.pick
    when = span(p)
    s.wait(0.3, 2)
    told = rule.told if rule.said else up(when)
    again = p.of(CHANGES["again"]).replace("@0", "").format(t=when.text)
    s.hear(again, [(f"call after {when.text}: {told}", "change")], at_pause=True)
    return Rule(told, "after", when, s.now + when.seconds, rule.said, rule.noun)


def change(s: Stream, rule: Rule) -> None:
    """Another time, or an end, for the rule that was set last."""
    p = s.pick
    if rule.verb == "at":  # another time of day is a new request
        return
    if rule.repeats and p.maybe(0.25):
        ends = limit(p, rule.when.seconds)
        call = f"call every {rule.when.text} {ends.text}: {rule.told}"
        s.hear(
            p.of(CHANGES["limit"]).replace("@0", "").format(l=ends.text), [(call, "change")], at_pause=True
        )
        return
    unit = re.fullmatch(r"(?:\d+|[a-z]+(?:[ -][a-z]+)?) (seconds|minutes|hours)", rule.when.text)
    if unit and " of " not in rule.when.text and p.maybe(0.2):
        n = count(p)
        figure = written(p, n)
        when = When(f"{figure} {unit[1]}", n * UNIT_S[unit[1]])
        text = p.of(CHANGES["bare"]).format(n=figure)
    else:
        template = p.of(CHANGES["any" if p.maybe(0.5) else rule.verb])
        when = period(p, plural="every {t}" not in template) if rule.repeats else span(p)
        text = template.format(t=when.text)
    call = f"call {rule.verb} {when.text}: {rule.told}"
    if not rule.said:  # named by its time, so its new text would not replace the old one
        rule.told = up(when)
        call = f"call after {when.text} instead: {rule.told}"
    s.hear(text.replace("@0", ""), [(call, "change")], at_pause=True)
    rule.when, rule.due_at = when, s.now + when.seconds


def change_one(s: Stream, rules: list[Rule]) -> None:
    """Another time for one of several reminders, by its name."""
    p = s.pick
    able = [rule for rule in rules if rule.said and rule.verb != "at"]
    if not able:
        return
    rule = p.random.choice(able)
    for _ in range(20):
        template = p.of(CHANGES["named" if p.maybe(0.55) else f"named_{rule.verb}"])
        when = period(p, plural="every {t}" not in template) if rule.repeats else span(p)
        text = _filled(p, template, rule, rules)
        if text and " and " not in when.text:
            call = f"call {rule.verb} {when.text}: {rule.told}"
            old = rule.when.text
            if by_time(old) and p.maybe(0.5):
                old = by_time(old).rsplit(" ", 1)[0]
            text = text.replace("{t}", when.text).replace("{old}", old).replace("@0", "")
            s.hear(text, [(call, "change")], at_pause=True)
            rule.when, rule.due_at = when, s.now + when.seconds
            return


def _filled(p: Pick, template: str, rule: Rule, rules: list[Rule]) -> str:
    """`template` with a name of `rule` that no other of `rules` has, "" if it has none of that kind."""
    others = " ".join(f"{r.told} {r.said}".lower() for r in rules if r is not rule)
    slots = {
        "{w}": [rule.noun],
        "{m}": [person(rule.said)],
        "{a}": [rule.said if rule.said in _SAID else ""],
        "{g}": [gerund(rule.said) if rule.said in _SAID else ""],
        "{q}": [rule.said if rule.said in _WORDS and " / " not in rule.told else ""],
        "{one}": singled_out(rule.said, rule.when.text, rules.index(rule), [r.when.text for r in rules]),
    }
    for slot, names in slots.items():
        if slot not in template:
            continue
        fitting = [n for n in names if n and not set(_key(n)) & set(others.split())]
        if not fitting:
            return ""
        template = template.replace(slot, p.random.choice(fitting))
    return template


def _key(name: str) -> list[str]:
    """The words of a name that tell it from others."""
    return [w for w in name.lower().split() if len(w) > 3 and w not in ("about", "reminder", "last", "first")]


def undo(s: Stream, rule: Rule) -> None:
    """The request just made is taken back."""
    s.wait(0.2, 3)
    s.hear(s.pick.of(UNDO), [(f"call cancel: {rule.told}", "cancel")])


_OF_ONE = re.compile(
    r"\b(that|the|my) (reminder|timer)\b|\b(cancel|forget) (that|it)\b|never mind|(turn|shut|switch) that off"
)
_STOPS_OF_SEVERAL = tuple(text for text in STOP_ALL if not _OF_ONE.search(text))
"""With several reminders "cancel that" would leave open which."""
UNIT_S = {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0}


def cancel(s: Stream, rules: list[Rule]) -> None:
    """Everything is ended, or one reminder by its name, or nothing."""
    p = s.pick
    alone = len(rules) == 1
    if p.maybe(0.7 if not alone else 0.25):
        if not cancel_one(s, rules):
            stop_all(s, alone)
            return
        if alone or p.maybe(0.6):
            return
        s.wait(1, 10)
        stop_all(s, len(rules) == 1)
    elif p.maybe(0.8):
        stop_all(s, alone)


def cancel_one(s: Stream, rules: list[Rule]) -> bool:
    """One reminder is ended by its name and taken out of `rules`; whether any has a name."""
    for rule in s.pick.random.sample(rules, len(rules)):
        text = stop_one(s.pick, rule, rules)
        if text:
            s.hear(text, [(f"call cancel: {rule.told}", "cancel")])
            rules.remove(rule)
            return True
    return False


def stop_one(p: Pick, rule: Rule, rules: list[Rule]) -> str:
    """Words that end `rule` by its name, "" if it has none. Alone, "stop" would be enough: it is not used."""
    alone = len(rules) == 1
    for _ in range(20):
        template = p.of(STOP_ONE)
        if alone and re.search(r"\b(stop|enough|never mind|quit|anymore|forget it|one)\b", template):
            continue
        if text := _filled(p, template, rule, rules):
            return text
    return ""


def stop_all(s: Stream, alone: bool) -> None:
    """Words that end everything. Alone, "stop" is clear as it is said; of several, one may be named yet."""
    text = s.pick.of(STOP_ALL if alone else _STOPS_OF_SEVERAL)
    whole = alone or re.search(r"\b(all|everything)\b", text)
    words = text if alone else text.replace("@0", "")
    s.hear(words, [("call cancel: all", "cancel")], at_pause=not whole)
