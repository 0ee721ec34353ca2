"""Conversation: every turn of the user is answered at the pause that ends it, no pause within it is."""

from __future__ import annotations

from collections.abc import Callable

from models.train.corpora import table
from models.train.streams import Stream, sentence

SPLIT_SHARE, PAUSED_SHARE, TALK_SHARE = 0.22, 0.3, 0.12
"""Of what the user says: questions with a thinking pause in them, statements told with one, other talk."""
MURMUR_SHARE = 0.2
"""Of the answers, how many the user murmurs along with."""


def converse(s: Stream, noise: Callable[[Stream], None]) -> None:
    """Questions and requests, each answered; pauses for thought, in questions and in statements, are not."""
    p = s.pick
    for _ in range(p.random.randint(5, 9)):
        x = p.random.random()
        if x < SPLIT_SHARE:
            first, rest, answer = p.of(table("converse_split"))
            _hold(s, first)
            _asked(s, rest, answer)
        elif x < SPLIT_SHARE + PAUSED_SHARE:
            first, rest = p.of(table("converse_pauses"))
            _hold(s, first)
            s.hear(rest, pause=1.0, hesitate=0.0)
        elif x < SPLIT_SHARE + PAUSED_SHARE + TALK_SHARE:
            noise(s)
        else:
            _asked(s, *p.of(table("converse")))
        s.wait(0.5, 4)


def _hold(s: Stream, first: str) -> None:
    """The first part of what is to be said, and the pause for thought after it."""
    s.hear(first, pause=1.0, hesitate=0.0)
    s.wait(0.2, 1.5)


def _asked(s: Stream, text: str, answer: str) -> None:
    """A turn that ends, and its answer; at times the user murmurs while it sounds."""
    p = s.pick
    s.hear(text, [(f"say {sentence(answer)}", "answer")], at_pause=True, hesitate=0.04)
    if p.maybe(MURMUR_SHARE):
        s.hear(p.of(table("murmurs"))[0], pause=0.3)
