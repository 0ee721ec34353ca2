"""Tools and the background model: called when the task offers them, and answered when their result comes.

A question may always go on ("explain recursion / with an example"), so that what is called or asked waits for
the pause after it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from models.train.corpora import table
from models.train.streams import Pick, Stream, sentence
from models.train.tasks import sentences

OFFERED_SHARE = 0.87
"""Of the sessions, how many tasks offer what is asked for; the others teach to leave it."""
DROPPED_SHARE = 0.15
LATE_SHARE = 0.4
MOST_TOOLS = 5

BACKGROUND = (
    "You may ask the background model.", "Ask the background model what you do not know.",
    "Hard questions go to the background model.", "A background model can be asked.",
    "Use the background model for hard questions.", "You can ask a larger model in the background.",
    "For anything difficult, ask the background model.", "Pass difficult things to the background model.",
    "The background model answers hard questions: ask it.", "If it is hard, ask the background model.",
    "Delegate hard questions to the background model.", "You may ask a stronger model.",
    "There is a background model you may ask.",
    "Let the background model do research, writing and mathematics.",
    "Whatever needs thought goes to the background model.", "You may delegate to the background model.",
)  # fmt: skip
_LISTS = (
    "Tools: {t}.", "Tools: {t}.", "You have these tools: {t}.", "Available tools: {t}.", "You can call {t}.",
    "You may use the tools {t}.", "Call tools when needed: {t}.", "Use {t}.", "Your tools are {t}.",
    "Functions: {t}.", "Tools you may call: {t}.", "tools: {t}", "The tools {t} are at hand.",
    "With the tools {t} you can act.", "These can be called: {t}.", "At your service: {t}.",
)  # fmt: skip
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
_DROP = (
    "never mind forget it", "oh never mind I found it", "forget it I don't need that anymore",
    "actually never mind", "cancel that I know it now", "no wait leave it it's fine",
    "don't bother I have it already", "scratch that I don't want it anymore", "okay forget that question",
    "I changed my mind you can drop that", "it's okay I looked it up myself", "leave that I'll do it myself",
    "never mind my last question", "you know what forget about it", "stop that I don't need it",
    "doesn't matter anymore thanks", "no need anymore I remember it", "let's drop that",
)  # fmt: skip
_ASKED_ELSEWHERE = (
    "he asked me {q}", "yesterday somebody asked {q}", "my son wanted to know {q}",
    "in the exam they asked {q}", "I asked my doctor {q}", "the caller said {q}", "she texted me {q}",
    "hey Siri {q}", "Alexa {q}", "I keep wondering {q}", "on the radio they discussed {q}", "okay Google {q}",
    "my boss emailed me {q}", "the title of the book is {q}", "nobody in the room could say {q}",
    "our teacher always asks {q}", "Mom {q}", "I was just reading about {q}",
)  # fmt: skip
_BIDDEN_ELSEWHERE = (
    "he told me to {q}", "yesterday somebody said {q}", "my son wanted me to {q}", "hey Siri {q}",
    "Alexa {q}",
    "okay Google {q}", "my boss told Nina to {q}", "Mom {q}", "I forgot to {q}", "she always has to {q}",
    "they made us {q}", "on the list it says {q}", "Dad {q}", "I already asked Tom to {q}",
    "we used to {q} ourselves", "last week I had to {q}", "nobody ever wants to {q}", "she texted me {q}",
)  # fmt: skip
_QUESTION = re.compile(
    r"(what|how|why|who|when|where|which|will|would|do|does|did|is|are|am|can|could|should)('s)?\b",
    re.IGNORECASE,
)


def polite(p: Pick, request: str) -> str:
    """`request` with an opening that fits it."""
    if p.maybe(0.75):
        return p.random.choice(_POLITE) + request
    inverted = re.match(r"(will|would|do|does|did|is|are|am|can|could|should)\b|what's|where is|how", request)
    if not _QUESTION.match(request):
        return p.random.choice(_BIDDING) + request
    return p.random.choice(_ASKING[:2] if inverted else _ASKING) + request


def elsewhere(p: Pick, request: str) -> str:
    """`request` reported, or put to somebody else: nothing to do."""
    return p.of(_ASKED_ELSEWHERE if _QUESTION.match(request) else _BIDDEN_ELSEWHERE).format(q=request)


def tools(s: Stream, noise: Callable[[Stream], None]) -> None:
    """Requests that a listed tool can serve, and such that none can."""
    p = s.pick
    rows = [p.of(table("tools")) for _ in range(p.random.randint(2, MOST_TOOLS))]
    listed = sorted({row[0] for row in rows}, key=lambda name: (len(name), name))
    p.random.shuffle(listed)
    offered = p.maybe(OFFERED_SHARE)
    base = _base(p, offered)
    s.task = f"{base} {p.of(_LISTS).format(t=', '.join(listed))}" if offered else base
    asked: set[str] = set()
    for _ in range(p.random.randint(4, 6)):
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
        if p.maybe(0.15):
            s.hear(elsewhere(p, said), hesitate=0.0)
            continue
        written = f"{filler}, {more[0]}" if more else filler
        written = written.lower() if s.style.lower else written
        call = f"call {name.partition('(')[0]}: {written}"
        s.hear(polite(p, said), [(call, "tool")] if have else [], at_pause=have, hesitate=0.0)
        if have:
            came, *words = own or p.random.choice(result.split("|")).split("=")
            _answer(s, noise, came, sentence(told.format(x=filler, r=words[0] if words else came)))


def delegate(s: Stream, noise: Callable[[Stream], None]) -> None:
    """Hard questions: put to the background model where the task names it, else left alone."""
    p = s.pick
    offered = p.maybe(OFFERED_SHARE)
    base = _base(p, offered)
    s.task = f"{base} {p.of(BACKGROUND)}" if offered else base
    asked: set[str] = set()
    for _ in range(p.random.randint(3, 5)):
        if p.maybe(0.5):
            noise(s)
        request, result, told = p.of(table("hard_questions"))
        if request in asked:
            continue
        asked.add(request)
        if p.maybe(0.2):
            s.hear(elsewhere(p, request), hesitate=0.0)
            continue
        written = request.lower() if s.style.lower else request
        s.hear(
            polite(p, request),
            [(f"ask {written}", "delegate")] if offered else [],
            at_pause=offered,
            hesitate=0.0,
        )
        if offered:
            _answer(s, noise, result, sentence(told))


def _base(p: Pick, offered: bool) -> str:
    """A task; one that has nobody to ask is about something else, plainly nothing is to be done."""
    if offered:
        return p.of(table("ask_tasks"))[0]
    return p.of(sentences(p.random.choice(["count", "facts"]), shipped=False))


def _answer(s: Stream, noise: Callable[[Stream], None], result: str, told: str) -> None:
    """The result, at once or when the talk has gone on, told unless it is not wanted any more."""
    p = s.pick
    dropped = p.maybe(DROPPED_SHARE)
    s.wait(0.5, 3)
    if p.maybe(LATE_SHARE):
        noise(s)
    if dropped:
        s.hear(p.of(_DROP))
    s.wait(0.3, 6)
    s.put("result", result, None if dropped else f"say {told}", "result")
    s.wait(1.5, 5)


def _like(row: Sequence[str], other: Sequence[str]) -> bool:
    """Whether another tool might well serve the same request."""
    near = (
        "weather|forecast|search|news|wikipedia", "calc", "open|shell|run_tests|play",
        "email|message|contacts",
        "maps|route|parking|trains|flights", "define|dictionary|translate|search|wikipedia",
        "search|recipe|order|scores|stock|booking|exchange|parcel", "todo|notes|calendar",
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
