"""Words as cues: rules that the user states once and that hold from then on.

Fixed words become a call, and code does the listening; things named by their kind ("an animal") and rules
in the task stay with the model. What fires is decided by the session's own code: no mention is missed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from duplex_cli.session import agenda as agenda_
from duplex_cli.session.cues import Cue, Cues, normal, parse
from duplex_cli.stream import Percept
from models.train.corpora import table
from models.train.kinds import REMARKS, about, named, rules_of
from models.train.streams import SPOKEN_CHARS_S, Item, Pick, Stream, sentence

IN_TASK_SHARE = 0.3
_ANYWHERE = frozenset({"you know", "I mean", "sort of", "kind of", "I guess", "I think", "i mean", "i guess"})
"""Phrases that people drop in anywhere; others stand before or after a sentence."""
_EDGES = frozenset(
    "sorry okay yay hello goodbye please cheers abracadabra hell anyway whatever right".split()  # noqa: SIM905
)
"""Words that stand at one end of a sentence; the fillers go anywhere."""
BY_KIND_SHARE = 0.5
STOP_SHARE = 0.3
SECOND_RULE_SHARE = 0.25
ALONE_S = 0.8
"""What falls due is put to the model in a line of its own, apart from words heard so soon after."""
MEMBER_SHARE = 0.5
"""Of the things named under a rule about a kind of thing, how many are of that kind."""

_ARTICLE = re.compile(r"^(the|my|our|a|an) ", re.IGNORECASE)
_WANTS_BARE = re.compile(r"(word|my|every|each|for) \{c\}")


def cues(s: Stream, noise: Callable[[Stream], None]) -> None:
    """A rule, asked for or in the task, and talk in which its cue comes up."""
    p = s.pick
    if p.maybe(IN_TASK_SHARE):
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
        s.hear(_ask(p, cue, text, sort)[0])
        s.wait(0.5, 3)
        s.hear(_talk_with(p, cue, "n"))


def settle(s: Stream, known: Cues | None = None) -> None:
    """Answer every cue among what was laid out: by `due` for called rules, by the word itself for `known`."""
    agenda = agenda_.Agenda(cues=known or Cues())
    fell = float("-inf")
    for item in sorted(s.items, key=lambda item: item.at):
        if item.percept.kind == "hear" and item.act is None and item.at - fell < ALONE_S:
            item.act = "."
        act = item.act or ""
        agenda, dues = agenda_.cued(agenda, [item.percept])
        if act.startswith("call "):
            agenda, _, _ = agenda_.apply(agenda, act[5:], item.at, 0.0)
            continue
        if not dues or act not in ("", "."):
            continue
        said = f"say {sentence(dues[0].text)}"
        if known is not None:
            item.act, item.tag = said, "cue"
            spoken = 0.5 + len(said) / SPOKEN_CHARS_S
            s.items.append(Item(item.at + spoken, Percept(item.at + spoken, "played", said[4:])))
        else:
            item.act = "."  # the words are one moment, what falls due by them the next
            fell = item.at
            s.later(item.at + 0.02, "due", dues[0].text, said, "cue_due")


def _ask(p: Pick, cue: str, text: str, sort: str) -> tuple[str, str]:
    """(how the rule is asked for, its call)."""
    said, _, told = text.partition("=")
    wanted = ("count",) if p.maybe(0.2) else ("any", sort) if sort == "do" else ("any",)
    rows = [row for row in table("cue_asks") if row[0] in wanted]
    if p.maybe(0.5) and sort == "do" and "do" in wanted:
        rows = [row for row in rows if row[0] == "do"]
    filler = any(row[0].lower() == cue.lower() and row[2] == "f" for row in table("cue_words"))
    rows = [row for row in rows if not ("mention" in row[1] and filler)]
    kind, frame = p.of(rows)
    named = _ARTICLE.sub("", cue) if _WANTS_BARE.search(frame) else cue
    call = f"call when {named}: {'#' if kind == 'count' else told or said}"
    return frame.format(c=named, t=said), call


def _talk_with(p: Pick, cue: str, sort: str) -> str:
    """Talk in which the cue comes up, most often in the middle."""
    if sort == "n":
        return p.of(table("cue_frames"))[0].format(m=cue)
    words = _long_talk(p).split()
    if (" " in cue and cue not in _ANYWHERE) or cue.lower() in _EDGES:
        at = p.random.choice([0, 0, len(words)])
    else:
        at = 0 if p.maybe(0.3) else p.random.randrange(1, len(words))
    return " ".join([*words[:at], cue, *words[at:]])


def _long_talk(p: Pick) -> str:
    """A remark of at least six words."""
    for _ in range(30):
        text = p.of(table("talk"))[0]
        if len(text.split()) >= 6:
            return text
    return p.of(table("cue_frames"))[0].format(m="that")


def _asked_word(s: Stream, noise: Callable[[Stream], None]) -> None:
    p = s.pick
    rules: list[tuple[str, str]] = []
    if p.maybe(0.4):
        noise(s)
    for _ in range(2 if p.maybe(SECOND_RULE_SHARE) else 1):
        cue, text, sort, order = p.of(table("cue_words"))
        if any(set(normal(cue)) & set(normal(old)) for old, _ in rules):
            continue
        if s.style.lower:
            cue, text = cue.lower(), text.lower()
        if p.maybe(0.5):  # said before there was a rule
            s.hear(_talk_with(p, cue, sort))
        said, call = _ask(p, cue, text, order)
        s.hear(said, [(call, "cue_call")])
        rules.append((cue, sort))
        s.wait(0.5, 4)
    _mentions(s, noise, rules, p.random.randint(3, 6))
    if p.maybe(STOP_SHARE):
        frame, which = p.of(table("cue_stops"))
        cue, _ = rules[0]
        bare = _ARTICLE.sub("", cue)
        call = f"call cancel: {'all' if which == 'all' else bare}"
        s.hear(frame.format(c=bare), [(call, "cue_cancel")])
        s.wait(0.5, 3)
        _mentions(s, noise, rules if which == "all" else rules[:1], 2)
    settle(s)


def _mentions(
    s: Stream, noise: Callable[[Stream], None], rules: Sequence[tuple[str, str]], count: int
) -> None:
    p = s.pick
    said: set[str] = set()
    for _ in range(count):
        if p.maybe(0.35):
            s.hear(_long_talk(p))
        if p.maybe(0.2):
            noise(s)
        s.hear(_new(said, lambda: _talk_with(p, *p.random.choice(rules))))
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
        s.hear(_long_talk(p))
    _mentions(s, noise, [(cue, sort)], p.random.randint(4, 8))
    settle(s, Cues((cue_rule,)))


def _new(said: set[str], draw: Callable[[], str]) -> str:
    """A text that was not `said` in this session, where there is another one."""
    text = draw()
    for _ in range(12):
        if text not in said:
            break
        text = draw()
    said.add(text)
    return text


def _named_things(s: Stream, row: tuple[str, ...], count: int, said: set[str]) -> None:
    p = s.pick
    for k in range(count):
        if p.maybe(0.3):
            s.hear(p.of(REMARKS))
        member = p.maybe(MEMBER_SHARE) or k == count - 1
        s.hear(_new(said, partial(about, p, row, member)), hesitate=0.04)
        s.wait(0.4, 4)


def _asked_kind(s: Stream, noise: Callable[[Stream], None]) -> None:
    p = s.pick
    row = p.of(table("categories"))
    before = p.random.randint(0, 2)
    said: set[str] = set()
    _named_things(s, row, before, said)  # named before there was a rule
    s.hear(p.of(table("cue_rules"))[0].format(k=named(p, row[0]), t=row[1]))
    since = s.now
    s.wait(0.5, 4)
    _named_things(s, row, p.random.randint(4, 8), said)
    rules = rules_of(row).rules
    settle(s, Cues(tuple(_since(rule, since) for rule in rules)))


def _since(rule: Cue, at: float) -> Cue:
    return replace(rule, since=at)


def _task_kind(s: Stream, noise: Callable[[Stream], None]) -> None:
    p = s.pick
    row = p.of(table("categories"))
    frame = p.of([r for r in table("cue_tasks") if r[0] == "k"])[1]
    s.task = frame.format(k=named(p, row[0]), t=row[1])
    _named_things(s, row, p.random.randint(5, 10), set())
    settle(s, rules_of(row))


def watchfor(s: Stream, noise: Callable[[Stream], None]) -> None:
    """ "Tell me when …": silence, until the screen shows it."""
    p = s.pick
    if p.maybe(0.6):
        s.task = p.of(table("watch_tasks"))[0]
    drawn = [p.of(table("see_cues")) for _ in range(p.random.randint(3, 4))]
    rows = list(dict.fromkeys(drawn))  # what was told once is not waited for again
    for k, (request, near, fulfilled, remark) in enumerate(rows):
        place = p.of(_PLACES)
        if p.maybe(0.4):
            noise(s)
        asked = p.maybe(0.8) or k == 0 or _TROUBLE.search(fulfilled) is not None
        if asked:
            s.hear(request)
            s.wait(0.5, 6)
        for line in near.split("|"):
            if p.maybe(0.6):
                s.see(line, place, gap=4)
            if p.maybe(0.12):  # not `noise`, whose screen text may say the very thing: "Connected"
                s.hear(_long_talk(p))
        if asked and p.maybe(0.12) and not _TROUBLE.search(fulfilled):
            s.hear(p.of(_RETRACTED))
            asked = False
        s.wait(0.5, 8)
        if p.maybe(0.9):
            s.see(fulfilled, place, f"say {remark}" if asked else None, "seen")
            s.wait(1, 4)


_TROUBLE = re.compile(r"error|fail|timeout", re.IGNORECASE)
"""What an assistant that looks for bugs would name unasked too."""
_PLACES = (
    "", "", "", "", "line 3", "line 12", "browser", "mail", "terminal", "chat", "line 1", "app", "window 2",
    "phone", "status bar", "line 20",
)  # fmt: skip
_RETRACTED = (
    "never mind I can see it myself", "you don't have to tell me anymore", "forget it I'm watching it now",
    "okay don't bother I'll look myself", "no need to tell me about that one",
    "cancel that I don't need to know",
    "actually never mind that", "oh forget what I asked you", "I take that back no need to watch it",
    "don't worry about telling me that", "stop watching that for me", "I changed my mind you needn't tell me",
    "it's fine I don't care about that anymore", "leave it I'll check it later myself",
    "scratch that I don't want to know", "you can stop watching it",
)  # fmt: skip
