"""One request for a reminder or a timer: its words, the word that completes it, the calls that answer it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from models.train.corpora import table
from models.train.streams import Pick
from models.train.timer_names import noun
from models.train.timer_times import When, adjective, clock, few, limit, period, plain, span

Row = tuple[str, ...]


def _told(name: str) -> tuple[tuple[str, str], ...]:
    """(as said, as told back) rows of a table whose second field may be left out."""
    return tuple((row[0], row[-1]) for row in table(name))


ACTIONS = _told("timer_actions")
ALTERNATING = _told("timer_alternating")
THINGS = _told("timer_things")
WORDS = _told("timer_words")
HAPPENINGS = _told("timer_happenings")
PUT_ON = _told("timer_put_on")
FUMBLES = tuple(row[0] for row in table("timer_fumbles"))
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
    "every": 26, "every_x": 4, "every_q": 15, "every_l": 9, "every_h": 2, "after": 24, "after_x": 7,
    "after_q": 6, "after_h": 12, "after_o": 4, "at": 8, "at_x": 2, "at_h": 6, "timer": 8, "timer_u": 4,
    "clock": 4,
}  # fmt: skip
_ALL = tuple(text for texts in REQUESTS.values() for text in texts)
_PLURAL = re.compile(
    r"\{[dp]\} (are|have|pass|go|apart|between|in between|should)\b|(of|than) \{[dp]\}|each time \{p\}"
    r"|let \{d\}|with \{p\}|(whenever|single time) \{p\}"
)
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
_BARE = re.compile(r"(?:other|single|full|half|couple|few|quarter|minute|hour|second)\b")
_IDIOM = re.compile(r"(on|wait) (an?|one|1|half) ")
""" "Hang on a minute" takes nothing back."""
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
    early: bool = False
    """The time comes before what it is for: a pause after it is no place to hesitate."""


_POOLS = {"a": ACTIONS, "q": WORDS, "x": THINGS, "h": HAPPENINGS, "o": PUT_ON}
_SLOT = re.compile(r"\{([aqxho])\}")
_TIME = re.compile(r"\{[dpuc]\}")
_GOES_ON = re.compile(
    r"^(?!.*\b(?:timer|countdown|clock|count)\b).*(?:\b(?:in|after) \{d\}|\{d\} from now|\bat \{c\})$"
)
"""Timers whose words may go on with what they are for ("buzz me in ten minutes" ... "to stretch")."""


def _content(p: Pick, kind: str, template: str) -> tuple[str, str] | None:
    """(as said, as told back) for the slot of `template`, or None if nothing fits in its place."""
    slot = _SLOT.search(template)
    if slot is None:
        return "", ""
    pool = _POOLS[slot[1]]
    if pool in (THINGS, HAPPENINGS, PUT_ON):
        return p.of(pool)
    last = _late(template)
    if kind == "every" and p.maybe(0.15):
        pool = ALTERNATING
    says = kind == "every_q" and re.search(r"\b(say|saying) \{q\}", template)
    for _ in range(30):
        said, told = p.of(pool)
        turns = " / " in told and pool is WORDS
        if not (last and (said in NOT_LAST or turns)) and (says or not turns):
            return said, told
    return None


def _late(template: str) -> bool:
    """Whether what is asked for completes the request, after its time."""
    slot, time = _SLOT.search(template), _TIME.search(template)
    assert slot is not None and time is not None
    return slot.start() > time.start() and (template.endswith(slot[0]) or "{l}" in template)


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
    when = _when(p, template, last and bool(said))
    verb = kind.split("_")[0]
    verb = {"timer": "after", "clock": "at"}.get(verb, verb)
    if kind == "timer":
        told = up(when)
    elif kind == "timer_u":
        told = f"{when.text} timer"
    elif kind == "clock":
        told = f"it is {when.text}"
    thing = p.of(THINGS) if not said and _NAMEABLE.search(template) and p.maybe(0.3) else None
    call = f"call {verb} {when.text}".lower()
    out = Request("", [f"{call}: {told}"], told, verb, when, said=said)
    out.noun = noun(said) if "{q}" not in template else ""
    out.at_pause = last and (when.open or bare in OPEN_TEMPLATES or (not said and bool(_GOES_ON.match(bare))))
    slot, time = _SLOT.search(template), _TIME.search(template)
    out.early = time is not None and (slot is None or time.start() < slot.start())
    if "{l}" in template or "{n}" in template:
        template = _limited(p, out, template, call)
    text = _spoken(p, template, said, last) if said else template
    if thing:
        text = _named(out, text, thing, call)
    elif _TIME.search(text):
        text = _timed(p, out, text, last, call)
    out.text = _whole(_lead(p, text), len(out.calls))
    if not out.at_pause and p.maybe(0.12):
        before, after = p.of(FRAMES)
        out.text = f"{before} {out.text} {after}"
    return out


def _spoken(p: Pick, template: str, said: str, last: bool) -> str:
    """`said` in its slot, at times with a word that does not come ("close the what's it called the garage"),
    or taken back before the right one where the time is yet to come."""
    slot = _SLOT.search(template)
    assert slot is not None
    words = said
    if slot[1] == "a" and " the " in said and p.maybe(0.12):
        words = said.replace(" the ", f" the {p.of(FUMBLES)} the ", 1)
    elif slot[1] in "aqx" and last and _late_time(template) and p.maybe(0.1):
        wrong = p.of(_POOLS[slot[1]])[0]
        while wrong == said or " then " in wrong or (slot[0] == "{q}" and len(wrong.split()) > 2):
            wrong = p.of(_POOLS[slot[1]])[0]
        again = re.search(r"\b(say|shout|to|about) \{", template)
        words = f"{wrong} {p.of(REPAIRS)} {again[1] + ' ' if again and p.maybe(0.7) else ''}{said}"
    return _SLOT.sub(lambda _: words, template)


def _late_time(template: str) -> bool:
    slot, time = _SLOT.search(template), _TIME.search(template)
    return slot is not None and time is not None and slot.end() < time.start()


def _limited(p: Pick, out: Request, template: str, call: str) -> str:
    """A request with an end in a place of its own; one that comes last refines what was whole before it."""
    end = re.search(r"\{[ln]\}", template)
    slot, time = _SLOT.search(template), _TIME.search(template)
    assert end is not None and slot is not None and time is not None
    figure = few(p)
    scope = f"{figure} times" if end[0] == "{n}" else limit(p, out.when.seconds).text
    scoped = f"{call} {scope}: {out.told}"
    core = max(slot, time, key=lambda m: m.start())
    after = end.start() > core.start()
    out.calls = [out.calls[0], scoped] if after else [scoped]
    out.early = True
    text = template.replace(core[0], f"{core[0]}@0")
    text = text.replace("{n} times", f"{scope}{'@1' if after else ''}").replace("{n}", figure)
    return text.replace("{l}", f"{scope}@1" if after else scope).replace(time[0], out.when.text)


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
    if p.maybe(0.13) and slot[0] != "{u}" and not out.at_pause and "it is " not in out.told:
        return _repaired(p, out, text, slot[0], last, call)
    if out.verb == "every" and slot[0] != "{u}" and p.maybe(0.16):
        scope = limit(p, out.when.seconds).text
        scoped = f"{call} {scope}: {out.told}"
        if "@0" not in text and last:
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
    again = f"{before[1]} " if before and (p.maybe(0.5) or _BARE.match(out.when.text)) else ""
    repair = p.of(REPAIRS)
    while _IDIOM.search(f"{repair} {again}{out.when.text}"):
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
