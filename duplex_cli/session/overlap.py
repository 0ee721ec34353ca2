"""What to do when the user speaks over the assistant: duck, hold, give up, or talk on. Pure, table-tested.

Only speech that *begins* while own speech sounds is somebody who may want the floor. Own speech that begins
while the user is already speaking (a translation, a correction, a warning) was meant to overlap, and that
same stretch of speech never stops it.

The first reading of the words decides: of 33 backchannels and 36 interruptions spoken by hibari and espeak-ng
it came 0.3 to 0.6 s after their onset, in time to tell "okay" from "actually". Voice activity alone would be
0.2 s faster and cannot tell them apart (docs/speech.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from duplex_cli.session.backchannel_words import only_backchannels, takes_floor, words_of
from duplex_cli.stream import Percept

Verdict = Literal["duck", "hold", "resume", "give up"]
"""Play quieter while unsure; fall silent and keep the rest; go on (at full level, from the word where it
stopped); fall silent for good."""

WORDLESS_S = 0.9
"""Speech so long of which nothing could be read, or one stray word, takes the floor too. Coughs and cleared
throats end before it, and a cough over own speech leaves enough of the echo for a reader to make out a word
("Three.", from "every step"). facts.md: 0.8 s of talk beat learned predictors of what an overlap means."""

BACKCHANNEL_S = 1.6
"""Backchannels that go on for longer are talk: "makes sense" takes 0.9 s, "oh wow, interesting" 1.4 s."""

DECIDED_S = 1.2
"""Own speech that is held is given up once words stand (two readings agree on them), or after so long of
speech: then it is no false alarm any more."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Who sounds, and what became of it."""

    sounding: bool = False
    """Own speech sounds, or would if it were not held."""
    since: float | None = None
    """Onset of the user's present stretch of speech, session time; None in silence."""
    over: bool = False
    """It began while own speech sounded."""
    far: bool = False
    """It comes from further off than the user usually speaks from."""
    words: str = ""
    partial: str = ""
    stance: Literal["free", "ducked", "held"] = "free"
    held_at: float = 0.0


def overlapped(
    state: Overlap, percepts: Sequence[Percept], t: float, yields: bool = True
) -> tuple[Overlap, tuple[Verdict, ...]]:
    """Take in a tick's percepts, which closes at `t` seconds; what to do with own speech now.

    `yields` False: the profile's remarks are all meant to overlap, nothing ever stops them.
    """
    ended = False
    for percept in percepts:
        state, stopped = _noted(state, percept)
        ended = stopped or ended
    if not state.sounding or not yields:
        verdicts: tuple[Verdict, ...] = ("resume",) if state.stance != "free" else ()
        state = replace(state, stance="free")
    else:
        state, verdicts = _after(state) if ended else _during(state, t)
    return (replace(state, since=None, over=False, words="", partial="") if ended else state), verdicts


def _noted(state: Overlap, percept: Percept) -> tuple[Overlap, bool]:
    """The state with one percept in it, and whether the user's stretch of speech ended with it."""
    if percept.kind == "begun":
        return replace(state, sounding=True), False
    if percept.kind in ("played", "cut"):
        return replace(state, sounding=False), False
    if percept.kind == "voice" and percept.text == "start":
        fresh = replace(state, since=percept.at, over=state.sounding, words="", partial="")
        return replace(fresh, far=percept.where == "far"), False
    if percept.kind == "voice" and percept.text in ("near", "far"):
        return replace(state, far=percept.text == "far"), False
    if percept.kind == "hear":
        return replace(state, words=f"{state.words} {percept.text}".strip(), partial=""), False
    if percept.kind == "partial":
        return replace(state, partial=percept.text), False
    return state, percept.kind == "voice" and percept.text == "stop"


def _during(state: Overlap, t: float) -> tuple[Overlap, tuple[Verdict, ...]]:
    if state.since is None or not state.over:
        return state, ()
    wants = wants_floor(f"{state.words} {state.partial}", t - state.since, state.far)
    if state.stance == "held":
        stands = _meant(state.words)
        if wants and (stands or t - state.held_at >= DECIDED_S - 1e-6):
            return replace(state, stance="free", over=False), ("give up",)
        return state, ()
    if wants:
        return replace(state, stance="held", held_at=t), ("hold",)
    if wants is None and state.stance == "free":
        return replace(state, stance="ducked"), ("duck",)
    if wants is False and state.stance == "ducked":
        return replace(state, stance="free"), ("resume",)
    return state, ()


def _after(state: Overlap) -> tuple[Overlap, tuple[Verdict, ...]]:
    """The user fell silent: was it a false alarm?"""
    if state.stance == "held":
        return replace(state, stance="free"), ("give up",) if _meant(state.words) else ("resume",)
    if state.over and not state.far and _meant(state.words):
        # So short that all of its words came with its end.
        return replace(state, stance="free"), ("give up",)
    return replace(state, stance="free"), ("resume",) if state.stance == "ducked" else ()


def _meant(words: str) -> bool:
    """Whether speech that has ended was meant for the assistant: more than backchannels or one stray word."""
    return takes_floor(words) and not only_backchannels(words)


def wants_floor(text: str, seconds: float, far: bool) -> bool | None:
    """Whether speech over own speech takes the floor; None while that cannot be told.

    text: words read of it so far, the last ones unstable; seconds: its length so far.
    """
    if far:
        return False
    if not words_of(text):
        return True if seconds >= WORDLESS_S else None
    if only_backchannels(text):
        return seconds >= BACKCHANNEL_S
    return True if takes_floor(text) or seconds >= WORDLESS_S else None
