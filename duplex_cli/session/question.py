"""A question that the picture will answer: `duplex watch --question "tell me when the download is finished"`.

It is put to the model as if the user had said it at the start, under a task that asks for just that. When an
action starts and stops is seen by code (perception.motion) and told by standing rules, as every moment that
must not be missed; the model words them.
"""

from __future__ import annotations

import re

import msgspec

from duplex_cli.errors import UserError
from duplex_cli.profile import Profile, Step
from duplex_cli.stream import Percept

ASKED_AT_S = 0.2
"""When the question counts as asked, seconds: in the first tick."""

PAUSE_S = 0.8
"""When the asker has fallen silent."""

LONGEST = 200
"""Characters: a question, not a page."""

TASK = (
    "The user waits for something on the screen. Watch for it, tell them in a few words as soon as it shows, "
    "and be silent otherwise."
)

STARTS = "when seen motion start: It starts."
STOPS = "when seen motion stop: It stops."
_MOVES = re.compile(
    r"\b(start|begin|stop|end|finish|mov)(e|es|s|ing|ed|ement|ped|ping|ning)?\b", re.IGNORECASE
)


def watching(profile: Profile, question: str) -> Profile:
    """The profile with the question as its task. Raises UserError for an empty or endless question.

    Where movement is watched and the question is about a start or a stop, both are told as they happen.
    """
    asked = " ".join(question.split())
    if not asked or len(asked) > LONGEST:
        raise UserError(f"a question has 1 to {LONGEST} characters, not {len(asked)}; ask shorter")
    script = profile.script
    if profile.senses.motion and _MOVES.search(asked):
        script = (*script, Step(at=0.0, call=STARTS), Step(at=0.0, call=STOPS))
    return msgspec.structs.replace(profile, task=TASK, script=script)


def asking(question: str) -> tuple[Percept, ...]:
    """The question as percepts of the session's first second."""
    words = " ".join(question.split())
    return Percept(ASKED_AT_S, "hear", words), Percept(PAUSE_S, "pause")
