"""May I speak now? Limits in code on top of the model's judgement. Pure and table-tested."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from duplex_cli.profile import Policy

SAME_REMARK = 0.85
"""Similarity of words (difflib ratio) from which two remarks count as the same one."""


HEARD_REPEAT_S = 3.0
"""A cue said twice within this is one cue: people stumble and repeat a word within two seconds or so."""


CORRECTION = "actually"
"""How the model begins a correction."""
STATEMENT_WORDS = 16
"""Words heard among which a correction's value is looked for: a long sentence."""
_WORD = re.compile(r"\w+")
_FRAME = frozenset(
    """actually a an the it is its s was were are they he she that there have has had in on at of to by not
    from""".split()  # noqa: SIM905
)
"""Words of a correction that say nothing by themselves."""


STOP_LEVEL = 0.1
"""Probability of a call that is enough at a bare "stop". Measured .27 to .89 where it was meant, below .01
for "stop" in talk ("she told me to stop")."""
_STOP = frozenset({"stop", "enough", "cancel", "quit"})
_AROUND_STOP = frozenset("okay ok please now that s it alright right yes thanks thank you there".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Said:
    """A remark that was made."""

    at: float
    text: str
    asked: bool
    """Whether the user had asked for it (a reminder): such remarks use up no budget."""


def withholds(policy: Policy, said: Sequence[Said], t: float, user_speaking: bool, snoozed: bool) -> str:
    """The rule that forbids an unasked remark at session time `t`, or "" if none does."""
    unasked = [s for s in said if not s.asked]
    if policy.on_due_only:
        return "reminders only"
    if snoozed:
        return "snoozed"
    if user_speaking and not policy.overlap:
        return "not over the user"
    if unasked and t - unasked[-1].at < policy.cooldown_s:
        return "cooldown"
    if sum(t - s.at < 3600.0 for s in unasked) >= policy.remarks_per_hour:
        return "hourly budget"
    return ""


def repeats(policy: Policy, said: Sequence[Said], t: float, text: str, answers_speech: bool = False) -> bool:
    """Whether `text` says again what was said within the profile's `repeat_s`.

    In answer to speech the span is at most HEARD_REPEAT_S: who says the same thing twice may be told twice.
    """
    span = min(policy.repeat_s, HEARD_REPEAT_S) if answers_speech else policy.repeat_s
    words = text.lower().split()
    return any(
        t - s.at < span and SequenceMatcher(None, s.text.lower().split(), words).ratio() >= SAME_REMARK
        for s in said
        if not s.asked
    )


def corrects_nothing(heard: Sequence[str], text: str) -> bool:
    """Whether `text` is a correction whose own words were just said: "Actually, it is Canberra." after "the
    capital is Canberra".

    A small model often knows the right value when it writes it, and cannot tell beforehand whether the one
    that was said is right. `heard`: the last words, oldest first; those of the latest statement count.
    """
    if not text.lower().startswith(CORRECTION):
        return False
    said = {word for words in heard[-STATEMENT_WORDS:] for word in _WORD.findall(words.lower())}
    value = [word for word in _WORD.findall(text.lower()) if word not in _FRAME]
    return all(word in said for word in value)


def says_stop(heard: Iterable[str]) -> bool:
    """Whether the words heard are a bare "stop": with a reminder running, little wish to end it is enough."""
    words = [word for text in heard for word in _WORD.findall(text.lower())]
    return any(word in _STOP for word in words) and all(word in _STOP | _AROUND_STOP for word in words)
