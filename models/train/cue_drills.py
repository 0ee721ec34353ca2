"""Drills of cues: as many rules and mentions as a session can hold, each beside talk that is neither."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from duplex_cli.session.cues import Cues, normal, parse
from models.train.corpora import table
from models.train.cue_base import NATURAL_SHARE, bare, natural_rule, new, request, settle, talk_with
from models.train.kinds import REMARKS, SAID, about, asked, members, named, near, rules_of
from models.train.streams import Pick, Stream
from models.train.timers import DRILL_PAUSE

SESSION_TASK_SHARE = 0.6
"""Of the drills in which the user states the rules, how many stand under a task about that."""
RULES = (5, 6)
MENTIONS = (11, 14)
"""Events of a drill; they make 350 to 500 tokens."""
MOST_TRIES = 40
MENTION_SHARE = 0.35
ENDING_SHARE = 0.25
LIST_SHARE = 0.25
"""Of the sentences about things, how many name several at once."""


def drill(s: Stream) -> None:
    """One kind of rule, as densely as can be."""
    p = s.pick
    run = p.random.choices([_rules, _asked_kind, _task_kind, _task_word], [58, 17, 14, 11])[0]
    if run in (_rules, _asked_kind) and p.maybe(SESSION_TASK_SHARE):
        s.task = p.of(table("cue_session_tasks"))[0]
    run(s)


def _rules(s: Stream) -> None:
    """Rules about fixed words, one after the other; talk that sounds like one; some mentions, some ends."""
    p = s.pick
    active: dict[str, str] = {}
    for _ in range(p.random.randint(*RULES)):
        if p.maybe(0.6):
            s.hear(p.of(table("cue_near"))[0], pause=DRILL_PAUSE)
            s.wait(0.2, 2)
        cue, sort, said, call = _rule(s, set(active))
        s.hear(said, [(call, "cue_call")], at_pause=True)
        active[cue] = sort
        s.wait(0.5, 3)
        if p.maybe(MENTION_SHARE):
            s.hear(_mention(p, cue, sort))
            s.wait(0.3, 2)
        if p.maybe(ENDING_SHARE):
            frame, which = p.of(table("cue_stops"))
            name = bare(cue)
            s.hear(
                frame.format(c=name), [(f"call cancel: {'all' if which == 'all' else name}", "cue_cancel")]
            )
            if which == "all":
                active.clear()
            else:
                del active[cue]
            s.wait(0.5, 2)
            if p.maybe(0.3):
                s.hear(_mention(p, cue, sort))
    settle(s)


def _rule(s: Stream, active: set[str]) -> tuple[str, str, str, str]:
    """(cue, its sort, how it is asked for, its call) of a new rule.

    The request itself holds no cue that is in force: what falls due would hide the call.
    """
    p = s.pick
    taken = {word for cue in active for word in normal(cue)}
    tries = 0
    while True:
        if p.maybe(NATURAL_SHARE):
            cue, sort, said, call = natural_rule(p)
        else:
            cue, text, sort, order = p.of(table("cue_words"))
            said, call = request(p, cue, text, order)
        if s.style.lower:
            cue, said, call = cue.lower(), said.lower(), call.lower()
        tries += 1
        if tries == MOST_TRIES or not taken & set(normal(said)):
            return cue, sort, said, call


def _mention(p: Pick, cue: str, sort: str) -> str:
    if sort == "n":
        return p.of(table("cue_frames_short"))[0].format(m=cue)
    return talk_with(p, cue, sort, shortest=3)


def _task_word(s: Stream) -> None:
    """The rule stands in the task: the word itself calls for the answer, words close to it do not."""
    p = s.pick
    cue, text, others = p.of(table("cue_related"))
    s.task = p.of([row for row in table("cue_tasks") if row[0] == "w"])[1].format(c=cue, t=text)
    said: set[str] = set()
    for _ in range(p.random.randint(*MENTIONS)):
        word = cue if p.maybe(0.5) else p.random.choice(others.split("|"))
        if " " not in word and word == word.lower() and p.maybe(0.4):
            word = f"{p.random.choice(['the', 'this', 'that'])} {word}"
        s.hear(new(said, partial(_about_word, p, word)))
        s.wait(0.3, 2)
    rule = parse(f"when {cue}: {text}", 1, -1.0)
    assert rule is not None
    settle(s, Cues((rule,)))


def _about_word(p: Pick, word: str) -> str:
    return p.of(table("cue_frames_short"))[0].format(m=word)


def _things(s: Stream, row: tuple[str, ...], count: int) -> None:
    p = s.pick
    said: set[str] = set()
    for _ in range(count):
        if row[3] not in SAID and p.maybe(LIST_SHARE):
            s.hear(_listed(p, row))
        elif p.maybe(0.1):
            s.hear(p.of(REMARKS))
        else:
            s.hear(new(said, partial(about, p, row, p.maybe(0.5), short=True)))
        s.wait(0.3, 2)


def _listed(p: Pick, row: tuple[str, ...]) -> str:
    """Several things in one breath, one of them of the kind."""
    others = near(row) or ("a letter", "an idea")
    things = [p.random.choice(members(row))[0], *p.random.sample(others, 2)]
    p.random.shuffle(things)
    return p.of(_LISTS).format(*things)


def _asked_kind(s: Stream) -> None:
    """A rule about a kind of thing, asked for; at times it is ended."""
    p = s.pick
    row = p.of(table("categories"))
    _things(s, row, p.random.randint(0, 2))
    said, row = asked(p, row)
    s.hear(said)
    since, until = s.now, float("inf")
    s.wait(0.5, 2)
    _things(s, row, p.random.randint(*MENTIONS) - 3)
    if p.maybe(0.5):
        frame, which = p.of(table("cue_stops"))
        name = bare(row[0]) if p.maybe(0.5) else row[1]
        s.hear(frame.format(c=name), [(f"call cancel: {'all' if which == 'all' else name}", "cue_cancel")])
        until = s.now
        _things(s, row, 2)
    known = tuple(replace(rule, since=since) for rule in rules_of(row).rules)
    settle(s, Cues(known), until)


def _task_kind(s: Stream) -> None:
    p = s.pick
    row = p.of(table("categories"))
    frame = p.of([r for r in table("cue_tasks") if r[0] == "k"])[1]
    s.task = frame.format(k=named(p, row[0]), t=row[1])
    _things(s, row, p.random.randint(*MENTIONS))
    settle(s, rules_of(row))


_LISTS = (
    "{0} {1} and {2}", "first {0} then {1} then {2}", "we have {0} and {1} and also {2}",
    "I need {0} {1} {2}", "there was {0} next to {1} and {2}", "{0} or {1} or maybe {2}",
    "not {0} but {1} and {2}", "{0} behind it {1} and then {2}", "I drew {0} and {1} and {2}",
    "so {0} plus {1} plus {2}", "as follows {0} {1} {2}", "he said {0} and she said {1} and I said {2}",
    "it goes {0} {1} {2}", "I dreamed of {0} then {1} then {2}", "she pointed at {0} at {1} and at {2}",
    "and {0} and {1} and {2}", "over there {0} {1} and {2}", "we saw {0} we saw {1} and {2}",
)  # fmt: skip
