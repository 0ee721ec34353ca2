"""Sessions in which several kinds of thing happen, as people's do: a reminder runs on while code is typed, a
wrong statement falls, a question is put. A model that has only seen sessions of one kind no longer expects a
false statement after three reminders."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from models.train.bugs import code
from models.train.facts import claims, questions
from models.train.stopwatch import stopwatches
from models.train.streams import Stream
from models.train.timers import reminders

Noise = Callable[[Stream], None]
Run = Callable[[Stream, Noise], None]

SHARE = 0.2
"""Events of one kind for one of a session that has only that kind: several kinds fill as many tokens."""
TALK_SHARE = 0.3
"""Of what happens in between, how much is mere talk."""

_CLAIMS: Run = partial(claims, correct=True)
_QUESTIONS: Run = partial(questions, answered=True)
_CODE: Run = partial(code, told=True)
MAINS: tuple[tuple[Run, int], ...] = (
    (reminders, 4),
    (stopwatches, 1),
    (_CLAIMS, 3),
    (_QUESTIONS, 2),
    (_CODE, 3),
)
BETWEEN: tuple[tuple[Run, int], ...] = ((_CLAIMS, 4), (_QUESTIONS, 2), (_CODE, 2))


def mixed(s: Stream, noise: Noise) -> None:
    """Two or three kinds in turn, each with events of other kinds and talk in between."""
    p = s.pick
    s.style.share = SHARE

    def between(s: Stream) -> None:
        if p.maybe(TALK_SHARE):
            noise(s)
        else:
            _one_of(s, BETWEEN)(s, noise)

    for _ in range(p.random.choice((2, 3, 3))):
        _one_of(s, MAINS)(s, between)


def _one_of(s: Stream, runs: tuple[tuple[Run, int], ...]) -> Run:
    return s.pick.random.choices([run for run, _ in runs], [weight for _, weight in runs])[0]
