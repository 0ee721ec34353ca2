"""Which sessions training and evaluation are made of."""

from __future__ import annotations

from models.train.bugs import code
from models.train.company import cut_off, interrupted, story
from models.train.counting import counting, uncounted
from models.train.facts import claims, questions
from models.train.streams import Line, Pick, Stream
from models.train.talk import noise
from models.train.tasks import ALL, task
from models.train.timers import ask, reminders
from models.train.translate import translation, untranslated
from models.train.words import switching

SHARES = {
    "timers": 9,
    "translate": 7,
    "words": 3,
    "reps": 1,
    "facts": 5,
    "bugs": 6,
    "questions": 3,
    "chatter": 4,
    "company": 1,
}
"""Streams of each mode in one round; weighted by what is hard, not by what is frequent."""

_RING = [mode for k in range(max(SHARES.values())) for mode, share in SHARES.items() if k < share]


QUIET_SHARE = 0.45
"""How often a mode's own events are parted by talk; the chatter mode is nothing but talk."""


def now_and_then(s: Stream) -> None:
    """`noise`, thinned, so that a training token more often teaches an act."""
    if s.pick.maybe(QUIET_SHARE):
        noise(s)


def stream(seed: int, mode: str, test: bool) -> tuple[str, list[Line]]:
    """(task, lines) of one session; the same for the same arguments."""
    p = Pick(seed, test)
    asked_by = {
        "timers": ("general", "remind", "remind"),
        "translate": ("translate",),
        "words": ("codeswitch",),
        "reps": ("count",),
        "facts": ("general", "facts"),
        "bugs": ("general", "bugs"),
        "questions": ("general", "answer"),
        "company": ("general",),
        "chatter": tuple(kind for kind in ALL if kind != "listen"),
    }[mode]
    kind = p.random.choice(asked_by)
    if mode == "company" and p.maybe(0.3):
        kind = "listen"
    s = Stream(p, task(p, kind), mode)
    if mode == "timers":
        reminders(s, now_and_then)
    elif mode == "translate":
        translation(s, now_and_then)
    elif mode == "words":
        switching(s, now_and_then, told=True)
    elif mode == "reps":
        counting(s, now_and_then)
    elif mode == "facts":
        claims(s, now_and_then, correct=True)
    elif mode == "bugs":
        code(s, now_and_then, told=True)
    elif mode == "questions":
        questions(s, now_and_then, answered=True)
    elif mode == "company":
        p.random.choice([story] if kind == "listen" else [interrupted, interrupted, cut_off])(s, now_and_then)
    else:
        chatter(s, kind)
    return s.task, s.lines()


def chatter(s: Stream, kind: str) -> None:
    """Nothing is asked for; and what other tasks would ask for is not this one's business."""
    p = s.pick
    foreign = {
        "claims": (("general", "facts"), lambda: claims(s, noise, correct=False)),
        "questions": (("general", "answer"), lambda: questions(s, noise, answered=False)),
        "code": (("general", "bugs"), lambda: code(s, noise, told=False)),
        "words": (("codeswitch", "translate"), lambda: switching(s, noise, told=False)),
        "spanish": (("codeswitch", "translate"), lambda: untranslated(s, noise)),
        "reps": (("count",), lambda: uncounted(s, noise)),
        "request": (("general", "remind"), lambda: unasked(s)),
    }
    for _ in range(p.random.randint(1, 3)):
        noise(s)
    choices = [run for kinds, run in foreign.values() if kind not in kinds]
    if p.maybe(0.65):
        p.random.choice(choices)()
    for _ in range(p.random.randint(1, 5)):
        noise(s)


def unasked(s: Stream) -> None:
    """Requests for reminders under a task that keeps none."""
    before = len(s.items)
    ask(s, set())
    for item in s.items[before:]:
        item.act, item.tag = None, "restraint"


def mode_of(number: int) -> str:
    """Mode of the training stream `number`: every mode in its share, evenly spread."""
    return _RING[number % len(_RING)]
