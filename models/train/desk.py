"""The built-in tools at a desk: recall, find_file, read_file, search_files, under the task that a session
writes.

An argument is the words that were said for it, without the article: a search wants all of its words in one
line. Of a request that is put right in mid-sentence only what is meant is called; one that is taken back is
not called.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from duplex_cli.background.builtin import ABOUT, builtin_offers
from duplex_cli.background.offer import offering_task
from models.train.corpora import DATA, table
from models.train.desk_results import bare, result, said, things
from models.train.streams import Pick, Stream, sentence
from models.train.talk import ANY_OPENERS
from models.train.tools import LONG_PAUSE, elsewhere, phrases, polite

Noise = Callable[[Stream], None]

DESK_TOOLS = ("recall", "find_file", "read_file", "search_files")
"""In the order of profiles/desk.toml."""
DESK_TASK = "Help the user with what they ask."
DESK_SHARE = 0.45
"""How often a session stands under the desk profile's own task with all four tools."""
ASKS_SHARE = 0.12
FOREIGN_SHARE = 0.5
"""Of the other sessions, how many tasks list tools of servers besides."""

KINDS = {
    "plain": 36, "natural": 18, "repaired": 10, "retooled": 6, "corrected": 14, "taken_back": 12, "near": 28,
    "order": 6,
}  # fmt: skip
"""Weights of what happens: more than a quarter of what sounds like a request is none, or no more."""
ENDED_CHANCE = 0.9
"""Of a pause after what asks for nothing: a request is not told by its pause alone."""
DROPPED_SHARE = 0.1
"""Of the calls made, how many are dropped before their answer comes."""
LEAD_SHARE, TAIL_SHARE, FILLED_SHARE = 0.15, 0.2, 0.15
SLOT_SHARE = 0.45
"""Of the corrections, how many change one part of what was named ("the minutes from March, no, April")."""
FOREIGN_EVENTS = 0.3
"""Of what happens under a task that lists tools of servers besides, how much is for those."""

_STATED = re.compile(r"(I|I'm|I'd|in|earlier|there|somewhere|the|any|have|has|my|our|you|quickly)\b|\{")
"""How requests begin that are no order and no plain question: what fits before those does not fit here."""
_UMS = ("uh", "um", "er", "you know", "like")
_LIKE = re.compile("search|wikipedia|news|notes|todo|translate_file|library|open|sql")
"""Servers' tools that might serve the same requests."""


@cache
def requests(tool: str) -> tuple[str, ...]:
    """What is said for a tool."""
    return tuple(row[1] for row in table("desk_requests") if row[0] == tool)


@dataclass(frozen=True)
class Thing:
    """What is asked for, what it was called first, and what is said to put that right."""

    name: str
    wrong: str
    change: str


@cache
def _foreign_rows() -> tuple[tuple[str, ...], ...]:
    """Tools of servers, as data/tools.tsv has them, without those that duplex brings."""
    return tuple(row for row in table("tools") if row[0].partition("(")[0] not in ABOUT)


def desk(s: Stream, noise: Noise) -> None:
    """Requests for the built-in tools, put right and taken back, and talk that only sounds like them."""
    p = s.pick
    offered, foreign = _offer(s)
    asked: set[str] = set()
    for _ in range(p.random.randint(6, 9) if s.style.dense else p.random.randint(3, 6)):
        if p.maybe(0.5):
            noise(s)
        if foreign and p.maybe(FOREIGN_EVENTS):
            _foreign(s, p.random.choice(foreign), asked)
        else:
            _event(s, noise, offered, asked)


def _offer(s: Stream) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Puts the task as a session writes it; the built-in tools in it, and the rows of others."""
    p = s.pick
    if p.maybe(DESK_SHARE):
        s.task = offering_task(DESK_TASK, builtin_offers(DESK_TOOLS, [DATA]), p.maybe(ASKS_SHARE))
        return DESK_TOOLS, []
    names = p.random.sample(DESK_TOOLS, p.random.choice((1, 2, 3, 3, 4, 4)))
    s.task = offering_task(p.of(table("ask_tasks"))[0], builtin_offers(names, [DATA]), p.maybe(ASKS_SHARE))
    rows: dict[str, tuple[str, ...]] = {}
    if p.maybe(FOREIGN_SHARE):
        for _ in range(p.random.randint(1, 3)):
            row = p.of(_foreign_rows())
            if not _LIKE.match(row[0]):
                rows[row[0]] = row
        s.task = s.task.removesuffix(".") + "".join(f", {name}" for name in rows) + "."
    return tuple(names), list(rows.values())


def _foreign(s: Stream, row: tuple[str, ...], asked: set[str]) -> None:
    """A request for a server's tool, at times put right."""
    p = s.pick
    name, request, fillers, results, told, *more = row
    right, *own = p.of(fillers.split("|")).split("=")
    wrong = p.of(fillers.split("|")).partition("=")[0]
    if right in asked:
        return
    asked.add(right)

    def call(filler: str) -> str:
        return f"call {name.partition('(')[0]}: {_written(s, ', '.join((filler, *more[:1])))}"

    kind = p.random.choice(("plain", "repaired", "corrected")) if wrong != right else "plain"
    said_first = polite(p, request.format(x=right if kind == "plain" else wrong))
    if kind == "repaired":
        _say(s, f"{said_first} {p.of(said('repair'))} {right}", call(right))
    elif kind == "corrected":
        _say(s, said_first, call(wrong))
        s.wait(0.1, 0.8)
        _say(s, p.of(said("correct")).format(x=right), call(right))
    else:
        _say(s, said_first, call(right))
    came, *words = own or p.random.choice(results.split("|")).split("=")
    s.wait(0.5, 3)
    s.put("result", came, f"say {sentence(told.format(x=right, r=words[0] if words else came))}", "result")
    s.wait(1.5, 4)


