"""Stopwatches: started, asked for, stopped. The agenda tells the time in words; the model reads it out."""

from __future__ import annotations

from collections.abc import Callable

from duplex_cli.session.stopwatch import in_words
from models.train.corpora import table
from models.train.streams import Stream, sentence
from models.train.timer_requests import LEADS, by_kind
from models.train.timers import NO_REQUESTS, alone, ask, fire, unmarked

Noise = Callable[[Stream], None]

STARTS = by_kind("stopwatch_starts")
ASKS = by_kind("stopwatch_asks")
GOALS = table("stopwatch_goals")
NEAR = tuple(row[0] for row in table("stopwatch_near"))
BEGINS = table("stopwatch_begins")
_STARTS = {False: (28, 28, 18, 13, 13, 0), True: (22, 22, 16, 14, 13, 13)}
"""Weights of the starts: asked for, the same by name, begun, begun without a name, own wording, mere "go"."""
UNNAMED = "stopwatch"
"""Name of a stopwatch that was given none."""


def stopwatches(s: Stream, noise: Noise) -> None:
    """One session: something is timed once or twice, asked for in between, stopped; talk all the while.

    Who says that they begin something now is timed, asked or not: a start too many costs nothing. A mere
    "go" starts one only under tasks of the kind "stopwatch".
    """
    p = s.pick
    started: dict[str, float] = {}
    stopped: dict[str, float] = {}
    for _ in range(3 if s.style.dense else p.random.choice([1, 1, 2, 2, 3])):
        if p.maybe(0.5):
            talk(s, noise)
        name = start(s, s.kind == "stopwatch" and not started)
        stopped.pop(name, None)
        started.pop(name, None)
        started[name] = s.now
        if not s.style.dense and s.kind != "stopwatch" and p.maybe(0.15):
            fire(s, [ask(s, set())], noise, 1)
        for _ in range(p.random.choice([1, 1, 2])):
            s.wait(1, p.random.choice([6, 15, 40, 90, 300]))
            if p.maybe(0.5 if s.style.dense else 0.7):
                talk(s, noise)
            answer(s, started, stopped)
    talk(s, noise)


def talk(s: Stream, noise: Noise) -> None:
    """What asks for nothing, half of it about time or beginnings."""
    x = s.pick.random.random()
    if x < (0.85 if s.style.dense else 0.5):
        s.hear(s.pick.of(NEAR))
    elif x < 0.65 or s.style.dense:
        s.hear(s.pick.of(NO_REQUESTS))
    else:
        noise(s)
    s.wait(0.2, 4)


def start(s: Stream, bare: bool) -> str:
    """The user starts a stopwatch; returns its name. `bare`: the task says that a mere "go" starts it."""
    p = s.pick
    kind = p.random.choices(["plain", "named", "begin", "cue", "own", "only"], _STARTS[bare])[0]
    name = UNNAMED
    if kind == "own":
        text, name = p.of(BEGINS)
    else:
        text = p.of(STARTS[kind])
    if "{g}" in text:
        said, name = p.of(GOALS)
        text = text.format(g=said)
    if s.style.lower:
        name = name.lower()
    s.hear(lead(s, unmarked(text)), [(f"call start: {name}", "stopwatch")], at_pause=True)
    return name


def answer(s: Stream, started: dict[str, float], stopped: dict[str, float]) -> None:
    """The user wants to know a time, or stops the last stopwatch; its time falls due and is read out."""
    p = s.pick
    last = list(started)[-1]
    verb = "stop" if last not in stopped and p.maybe(0.25) else "elapsed"
    named = [(said, s.style.write(name)) for said, name in GOALS if s.style.write(name) in started]
    if verb == "elapsed" and named and p.maybe(0.45):
        said, last = p.random.choice(named)
        text = p.of(ASKS["named"]).format(g=said)
    else:
        text = p.of(ASKS[verb])
    s.hear(lead(s, unmarked(text)), [(f"call {verb}: {last}", "stopwatch")], at_pause=True)
    if verb == "stop":
        stopped[last] = s.now
    told = in_words(stopped.get(last, s.now) - started[last])
    s.wait(0.3, 0.5)
    alone(s, s.now)
    s.put("due", told, f"say {sentence(told)}", "due")
    s.wait(1.5, 4)


def lead(s: Stream, text: str) -> str:
    """Sometimes a word or two before it that fit before anything."""
    p = s.pick
    before = p.of(LEADS)
    plain = p.maybe(0.35) and before.split()[-1] not in (
        "you",
        "to",
        "would",
        "will",
        "could",
        "please",
        "favor",
    )
    text = f"{before} {text}" if plain else text
    return text if p.maybe(0.5) else text[:1].upper() + text[1:]
