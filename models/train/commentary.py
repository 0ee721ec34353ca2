"""Live commentary: one short remark for each event, nothing for what merely goes on.

An event is a line that tells that something happened ("The bus arrives"), shown for the first time. Clocks,
counters, menus, places and what still goes on ("stirring") are none, nor is an event shown once more.
"""

from __future__ import annotations

from collections.abc import Callable

from models.train.corpora import held_out, table
from models.train.streams import Pick, Stream

EVENT_SHARE = 0.4
FAULTS_TOLD = frozenset({"general", "bugs"})
"""Kinds of tasks under which an error on the screen is named, whoever asked for comments."""
DOMAINS = 1
DOMAINS_TESTED = 4
"""Kinds of scenes in a session: one in eight of a scene's few events is held out, too few for one session."""
ANY = "any"
"""The domain of lines that stand on any screen."""
MOST_OF_A_DRILL = 21
AGAIN_SHARE = 0.25
"""How often a line is shown again, scrolled or redrawn: the event was told already."""

_PLACES = (
    "", "", "", "", "camera", "line 1", "line 4", "browser", "window", "tv", "line 2", "app", "game",
    "line 7",
    "video", "picture",
)  # fmt: skip


def rows(p: Pick, domains: tuple[str, ...], event: bool) -> list[tuple[str, ...]]:
    """Lines of these domains on this side of the split, with or without a remark."""
    mine = [row for row in table("events") if row[0] in domains and bool(row[2:] and row[2]) == event]
    return [row for row in mine if held_out(str(row)) == p.test] or mine


def commentary(s: Stream, noise: Callable[[Stream], None]) -> None:
    """Lines of one kind of scene under a task that asks for comments."""
    s.task = s.pick.of(table("comment_tasks"))[0]
    _scene(s, noise, told=True)


def uncommented(s: Stream, noise: Callable[[Stream], None]) -> None:
    """The same lines where nobody asked for comments."""
    _scene(s, noise, told=False)


def _scene(s: Stream, noise: Callable[[Stream], None], *, told: bool) -> None:
    p = s.pick
    domains = sorted({row[0] for row in table("events")} - {ANY})
    if not told and s.kind in FAULTS_TOLD:
        domains.remove("terminal")  # its errors are to be told
    p.random.shuffle(domains)
    shown_on = tuple(domains[: DOMAINS_TESTED if p.test else DOMAINS])
    place = p.of(_PLACES)
    events = rows(p, shown_on, True)
    quiet = rows(p, (*shown_on, ANY), False)
    p.random.shuffle(events)
    shown: list[str] = []
    before = ""
    for _ in range(MOST_OF_A_DRILL if s.style.dense else p.random.randint(8, 16)):
        if p.maybe(0.12) and not s.style.dense:
            _talk(s, noise)
        if shown and p.maybe(AGAIN_SHARE * 0.3):
            s.see(p.random.choice(shown), place, gap=3)
        elif events and p.maybe(EVENT_SHARE):
            _, line, remark = events.pop()
            s.wait(0.3, 3)
            s.see(line, place, f"say {remark}" if told else None, "comment", gap=3)
            shown.append(line)
            s.wait(1, 3)
        else:
            line = p.random.choice([row[1] for row in quiet if row[1] != before])
            s.see(line, place, gap=1.5 if s.style.dense else 3)
            before = line
        if p.maybe(0.03):
            s.put("motion", p.random.choice(["start", "stop"]))


def _talk(s: Stream, noise: Callable[[Stream], None]) -> None:
    """`noise` without what it shows: any new line on the screen might be one to comment on."""
    before = len(s.items)
    noise(s)
    s.items[before:] = [item for item in s.items[before:] if item.percept.kind != "see"]