def _event(s: Stream, noise: Noise, offered: tuple[str, ...], asked: set[str]) -> None:
    p = s.pick
    kind = p.random.choices(list(KINDS), list(KINDS.values()))[0]
    tool = p.random.choice(DESK_TOOLS if p.maybe(0.1) else offered)
    if tool not in offered and (tool == "recall" or set(offered) != {"recall"}):
        return  # another tool might well serve it
    if kind == "natural":
        _natural(s, noise, offered, asked)
        return
    thing = _thing(s, tool, kind in ("repaired", "corrected"))
    if thing.name in asked:
        return
    asked.add(thing.name)
    if kind == "order":
        s.see(p.of(said("order")), p.random.choice(("", "", "browser", "mail", "chat", "notes.txt:4")))
        return
    if kind == "near":
        request = p.of(requests(tool))
        reported = p.maybe(0.5) and not _STATED.match(request)
        _say(s, elsewhere(p, _fill(request, thing.name)) if reported else p.of(table("desk_near"))[0], None)
        return
    text = _wording(s, kind, tool, thing, offered)
    if kind == "taken_back" or tool not in offered:
        _say(s, text, None)
        return
    if kind == "corrected":
        _say(s, _spoken(p, p.of(requests(tool)), thing.wrong), _call(s, tool, thing.wrong))
        s.wait(0.1, 0.8)
        text = p.of(said("correct")).format(x=thing.change)
    _say(s, text, _call(s, tool, thing.name))
    _answer(s, noise, tool, thing.name)


def _natural(s: Stream, noise: Noise, offered: tuple[str, ...], asked: set[str]) -> None:
    """A request that is written whole, if its tool is offered."""
    said_so, call = s.pick.of(table("desk_natural"))
    tool, _, thing = call.partition(": ")
    if tool in offered and thing not in asked:
        asked.add(thing)
        _say(s, said_so, _call(s, tool, thing))
        _answer(s, noise, tool, thing)


def _thing(s: Stream, tool: str, corrected: bool) -> Thing:
    p, kind = s.pick, "topic" if tool in ("recall", "search_files") else "file"
    if corrected and p.maybe(SLOT_SHARE):
        _, frame, parts = p.of([row for row in table("desk_slots") if row[0] == kind])
        right, wrong = p.random.sample(parts.split("|"), 2)
        return Thing(frame.format(s=right), frame.format(s=wrong), right)
    right, wrong = p.of(things(kind)), p.of(things(kind))
    if s.style.lower:  # a transcriber that writes no capitals writes no dots
        right, wrong = right.replace(".", " dot "), wrong.replace(".", " dot ")
    return Thing(right, wrong, right)


def _fill(request: str, thing: str) -> str:
    return request.format(x=thing, f=thing, n=bare(thing))


def _wording(s: Stream, kind: str, tool: str, thing: Thing, offered: tuple[str, ...]) -> str:
    """What is said to ask for `tool` and `thing`, or to take that back."""
    p = s.pick
    request = p.of(requests(tool))
    whole = _fill(request, thing.name)
    if kind == "repaired":
        return f"{_spoken(p, request, thing.wrong)} {p.of(said('repair'))} {thing.change}"
    if kind == "retooled":
        other = p.of(requests(p.random.choice(offered)))
        begun = re.split(r"\{\w\}", other)[0].split() or ["okay"]
        return f"{' '.join(begun)} {p.of(said('repair'))} {whole}"
    if kind == "taken_back":
        begun = whole.split()
        cut = len(begun) if p.maybe(0.5) else p.random.randint(2, max(2, len(begun) - 1))
        return f"{' '.join(begun[:cut])} {p.of(phrases('drop'))}"
    return _spoken(p, request, thing.name)


def _spoken(p: Pick, request: str, thing: str) -> str:
    """`request` with what people say around and in it."""
    text = _fill(request, thing)
    if not _STATED.match(request):
        text = polite(p, text)
    elif p.maybe(0.4):
        text = f"{p.of(ANY_OPENERS)} {text}"
    if p.maybe(LEAD_SHARE):
        text = f"{p.of(said('lead'))} {text}"
    if p.maybe(TAIL_SHARE):
        text = f"{text} {p.of(said('tail'))}"
    if p.maybe(FILLED_SHARE):
        words = text.split()
        words.insert(p.random.randint(1, len(words) - 1), p.random.choice(_UMS))
        text = " ".join(words)
    return text


def _call(s: Stream, tool: str, thing: str) -> str:
    return f"call {tool}: {_written(s, bare(thing))}"


def _written(s: Stream, text: str) -> str:
    return text.lower() if s.style.lower else text


def _say(s: Stream, text: str, call: str | None) -> None:
    """An utterance, and the call at the pause after it."""
    s.hear(
        text[:1].upper() + text[1:] if s.pick.maybe(0.4) else text,
        [(call, "tool")] if call else [],
        at_pause=call is not None,
        pause=LONG_PAUSE if s.style.dense else ENDED_CHANCE,
        hesitate=0.0,
    )


def _answer(s: Stream, noise: Noise, tool: str, thing: str) -> None:
    """The result in a gap of the talk, told in a sentence, unless it is not wanted any more."""
    p = s.pick
    s.wait(0.5, 1 if s.style.dense else 3)
    if p.maybe(0.2):
        noise(s)
    if p.maybe(DROPPED_SHARE):
        _say(s, p.of(phrases("drop")), None)
        s.wait(0.3, 3)
        return  # an errand that was dropped answers no more
    came, told = result(p, tool, thing)
    s.put("result", came, f"say {sentence(told)}", "result")
    s.wait(1.5, 5)
