""" "Tell me when …": silence, until the screen shows it.

The lines that must stay silent are mostly such as other requests would be answered by: whether a line is told
depends on what was asked, not on how the line looks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from models.train.corpora import table
from models.train.cue_base import long_talk
from models.train.streams import Pick, Stream, sentence

Noise = Callable[[Stream], None]
THINGS_SHARE = 0.55
"""Of the things waited for in an ordinary session, how many share words with the line that shows them."""
SESSION_TASK_SHARE = 0.6
OWN_WORDS_SHARE = 0.35
"""Of the things waited for by name, at how many the user says what they want to hear."""
NEAR_TALK_SHARE = 0.5
"""Of the remarks in a drill, how many sound like a request and are none."""
_STEM = 4
"""Letters by which two words count as kin: "download" and "downloaded"."""
_FUNCTION = frozenset(
    re.findall(
        r"\S+",
        "a an and any are as be been by can could do does for from get give has have hear i if in into is it"
        " it's just keep know let like look me mind moment my need new next notify now of off on or out over"
        " please say see shout show shows so some something soon speak tell than that the there they this"
        " to up wait want warn watch we when will with would you your says word",
    )
)
_TROUBLE = re.compile(r"error|fail|timeout|crash|exception|panic|conflict|warning|typo", re.IGNORECASE)
"""What an assistant that looks for bugs would name unasked too."""


@dataclass(frozen=True)
class Wish:
    """Something to be told of: the words that ask for it, lines that show it or do not, and the remark."""

    request: str
    shows: tuple[str, ...]
    near: tuple[str, ...]
    remark: str

    @property
    def trouble(self) -> bool:
        return any(_TROUBLE.search(line) for line in self.shows)

    def kin(self, line: str) -> bool:
        """Whether `line` has a word with the wish in common, so that it might pass for what was asked."""
        mine = _stems(" ".join((self.request, self.remark, *self.shows)))
        return bool(mine & _stems(line))


def _stems(text: str) -> set[str]:
    return {w[:_STEM] for w in re.findall(r"[a-z0-9']+", text.lower()) if w not in _FUNCTION}


def thing(p: Pick) -> Wish:
    """One of `watch_things` in one of the wordings of `watch_asks`."""
    kind, what, shows, near, remark = p.of(table("watch_things"))
    said = ""
    if kind == "n" and p.maybe(OWN_WORDS_SHARE):
        kind, said = "x", p.of([row for row in table("cue_words") if row[3] == "say"])[1].lower()
        remark = sentence(said)
    frame = p.of([row for row in table("watch_asks") if row[0] == kind])[1]
    return Wish(frame.format(w=what, t=said), tuple(shows.split("|")), tuple(near.split("|")), remark)


def whole(p: Pick) -> Wish:
    """One of `see_cues`, whose request is a sentence of its own."""
    request, near, fulfilled, remark = p.of(table("see_cues"))
    return Wish(request, (fulfilled,), tuple(near.split("|")), remark)


def watchfor(s: Stream, noise: Noise) -> None:
    """Some wishes, one after the other or two at a time; lines that show them and lines that do not."""
    p = s.pick
    if p.maybe(SESSION_TASK_SHARE):
        s.task = p.of(table("watch_tasks"))[0]
    if s.style.dense:
        _drill(s)
    else:
        _session(s, noise)


def _session(s: Stream, noise: Noise) -> None:
    p = s.pick
    told: set[str] = set()
    for k in range(p.random.randint(3, 4)):
        wish = thing(p) if p.maybe(THINGS_SHARE) else whole(p)
        if wish.remark in told:  # what was told once is not waited for again
            continue
        told.add(wish.remark)
        place = p.of(_PLACES)
        if p.maybe(0.4):
            noise(s)
        asked = p.maybe(0.85) or k == 0 or wish.trouble
        if asked:
            s.hear(wish.request)
            s.wait(0.5, 6)
        for line in wish.near:
            if p.maybe(0.6):
                s.see(line, place, gap=4)
            if p.maybe(0.12):  # not `noise`, whose screen text may say the very thing: "Connected"
                s.hear(long_talk(p))
        if asked and p.maybe(0.12) and not wish.trouble:
            s.hear(p.of(_RETRACTED))
            asked = False
        s.wait(0.5, 8)
        if p.maybe(0.9):
            s.see(p.random.choice(wish.shows), place, f"say {wish.remark}" if asked else None, "seen")
            s.wait(1, 4)


def _drill(s: Stream) -> None:
    """A wish, one to three lines that show other things, then the one; at times two wishes wait together."""
    p = s.pick
    wishes: list[Wish] = []
    while len(wishes) < 8:
        wish = thing(p) if p.maybe(0.8) else whole(p)
        if not any(wish.kin(" ".join((other.request, *other.shows))) for other in wishes):
            wishes.append(wish)
    places = [p.of(_PLACES)] * 2 + [p.of(_PLACES)]
    waiting, spare = wishes[:5], [w for w in wishes[5:] if not w.trouble]
    shown: list[str] = []
    k = 0
    while k < len(waiting):
        now = waiting[k : k + (2 if p.maybe(0.3) else 1)]
        k += len(now)
        for wish in now:
            s.hear(wish.request)
            s.wait(0.5, 2)
        if p.maybe(0.2):
            near_talk = p.maybe(NEAR_TALK_SHARE)
            s.hear(p.of(_NO_REQUESTS) if near_talk else long_talk(p, 3))
        dropped = len(now) == 1 and not now[0].trouble and p.maybe(0.1)
        if dropped:
            s.hear(p.of(_RETRACTED))
        p.random.shuffle(now)
        for wish in now:
            others = [line for w in spare for line in w.shows]
            for _ in range(p.random.randint(1, 3)):
                lines = wish.near if p.maybe(0.5) else (*others, *shown[-2:]) or wish.near
                s.see(p.random.choice(lines), p.random.choice(places), gap=2)
            line = p.random.choice(wish.shows)
            s.see(line, p.random.choice(places), None if dropped else f"say {wish.remark}", "seen", gap=2)
            s.wait(0.8, 2)
            if not wish.trouble:
                shown.append(line)


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
_NO_REQUESTS = (
    "she told me when it was done", "he always tells me when he leaves", "nobody tells me anything here",
    "tell me about it", "let me tell you it was cold", "I told them when it broke",
    "Anna let me know yesterday", "my brother watches the screen all day", "I keep an eye on my diet",
    "I watched for an hour and nothing came", "he warned me when I was ten", "they never let us know in time",
    "Tom tell your sister I called", "when it's done it's done", "as soon as I'm home I'll sleep",
    "you can tell when he lies", "I'll know it when I see it", "we were told it was finished",
    "I saw an error like that last week", "the screen is dirty again",
    "I was waiting for the bus this morning",
    "time will tell", "let me know said the old sign", "look out he shouted and jumped",
)  # fmt: skip
