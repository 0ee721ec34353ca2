"""What every session about cues is made of: requests, talk with a cue in it, answers."""

from __future__ import annotations

import re
from collections.abc import Callable

from duplex_cli.session import agenda as agenda_
from duplex_cli.session.cues import Cues, parse
from duplex_cli.stream import Percept
from models.train.corpora import table
from models.train.streams import SPOKEN_CHARS_S, Item, Pick, Stream, sentence

_ANYWHERE = frozenset({"you know", "I mean", "sort of", "kind of", "I guess", "I think", "i mean", "i guess"})
"""Phrases that people drop in anywhere; others stand before or after a sentence."""
_EDGES = frozenset(
    "sorry okay yay hello goodbye please cheers abracadabra hell anyway whatever right".split()  # noqa: SIM905
)
"""Words that stand at one end of a sentence; the fillers go anywhere."""
ALONE_S = 0.8
"""What falls due is put to the model in a line of its own, apart from words heard so soon after."""
NATURAL_SHARE = 0.4
"""Of the rules asked for, how many are sentences written whole in place of a frame with a cue in it."""
STOP_ONLY_SHARE = 0.1
"""Of the rules, how many ask for no words, but to be stopped or for a sound."""
_SIGNALS = {
    "stop": "stop", "stopped": "stop", "interrupt": "stop", "cut": "stop", "warn": "careful",
    "alert": "careful", "beep": "beep", "buzz": "buzz", "ring": "ding", "clap": "clap clap",
    "applaud": "clap clap", "cheer": "hooray", "boo": "boo", "bark": "woof", "sigh": "sigh",
}  # fmt: skip
"""What is said where only the kind of signal was asked for."""
_ARTICLE = re.compile(r"^(the|my|our|a|an) ", re.IGNORECASE)
_WANTS_BARE = re.compile(r"(word|my|every|each|for) \{c\}")


def settle(s: Stream, known: Cues | None = None, until: float = float("inf")) -> None:
    """Answer every cue among what was laid out: by `due` for called rules, by the word itself for `known`.

    `until`: session time in seconds at which the user has ended the rules `known`.
    """
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
        if not dues or item.at > until or act not in ("", "."):
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


def request(p: Pick, cue: str, text: str, sort: str) -> tuple[str, str]:
    """(how the rule is asked for, its call, which is due at the pause after it)."""
    said, _, told = text.partition("=")
    wanted = ("count",) if p.maybe(0.2) else ("any", sort) if sort == "do" else ("any",)
    rows = [row for row in table("cue_asks") if row[0] in wanted]
    if p.maybe(0.5) and sort == "do" and "do" in wanted:
        rows = [row for row in rows if row[0] == "do"]
    if p.maybe(STOP_ONLY_SHARE):
        rows = [row for row in table("cue_asks") if row[0] == "stop"]
    filler = any(row[0].lower() == cue.lower() and row[2] == "f" for row in table("cue_words"))
    rows = [row for row in rows if not ("mention" in row[1] and filler)]
    kind, frame = p.of(rows)
    named = bare(cue) if _WANTS_BARE.search(frame) else cue
    if kind == "stop":
        told = next(word for word in frame.lower().split() if word in _SIGNALS)
        told = _SIGNALS[told]
    call = f"call when {named}: {'#' if kind == 'count' else told or said}"
    return frame.format(c=named, t=said), call


def natural_rule(p: Pick) -> tuple[str, str, str, str]:
    """(cue, its sort, how the rule is asked for, its call) of a request written whole, as people say it."""
    said, call = p.of(table("cue_natural_more"))
    rule = parse(call, 1, 0.0)
    if rule is None:
        raise ValueError(f"cue_natural_more: {call!r} sets no rule")
    cue = " ".join(rule.phrases[0])
    sort = next((row[2] for row in table("cue_words") if row[0].lower() == cue), "f")
    return cue, sort, said, f"call {call}"


def bare(cue: str) -> str:
    """Without its article or pronoun."""
    return _ARTICLE.sub("", cue)


def talk_with(p: Pick, cue: str, sort: str, shortest: int = 6) -> str:
    """Talk in which the cue comes up, most often in the middle."""
    if sort == "n":
        return p.of(table("cue_frames"))[0].format(m=cue)
    words = long_talk(p, shortest).split()
    if (" " in cue and cue not in _ANYWHERE) or cue.lower() in _EDGES:
        at = p.random.choice([0, 0, len(words)])
    else:
        at = 0 if p.maybe(0.3) else p.random.randrange(1, len(words))
    return " ".join([*words[:at], cue, *words[at:]])


def long_talk(p: Pick, shortest: int = 6) -> str:
    """A remark of at least `shortest` words."""
    for _ in range(30):
        text = p.of(table("talk"))[0]
        if shortest <= len(text.split()) <= (99 if shortest >= 6 else 8):
            return text
    return p.of(table("cue_frames"))[0].format(m="that")


def new(said: set[str], draw: Callable[[], str]) -> str:
    """A text that was not `said` in this session, where there is another one."""
    text = draw()
    for _ in range(12):
        if text not in said:
            break
        text = draw()
    said.add(text)
    return text
