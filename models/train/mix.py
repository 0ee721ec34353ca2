"""Which sessions training and evaluation are made of."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from models.train.bugs import code
from models.train.commentary import commentary, uncommented
from models.train.company import cut_off, interrupted, story
from models.train.converse import converse
from models.train.counting import counting, uncounted
from models.train.cues import cues, uncued
from models.train.desk import desk
from models.train.facts import claims, questions
from models.train.mixed import mixed
from models.train.stopwatch import stopwatches
from models.train.streams import Line, Pick, Stream
from models.train.talk import noise
from models.train.tasks import KINDS, task
from models.train.timers import ask, reminders
from models.train.tools import delegate, tools, unserved
from models.train.translate import translation, untranslated
from models.train.watching import watchfor
from models.train.words import switching

Noise = Callable[[Stream], None]
Run = Callable[[Stream, Noise], None]


@dataclass(frozen=True)
class Mode:
    """One kind of session: its share of the streams, the tasks it may stand under, and what happens in it."""

    share: int
    tasks: tuple[str, ...]
    run: Run


def told(generator: Callable[..., None], **how: bool) -> Run:
    """A generator that knows both sides, bound to one of them."""
    return partial(generator, **how)


def accompany(s: Stream, noise: Noise) -> None:
    """A remark that the user talks over, or a result to tell."""
    s.pick.random.choice([interrupted, interrupted, cut_off])(s, noise)


def chatter(s: Stream, _noise: Noise) -> None:
    """Nothing is asked for; and what other tasks would ask for is not this one's business."""
    p = s.pick
    for _ in range(p.random.randint(1, 3)):
        noise(s)
    if p.maybe(0.65):
        others = [run for kinds, run in ELSEWHERE if s.kind not in kinds]
        p.random.choice(others)(s, noise)
    for _ in range(p.random.randint(1, 5)):
        noise(s)


def unasked(s: Stream, _: Noise) -> None:
    """Requests for reminders under a task that keeps none."""
    before = len(s.items)
    ask(s, set())
    for item in s.items[before:]:
        item.act, item.tag = None, "restraint"


ELSEWHERE: tuple[tuple[tuple[str, ...], Run], ...] = (
    (("general", "facts"), told(claims, correct=False)),
    (("general", "answer"), told(questions, answered=False)),
    (("general", "bugs"), told(code, told=False)),
    (("codeswitch", "translate", "stopwatch"), told(switching, told=False)),
    (("codeswitch", "translate"), untranslated),
    (("count",), uncounted),
    (("general", "remind", "stopwatch"), unasked),
    (("general", "remind"), uncued),
    (("general", "answer", "remind", "facts", "bugs", "stopwatch"), unserved),
    ((), uncommented),
)
"""What is no business of a task that is not of these kinds."""

MODES = {
    "mixed": Mode(12, ("general",), mixed),
    "timers": Mode(16, ("general", "remind", "remind"), reminders),
    "translate": Mode(7, ("translate",), translation),
    "stopwatch": Mode(7, ("general", "remind", "stopwatch"), stopwatches),
    "words": Mode(14, ("codeswitch",), told(switching, told=True)),
    "reps": Mode(1, ("count",), counting),
    "facts": Mode(10, ("general", "facts"), told(claims, correct=True)),
    "bugs": Mode(5, ("general", "bugs"), told(code, told=True)),
    "questions": Mode(4, ("general", "answer"), told(questions, answered=True)),
    "cues": Mode(12, ("general",), cues),
    "watchfor": Mode(3, ("general",), watchfor),
    "commentary": Mode(2, ("general",), commentary),
    "tools": Mode(2, ("general",), tools),
    "delegate": Mode(2, ("general",), delegate),
    "desk": Mode(9, ("general",), desk),
    "company": Mode(1, ("general",), accompany),
    "story": Mode(1, ("listen",), story),
    "converse": Mode(6, ("talk",), converse),
    "chatter": Mode(4, tuple(kind for kind in KINDS if kind not in ("listen", "talk")), chatter),
}
"""Weighted by what is hard, not by what is frequent. Some generators put a task sentence of their own in
place of the general one."""

SHARES = {name: mode.share for name, mode in MODES.items()}
_RING = [name for k in range(max(SHARES.values())) for name, share in SHARES.items() if k < share]

QUIET_SHARE = 0.45
"""How often a mode's own events are parted by talk; the chatter mode is nothing but talk."""


DENSE_SHARE = 0.65
DENSE_MODES = frozenset(
    {
        "timers",
        "translate",
        "words",
        "facts",
        "bugs",
        "questions",
        "commentary",
        "tools",
        "delegate",
        "desk",
        "stopwatch",
        "cues",
        "watchfor",
    }
)
"""Modes that need knowledge: so many of their training sessions are drills, none of the held-out ones."""


def now_and_then(s: Stream) -> None:
    """`noise`, thinned, so that a training token more often teaches an act."""
    if not s.style.dense and s.pick.maybe(QUIET_SHARE):
        noise(s)


def stream(seed: int, mode: str, test: bool) -> tuple[str, list[Line]]:
    """(task, lines) of one session; the same for the same arguments."""
    p = Pick(seed, test)
    kind = p.random.choice(MODES[mode].tasks)
    s = Stream(p, task(p, kind), kind)
    if not test and mode in DENSE_MODES and p.maybe(DENSE_SHARE):
        s.style.dense, s.now = True, p.random.uniform(0, 60)  # short numbers for the seconds
    MODES[mode].run(s, now_and_then)
    return s.task, s.lines()


def fingerprint(streams: int = 400) -> str:
    """sha256 of the first training streams: the same generators and tables give the same."""
    digest = hashlib.sha256()
    for number in range(streams):
        digest.update(repr(stream(number, mode_of(number), False)).encode())
    return digest.hexdigest()


def mode_of(number: int) -> str:
    """Mode of the training stream `number`: every mode in its share, evenly spread."""
    return _RING[number % len(_RING)]
