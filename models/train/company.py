"""Being listened to: backchannels at a long story, yielding when the user takes the floor, late results."""

from __future__ import annotations

from collections.abc import Callable

from models.train.corpora import flexi_texts, table
from models.train.facts import question
from models.train.streams import Stream, sentence

ABANDONED_SHARE = 0.3
"""Of the remarks that are talked over, how many are given up by code and not by the model's `yield`."""


def story(s: Stream, noise: Callable[[Stream], None]) -> None:
    """A long telling; "mm" at its pauses where the task asks for it."""
    p = s.pick
    for _ in range(p.random.randint(1, 3)):
        if p.maybe(0.75):
            parts = p.of(table("talk_long"))[0].split(" / ")
        else:
            told = p.of(flexi_texts() or ["So we went to the lake. It was cold."])
            parts = told.replace("! ", ". ").split(". ")[:5]
        for part in parts:
            s.hear(sentence(part), [("mm", "backchannel")], at_pause=True, hesitate=0.0)
            s.wait(0.2, 1.0)


def interrupted(s: Stream, noise: Callable[[Stream], None]) -> None:
    """A result is told; the user takes the floor, or only murmurs along."""
    p = s.pick
    for _ in range(p.random.randint(2, 4)):
        for _ in range(p.random.randint(1, 2)):
            noise(s)
        if p.maybe(0.3):
            text, told = p.of(table("results"))
            s.put("result", text, f"say {told}", "result")
            s.wait(2, 5)
            continue
        words = p.of(table("explanations"))[0].split()
        cut = p.random.randint(3, len(words) - 2)
        s.put("result", " ".join(words), f"say {' '.join(words[:cut])}…", "result")
        s.items[-2].tag = "cut"
        s.items.pop()  # not played to its end yet
        s.now += 0.2
        if p.maybe(ABANDONED_SHARE):
            # The session closes the line at the first reading of the words, before they are committed.
            s.put("cut", " ".join(words[: p.random.randint(1, cut)]))
            s.hear(p.of(table("floor"))[0])
            s.wait(0.5, 1.5)
        elif p.maybe(0.5):
            s.put("hear", s.style.write(p.of(table("floor"))[0]), "yield", "yield")
            s.wait(0.5, 1.5)
        else:
            s.put("hear", s.style.write(p.of(table("murmurs"))[0]), f"… {' '.join(words[cut:])}", "continue")
            s.wait(3, 5)
            s.put("played")
            s.wait(0.3, 2)


def cut_off(s: Stream, noise: Callable[[Stream], None]) -> None:
    """An answer that the user talks over: what was cut is known, and nothing more is to be said."""
    p = s.pick
    text, answer = question(p)
    s.hear(text, [(f"say {answer}", "answer")])
    s.items = [item for item in s.items if item.percept.kind != "played"]
    s.put("cut", answer.rstrip("."))
    s.hear(p.of(table("floor"))[0] if p.maybe(0.5) else p.of(table("murmurs"))[0])
    noise(s)
