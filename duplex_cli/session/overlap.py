"""What to do when the user speaks over the assistant: duck, hold, give up, or talk on. Pure, table-tested.

Only speech that *begins* while own speech sounds is somebody who may want the floor. Own speech that begins
while the user is already speaking (a translation, a correction, a warning) was meant to overlap, and that
same stretch of speech never stops it.

The first readings of the words decide, one each tick while own speech sounds: of 33 backchannels and
36 interruptions spoken by hibari and espeak-ng the first came 0.3 to 0.6 s after their onset, in time to
tell "okay" from "actually". Voice activity alone would be 0.2 s faster and cannot tell them apart
(docs/speech.md).
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from duplex_cli.session.backchannel_words import commands, only_backchannels, takes_floor, words_of
from duplex_cli.stream import Percept

Verdict = Literal["duck", "hold", "resume", "give up"]
"""Play quieter while unsure; fall silent and keep the rest; go on (at full level, from the word where it
stopped); fall silent for good."""

WORDLESS_S = 0.8
"""Speech so long of which nothing could be read, or one stray word, takes the floor too. Coughs and cleared
throats end before it, and a cough over own speech leaves enough of the echo for a reader to make out a word
("Three.", from "every step"). facts.md: 0.8 s of talk beat learned predictors of what an overlap means."""

LASTING_S = 0.55
"""A single word that begins no sentence takes the floor if speech is known to last so long: it was misread.
One-word backchannels of three voices and two makers took 0.32 to 0.52 s of voice activity."""

BRIEF_S = 0.65
"""Speech that ended within this said a word or two. Unless one of them is a command or a question word it was
no interruption, whatever a reader made of it: hums ("mm-hm", 0.35 s) come out as "Memo." or "The her."."""

BACKCHANNEL_S = 1.6
"""Backchannels that go on for longer are talk: "makes sense" takes 0.9 s, "oh wow, interesting" 1.4 s."""

BLIND_S = 0.35
"""Speech that began so short a time before own speech did was not known of when that began: voice activity
tells it 0.1 s late, a tick 0.2 s after that."""

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
    blind: bool = False
    """The user went on just before own speech began: it had not finished, and own speech was a mistake."""
    far: bool = False
    """It comes from further off than the user usually speaks from."""
    words: str = ""
    partial: str = ""
    lasts_to: float = 0.0
    """Until when the user is known to have gone on speaking: the end of the sound that was read last."""
    stance: Literal["free", "ducked", "held"] = "free"
    held_at: float = 0.0


def overlapped(
    state: Overlap,
    percepts: Sequence[Percept],
    t: float,
    yields: bool = True,
    meant: Container[int] | None = None,
) -> tuple[Overlap, tuple[Verdict, ...]]:
    """Take in a tick's percepts, which closes at `t` seconds; what to do with own speech now.

    `yields` False: the profile's remarks are all meant to overlap, nothing ever stops them. `meant`: numbers
    of those that may begin over the user; None: all may.
    """
    ended: float | None = None
    for percept in percepts:
        state = _noted(state, percept, meant)
        if percept.kind == "voice" and percept.text in ("start", "stop"):
            ended = percept.at if percept.text == "stop" else None
    if not state.sounding or not yields:
        verdicts: tuple[Verdict, ...] = ("resume",) if state.stance != "free" else ()
        state = replace(state, stance="free")
    else:
        state, verdicts = _during(state, t) if ended is None else _after(state, ended)
    if ended is not None:
        state = replace(state, since=None, over=False, words="", partial="")
    return state, verdicts


def _noted(state: Overlap, percept: Percept, meant: Container[int] | None) -> Overlap:
    if percept.kind == "begun":
        went_on = state.since is not None and not state.far and percept.at - state.since <= BLIND_S
        blind = went_on and meant is not None and int(percept.text) not in meant
        return replace(state, sounding=True, blind=blind)
    if percept.kind in ("played", "cut"):
        return replace(state, sounding=False)
    if percept.kind == "voice" and percept.text == "start":
        words = state.words if state.stance == "held" else ""  # a short breath in the middle of it
        fresh = replace(
            state,
            since=percept.at,
            over=state.sounding,
            blind=False,
            words=words,
            partial="",
            lasts_to=percept.at,
        )
        return replace(fresh, far=percept.where == "far")
    if percept.kind == "voice" and percept.text in ("near", "far"):
        return replace(state, far=percept.text == "far")
    if percept.kind == "hear":
        return replace(state, words=f"{state.words} {percept.text}".strip(), partial="")
    if percept.kind == "partial":
        return replace(state, partial=percept.text, lasts_to=percept.at)
    return state


def _during(state: Overlap, t: float) -> tuple[Overlap, tuple[Verdict, ...]]:
    if state.blind:
        return replace(state, stance="free", over=False, blind=False), ("give up",)
    if state.since is None or not state.over:
        return state, ()
    lasts = state.lasts_to - state.since
    wants = wants_floor(state.words, state.partial, t - state.since, lasts, state.far)
    if state.stance == "held":
        stands = takes_floor(state.words) and not only_backchannels(state.words)
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


def _after(state: Overlap, ended: float) -> tuple[Overlap, tuple[Verdict, ...]]:
    """The user fell silent at `ended`: was it a false alarm?"""
    meant = state.since is not None and _meant(state.words, ended - state.since)
    if state.stance == "held":
        return replace(state, stance="free"), ("give up",) if meant else ("resume",)
    if state.over and not state.far and meant:
        # So short that all of its words came with its end.
        return replace(state, stance="free"), ("give up",)
    return replace(state, stance="free"), ("resume",) if state.stance == "ducked" else ()


def _meant(words: str, seconds: float) -> bool:
    """Whether speech that has ended was meant for the assistant: no backchannels and no stray word or two."""
    if only_backchannels(words):
        return False
    return commands(words) if seconds < BRIEF_S else takes_floor(words)


def wants_floor(words: str, partial: str, seconds: float, lasts: float, far: bool) -> bool | None:
    """Whether speech over own speech takes the floor; None while that cannot be told.

    words, partial: read of it so far, those that stand and those that may change; seconds: since its onset;
    lasts: how much of that is known to be speech.
    """
    if far:
        return False
    text = f"{words} {partial}"
    if not words_of(text):
        return True if seconds >= WORDLESS_S else None
    if only_backchannels(text):
        return seconds >= BACKCHANNEL_S
    if only_backchannels(f"{words} {' '.join(words_of(partial)[:-1])}") and seconds < WORDLESS_S:
        return None  # the sound ends within the last word, which may be none: "I see you." of "I see"
    return True if takes_floor(text) or lasts >= LASTING_S or seconds >= WORDLESS_S else None
