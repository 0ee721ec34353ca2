"""The micro-turn protocol as text: the one place where percepts and acts become what the model reads.

Training, inference, journal and replay all call these functions, so they cannot drift apart.
docs/protocol.md explains the choices. In short: one append-only context; a header with the task; then
one line for each micro-turn in which something was perceived:

    12 hear remind me to>.
    hear stretch every>.
    13 hear twenty seconds>call every twenty seconds: stretch
    33 due stretch>say Time to stretch.

A line is `moment` + PROMPT + act + "\\n", and each of these pieces is tokenized on its own, so that a
"->" on the screen can never merge with the prompt sign.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from duplex_cli.stream import ActKind, Percept

PROMPT = ">"
END = "\n"
SILENT = "."
SAY = "say"
CALL = "call"
YIELD = "yield"
BACKCHANNEL = "mm"
DELEGATE = "ask"
CONTINUE = "…"
"""Ends a piece of a remark that was interrupted by new percepts, and begins its next piece."""

ACT_WORDS: dict[str, ActKind] = {
    SILENT: "silent",
    SAY: "say",
    CALL: "call",
    YIELD: "yield",
    BACKCHANNEL: "backchannel",
    DELEGATE: "delegate",
}
"""First token of an act -> its kind. Each is one token in the vocabularies of Gemma 3 and SmolLM2."""

CALL_VERBS = ("every", "after", "in", "at", "cancel", "when", "start", "elapsed", "stop")
"""First words of the calls that the agenda carries out; a task may name tools besides."""

MAX_PERCEPT_CHARS = 160
"""A longer line of screen text is cut: more is minified code or a table, and costs whole ticks to read."""

EXAMPLES: tuple[tuple[str, str], ...] = (
    ("1 hear so I was thinking", "."),
    ("2 hear remind me to stretch", "."),
    ("3 hear every ten seconds", "call every ten seconds: stretch"),
    ("13 due stretch", "say Time to stretch."),
    ("15 played", "."),
    ("16 hear okay stop", "call cancel: stretch"),
    ("19 hear the capital of France is Berlin", "say Actually, it is Paris."),
    ("22 see a.py:3 x = 5", "."),
    ("24 hear what is two plus two", "say Four."),
    ("26 hear I told her to stop it", "."),
)
"""Worked (moment, act) lines for a model without an adapter: the form of each act, half of them restraint."""

_TOOL = re.compile(r"\b([a-z]\w*)\(")
_UNSEEN = frozenset({"voice", "partial"})
_PUNCTUATION = re.compile(r"[.,;:!?…]+(?=\s|$)")
"""Left out of English words heard: the transcriber's full stop after half a phrase is a guess, and the model
takes it for an end (a request read in full: p(call) .18 with the stop, .76 without)."""

_SPACE = re.compile(r"\s+")


def header(task: str) -> str:
    """The fixed prefix of the context: who you are, how a line reads, and the task in words."""
    return (
        "You are duplex, a live assistant. Each line is a moment: the second, what you heard or saw, "
        'then ">" and your act: "." stay silent, "say" speak now, "call" set or cancel a reminder.\n'
        f"Task: {_SPACE.sub(' ', task).strip()}\n"
    )


def call_words(task: str) -> tuple[str, ...]:
    """Every word with which a call may begin under `task`: the agenda's verbs and the tools it lists, as in
    "Tools: weather(city), search(query)."."""
    return tuple(dict.fromkeys((*CALL_VERBS, *_TOOL.findall(task))))


def percept_text(percept: Percept) -> str | None:
    """One percept as the model reads it, or None for those it is never shown."""
    if percept.kind in _UNSEEN:
        return None
    text = _SPACE.sub(" ", percept.text).strip()[:MAX_PERCEPT_CHARS]
    if percept.kind == "hear":
        if percept.lang in ("", "en"):
            text = _PUNCTUATION.sub("", text)
        return f"hear {text}"
    if percept.kind in ("see", "motion") and percept.where:
        return f"{percept.kind} {percept.where} {text}".strip()
    if percept.kind == "played":
        return "played"  # its words already stand in the context, in the act itself
    return f"{percept.kind} {text}".strip()


def moment(percepts: Iterable[Percept], at: float, last_told: int | None) -> str | None:
    """The perceived part of a line, or None if there is nothing to show the model.

    `at` is when the micro-turn closed, seconds; the whole second is written only when it differs
    from `last_told`, the second that the context told last (time costs tokens).
    """
    parts: list[str] = []
    for percept in percepts:
        text = percept_text(percept)
        if text is None:
            continue
        if parts and percept.kind == "hear" and parts[-1].startswith("hear "):
            parts[-1] += text.removeprefix("hear")
        else:
            parts.append(text)
    if not parts:
        return None
    line = " | ".join(parts)
    return line if int(at) == last_told else f"{int(at)} {line}"


def act_kind(word: str) -> ActKind | None:
    """Kind of the act that begins with `word`, or None if it is none of ours."""
    return ACT_WORDS.get(word)
