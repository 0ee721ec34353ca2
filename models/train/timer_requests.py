"""One request for a reminder or a timer: its words, the word that completes it, the calls that answer it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from models.train.corpora import table
from models.train.streams import Pick
from models.train.timer_times import When, adjective, clock, limit, period, plain, span

Row = tuple[str, ...]


def _told(name: str) -> tuple[tuple[str, str], ...]:
    """(as said, as told back) rows of a table whose second field may be left out."""
    return tuple((row[0], row[-1]) for row in table(name))


ACTIONS = _told("timer_actions")
ALTERNATING = _told("timer_alternating")
THINGS = _told("timer_things")
WORDS = _told("timer_words")
LEADS = tuple(row[0] for row in table("timer_leads"))
FRAMES = table("timer_frames")
REPAIRS = tuple(row[0] for row in table("timer_repairs"))


def by_kind(name: str) -> dict[str, tuple[str, ...]]:
    """The second fields of a table, sorted by its first."""
    kinds: dict[str, list[str]] = {}
    for kind, text in table(name):
        kinds.setdefault(kind, []).append(text)
    return {kind: tuple(texts) for kind, texts in kinds.items()}


REQUESTS = by_kind("timer_requests")
KINDS = {
    "every": 32, "every_x": 5, "every_q": 10, "after": 28, "after_x": 9, "after_q": 4, "at": 8, "at_x": 2,
    "timer": 9, "timer_u": 4, "clock": 3,
}  # fmt: skip
_ALL = tuple(text for texts in REQUESTS.values() for text in texts)
_PLURAL = re.compile(r"\{[dp]\} (are|have|pass|go)\b|(of|than) \{[dp]\}|each time \{p\}|let \{d\}")
_MODAL = re.compile(r"\b(you|you please|to|will|would|could)$")
_IMPERATIVES = re.compile(
    r"(?:remind|tell|give|set|ping|let|poke|say|nudge|make|warn|get|buzz|shout|start|put|wait|count|check"
    r"|interrupt|speak|yell|bug|drop|jog|hold|have|prompt|cue|signal|alert|notify|add|create|schedule|help|watch"
    r"|remember|keep|do|wake|call|stop|time|run|mention|bring|think|pester|nag|repeat|whisper|pace|guide|begin"
    r"|see|ring)\b"
)


def _prefixes(texts: list[str]) -> set[str]:
    """Those of `texts` that begin with another one."""
    whole = set(texts)
    out = set()
    for text in texts:
        words = text.split()
        if any(" ".join(words[:k]) in whole for k in range(1, len(words))):
            out.add(text)
    return out


_OPENING = {said for said, _ in ACTIONS if any(a.startswith(said + " ") for a, _ in ALTERNATING)}
NOT_LAST = _prefixes([said for said, _ in ACTIONS]) | _prefixes([said for said, _ in WORDS]) | _OPENING
"""Actions that must not end a request: at "stretch" it is whole, so "stretch my legs" would come too late."""
_NAMEABLE = re.compile(r"timer (for|to|of) \{d\}$|\{u\} (timer|countdown)$")
OPEN_TEMPLATES = frozenset(t for t in _ALL if any(o.startswith(t + " ") for o in _ALL))
"""Requests that other requests begin with ("ping me in ten minutes" ... "to stretch"): whole at the pause."""


@dataclass
class Request:
    """`text` carries "@k" at the words where calls[k] is due; `at_pause`: the last waits for the pause."""

    text: str
    calls: list[str]
    told: str
    verb: str
    when: When
    at_pause: bool = False
    noun: str = ""
    said: str = ""


def _content(p: Pick, kind: str, template: str) -> tuple[str, str] | None:
    """(as said, as told back) for the slot of `template`, or None if nothing fits in its place."""
    if "{x}" in template:
        return p.of(THINGS)
    if "{a}" not in template and "{q}" not in template:
        return "", ""
    last = template.endswith(("{a}", "{q}"))
    pool = ACTIONS if "{a}" in template else WORDS
    if kind == "every" and p.maybe(0.22):
        pool = ALTERNATING
    for _ in range(30):
        said, told = p.of(pool)
        turns = " / " in told
        if last and (said in NOT_LAST or (turns and pool is WORDS)):
            continue
        if (
            turns
            and pool is WORDS
            and (kind != "every_q" or not re.search(r"\b(say|saying) \{q\}", template))
        ):
            continue
        return said, told
    return None


def request(p: Pick, avoid: set[str] | None = None) -> Request:
    """A request whose reminder is none of `avoid`."""
    while True:
        kind = p.random.choices(list(KINDS), list(KINDS.values()))[0]
        template = p.of(REQUESTS[kind])
        content = _content(p, kind, template)
        if content is not None and not (avoid and content[1] in avoid):
            break
    said, told = content
    bare = template.replace("@0", "")
    last = bare.endswith(("{d}", "{p}", "{c}"))
    when = _when(p, template, last)
    if not said:
        when = When(when.text, when.seconds, open=when.open)
    verb = kind.split("_")[0]
    verb = {"timer": "after", "clock": "at"}.get(verb, verb)
    if kind == "timer":
        told = up(when)
    elif kind == "timer_u":
        told = f"{when.text} timer"
    elif kind == "clock":
        told = f"it is {when.text}"
    thing = p.of(THINGS) if not said and _NAMEABLE.search(template) and p.maybe(0.3) else None
    text = re.sub(r"\{[aqx]\}", lambda _: said, template)
    call = f"call {verb} {when.text}".lower()
    out = Request("", [f"{call}: {told}"], told, verb, when, said=said)
    out.noun = noun(said) if "{q}" not in template else ""
    out.at_pause = last and (when.open or bare in OPEN_TEMPLATES)
    text = _named(out, text, thing, call) if thing else _timed(p, out, text, last, call)
    out.text = _whole(_lead(p, text), len(out.calls))
    if not out.at_pause and p.maybe(0.12):
        before, after = p.of(FRAMES)
        out.text = f"{before} {out.text} {after}"
    return out


def up(when: When) -> str:
    """What is said of a timer that is about nothing but its time: "ten minutes are up"."""
    single = when.text.split()[0] in ("a", "an", "one", "half", "1")
    return f"{when.text} {'is' if single and not when.text.endswith('s') else 'are'} up"


def _when(p: Pick, template: str, last: bool) -> When:
    plural = bool(_PLURAL.search(template))
    if "{c}" in template:
        return clock(p, last)
    if "{u}" in template:
        return adjective(p)
    return period(p, plural) if "{p}" in template else span(p, plural, last)


def _timed(p: Pick, out: Request, text: str, last: bool, call: str) -> str:
    """Put the time into `text`: taken back before the right one, refined by its tail, limited by a scope."""
    slot = re.search(r"\{[dpuc]\}", text)
    assert slot is not None
    when = out.when
    if when.tail and last:
        out.calls.append(f"{call} {when.tail}: {out.told}")
        return text.replace(slot[0], f"{when.text}@0 {when.tail}@1")
    if p.maybe(0.1) and slot[0] != "{u}" and not out.at_pause and "it is " not in out.told:
        return _repaired(p, out, text, slot[0], last, call)
    if out.verb == "every" and p.maybe(0.16):
        scope = limit(p, out.when.seconds).text
        scoped = f"{call} {scope}: {out.told}"
        if "@0" not in text and (last or p.maybe(0.5)):
            out.calls.append(scoped)
            return f"{text.replace(slot[0], when.text)}@0 {scope}@1"
        out.calls = [scoped]
        return text.replace(slot[0], f"{when.text} {scope}")
    return text.replace(slot[0], when.text)


def _named(out: Request, text: str, thing: tuple[str, str], call: str) -> str:
    """ "Set a timer for ten minutes" is whole; "for the pasta" gives it another text."""
    out.said, out.told = thing
    out.noun = noun(out.said)
    out.calls.append(f"{call} instead: {out.told}")
    return f"{re.sub(r'{[du]}', out.when.text, text)}@0 for {out.said}@1"


def _repaired(p: Pick, out: Request, text: str, slot: str, last: bool, call: str) -> str:
    """ "in twenty seconds no wait in thirty seconds": one call where the request goes on, else two."""
    wrong = clock(p) if slot == "{c}" else plain(p)
    while wrong.open or wrong.text == out.when.text:
        wrong = clock(p) if slot == "{c}" else plain(p)
    before = re.search(rf"\b(in|every|at|after|for) {re.escape(slot)}", text)
    again = f"{before[1]} " if before and p.maybe(0.5) else ""
    repair = p.of(REPAIRS)
    if not last or p.maybe(0.3):
        if slot != "{c}" and p.maybe(0.5):
            short = wrong.text.rsplit(" ", 1)[0]
            return text.replace(slot, f"{short} {repair} {again}{out.when.text}")
        if not last:
            return text.replace(slot, f"{wrong.text} {repair} {again}{out.when.text}")
    if out.said:
        out.calls.insert(0, f"call {out.verb} {wrong.text}: {out.told}")
    else:
        out.calls = [f"call after {wrong.text}: {up(wrong)}", f"{call} instead: {out.told}"]
    return text.replace(slot, f"{wrong.text}@0 {repair} {again}{out.when.text}@1")


def _whole(text: str, calls: int) -> str:
    """Mark the last word if no word is marked for the last call."""
    return text if f"@{calls - 1}" in text else f"{text}@{calls - 1}"


def _modal_fits(text: str) -> bool:
    return _IMPERATIVES.match(text) is not None


def _lead(p: Pick, text: str) -> str:
    """Sometimes a lead before it; "could you" only before an imperative."""
    if p.maybe(0.45):
        return text
    words = p.of(LEADS)
    if _MODAL.search(words) and not _modal_fits(text):
        return text
    return f"{words} {text}"


def noun(said: str) -> str:
    """What a reminder is called by: "oven" for "check the oven", "" where it has no such word."""
    found = re.search(r"\b(?:the|my|some|on) ([a-z]+(?: (?:paper|machine|meter|mask|pack))?)$", said)
    return found[1] if found else ""
