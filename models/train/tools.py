"""Tools and the background model: called when the task offers them, and answered when their result comes.

A question may always go on ("explain recursion / with an example"), so that what is called or asked waits for
the pause after it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from models.train.corpora import table
from models.train.streams import Pick, Stream, sentence
from models.train.talk import remark
from models.train.tasks import sentences

OFFERED_SHARE = 0.87
"""Of the sessions, how many tasks offer what is asked for; the others teach to leave it."""
DROPPED_SHARE = 0.15
LATE_SHARE = 0.4
MOST_TOOLS = 5
PAUSE_CHANCE = 0.6

NEAR_MISS_SHARE = 0.2
DRILLED_NEAR_MISSES = 0.45
"""Of what is said in a session and in a drill: what sounds like a request and is not put to the assistant."""
LONG_PAUSE = 4.0
"""A chance of a pause that a drill does not thin out: an order, and what only sounds like one, end alike."""

_POLITE = (
    "", "", "", "", "", "", "", "", "hey ", "hey ", "okay ", "um ", "so ", "uh ", "okay so ", "well ",
    "duplex ", "hey duplex ", "now ", "one more thing ", "oh and ", "and ", "okay now ", "oh ",
)  # fmt: skip
_ASKING = (
    "could you check ", "quick question ", "tell me ", "do you know ", "can you find out ",
    "can you tell me ", "I want to know ", "I'd like to know ",
)  # fmt: skip
_BIDDING = (
    "please ",
    "could you ",
    "can you ",
    "would you ",
    "go ahead and ",
    "now please ",
    "I want you to ",
)
"""Before a question and before an order: where every opening fits, the sentence is none that people say."""
_INVERTED = re.compile(r"(will|would|do|does|did|is|are|am|can|could|should)\b", re.IGNORECASE)
_QUESTION = re.compile(
    r"(what|how|why|who|when|where|which|will|would|do|does|did|is|are|am|can|could|should)('s)?\b",
    re.IGNORECASE,
)


def polite(p: Pick, request: str) -> str:
    """`request` with an opening that fits it."""
    if p.maybe(0.75):
        return p.random.choice(_POLITE) + request
    inverted = _INVERTED.match(request) or re.match(r"what's|where is|how", request)
    if not _QUESTION.match(request):
        return p.random.choice(_BIDDING) + request
    return p.random.choice(_ASKING[:2] if inverted else _ASKING) + request


@cache
def phrases(kind: str) -> tuple[str, ...]:
    """The phrases of a kind in data/tool_phrases.tsv."""
    return tuple(row[1] for row in table("tool_phrases") if row[0] == kind)


def elsewhere(p: Pick, request: str) -> str:
    """`request` reported, or put to somebody else: nothing to do."""
    if not _QUESTION.match(request):
        return p.of(phrases("bidden")).format(q=request)
    so = phrases("asked_so")
    return p.of(so if _INVERTED.match(request) else (*so, *phrases("asked"))).format(q=request)


def unmeant(s: Stream, request: str) -> bool:
    """Sometimes says `request` as nobody puts it to the assistant, or plain talk in its place."""
    p, dense = s.pick, s.style.dense
    if not p.maybe(DRILLED_NEAR_MISSES if dense else NEAR_MISS_SHARE):
        return False
    talk = dense and p.maybe(0.25)
    s.hear(
        remark(p) if talk else elsewhere(p, request),
        pause=LONG_PAUSE if dense else PAUSE_CHANCE,
        hesitate=0.0,
    )
    return True


def offer(s: Stream, text: str) -> bool:
    """Puts `text` into the task; or, at times, a task that has nobody to ask and is about something else."""
    p = s.pick
    offered = p.maybe(OFFERED_SHARE)
    if offered:
        s.task = f"{p.of(table('ask_tasks'))[0]} {text}"
    else:
        s.task = p.of(sentences(p.random.choice(["count", "facts"]), shipped=False))
    return offered


def tools(s: Stream, noise: Callable[[Stream], None]) -> None:
    """Requests that a listed tool can serve, and such that none can."""
    p = s.pick
    rows = [p.of(table("tools")) for _ in range(p.random.randint(2, MOST_TOOLS))]
    listed = sorted({row[0] for row in rows}, key=lambda name: (len(name), name))
    p.random.shuffle(listed)
    offered = offer(s, p.of(phrases("offer_tools")).format(t=", ".join(listed)))
    asked: set[str] = set()
    for _ in range(p.random.randint(8, 10) if s.style.dense else p.random.randint(4, 6)):
        if p.maybe(0.5):
            noise(s)
        row = p.of(table("tools")) if p.maybe(0.15) else p.random.choice(rows)
        name, request, fillers, result, told, *more = row
        filler, *own = p.of(fillers.split("|")).split("=")
        have = offered and name in listed
        if not have and any(_like(row, other) for other in rows if offered):
            continue
        said = request.format(x=filler)
        if said in asked:  # nobody asks the same twice in a row
            continue
        asked.add(said)
        if unmeant(s, said):
            continue
        written = f"{filler}, {more[0]}" if more else filler
        written = written.lower() if s.style.lower else written
        call = f"call {name.partition('(')[0]}: {written}"
        s.hear(
            polite(p, said),
            [(call, "tool")] if have else [],
            at_pause=have,
            pause=LONG_PAUSE if s.style.dense else PAUSE_CHANCE,
            hesitate=0.0,
        )
        if have:
            came, *words = own or p.random.choice(result.split("|")).split("=")
            _answer(s, noise, came, sentence(told.format(x=filler, r=words[0] if words else came)))


def delegate(s: Stream, noise: Callable[[Stream], None]) -> None:
    """Hard questions: put to the background model where the task names it, else left alone."""
    p = s.pick
    offered = offer(s, p.of(phrases("offer_ask")))
    asked: set[str] = set()
    for _ in range(p.random.randint(6, 7) if s.style.dense else p.random.randint(3, 5)):
        if p.maybe(0.5):
            noise(s)
        request, result, told = p.of(table("hard_questions"))
        if request in asked:
            continue
        asked.add(request)
        if unmeant(s, request):
            continue
        written = request.lower() if s.style.lower else request
        s.hear(
            polite(p, request),
            [(f"ask {written}", "delegate")] if offered else [],
            at_pause=offered,
            pause=LONG_PAUSE if s.style.dense else PAUSE_CHANCE,
            hesitate=0.0,
        )
        if offered:
            _answer(s, noise, result, sentence(told))


def _answer(s: Stream, noise: Callable[[Stream], None], result: str, told: str) -> None:
    """The result, at once or when the talk has gone on, told unless it is not wanted any more."""
    p = s.pick
    dropped = p.maybe(DROPPED_SHARE)
    s.wait(0.5, 1 if s.style.dense else 3)
    if p.maybe(LATE_SHARE):
        noise(s)
    if dropped:
        s.hear(p.of(phrases("drop")))
    s.wait(0.3, 6)
    s.put("result", result, None if dropped else f"say {told}", "result")
    s.wait(1.5, 5)


def _like(row: Sequence[str], other: Sequence[str]) -> bool:
    """Whether another tool might well serve the same request."""
    near = (
        "weather|forecast|search|news|wikipedia", "calc", "open|shell|run_tests|play|read_file|find_file",
        "email|message|contacts|call_contact", "maps|route|navigate|taxi|parking|trains|flights",
        "define|dictionary|translate|search|wikipedia", "todo|notes|shopping|fridge|order",
        "search|recipe|order|scores|stock|booking|exchange|parcel|library|cinema|taxi", "calendar|add_event",
        "todo|notes|calendar", "read_file|find_file|translate_file|search",
    )  # fmt: skip
    return any(re.match(group, row[0]) and re.match(group, other[0]) for group in near)


def unserved(s: Stream, noise: Callable[[Stream], None]) -> None:
    """Requests for tools or a larger model under a task that is about something else."""
    p = s.pick
    for _ in range(p.random.randint(1, 2)):
        if p.maybe(0.5):
            s.hear(p.of(table("hard_questions"))[0])
        else:
            row = p.of(table("tools"))
            s.hear(row[1].format(x=p.of(row[2].split("|")).partition("=")[0]))
        noise(s)
