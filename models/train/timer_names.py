"""What a reminder is called by when it is changed or ended: its thing, its person, its time, its place."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NOUN = re.compile(r"\b(?:the|my|some|on) ([a-z]+(?: (?:paper|machine|meter|mask|pack))?)$")
_SUBJECT = re.compile(r"^(?:the|my|our) ([a-z]+) (?:[a-z]+s|are|have)\b")
_PERSON = re.compile(r"\b([A-Z][a-z]+)\b")
_UNIT = re.compile(r"^((?:\d+|[a-z]+)(?:[ -](?!second|minute|hour)[a-z]+)?) (second|minute|hour)s$")
_DOUBLED = frozenset(
    """sit put get let run rerun set swap drop cut wrap log submit unplug plug commit flip stir dig chop mop
    trim clip tap pet skip shut begin jog dim top step sip pat hug jot nod grab scrub spin stop tip zip skim
    hum tag squat hop""".split()  # noqa: SIM905
)
_ORDER = ("first", "second", "third", "fourth", "fifth")


def noun(said: str) -> str:
    """ "oven" for "check the oven" and for "the oven is hot", "" where it has no such word."""
    found = _NOUN.search(said) or _SUBJECT.match(said)
    return found[1] if found else ""


def person(said: str) -> str:
    """ "Omar" for "call Omar back", "" where nobody is named."""
    found = _PERSON.search(said)
    return found[1] if found else ""


def gerund(said: str) -> str:
    """ "standing up" for "stand up", "" where a second verb follows."""
    if " and " in said:
        return ""
    verb, _, rest = said.partition(" ")
    if verb in _DOUBLED:
        verb += verb[-1]
    elif verb.endswith("ie"):
        verb = verb[:-2] + "y"
    elif verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        verb = verb[:-1]
    return f"{verb}ing {rest}".strip()


def by_time(time: str) -> str:
    """ "ten minute" for "ten minutes", "" for times that are no plain number of units."""
    found = _UNIT.match(time)
    return f"{found[1]} {found[2]}" if found else ""


def in_order(place: int, of: int) -> list[str]:
    """What the reminder at `place` (from 0) of `of` is called, "" entries excluded."""
    if of < 2:
        return []
    out = [f"the {_ORDER[place]} one"] if place < len(_ORDER) else []
    return [*out, "the last one"] if place == of - 1 else out


def singled_out(said: str, time: str, place: int, times: Sequence[str]) -> list[str]:
    """All the names that only this one of several reminders has: `times` are those of all."""
    out: list[str] = []
    if word := noun(said):
        out += [f"the {word} one", f"the {word} reminder", f"the one about the {word}"]
    if name := person(said):
        out += [f"the one about {name}", f"the {name} one"]
    short = by_time(time)
    if short and sum(by_time(t) == short for t in times) == 1:
        out.append(f"the {short} one")
    return [*out, *in_order(place, len(times))]
