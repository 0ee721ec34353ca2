"""Being listened to: backchannels at a long story, yielding when the user takes the floor, late results."""

from __future__ import annotations

from collections.abc import Callable

from models.train.corpora import flexi_texts
from models.train.facts import question
from models.train.streams import Stream, sentence

TAKE_FLOOR = (
    "stop",
    "wait",
    "hold on",
    "okay stop",
    "quiet",
    "no no wait",
    "shh",
    "be quiet",
    "stop talking",
    "let me finish",
    "not now",
    "wait a second",
)
GO_ON = (
    "yeah",
    "okay",
    "right",
    "mm-hm",
    "uh-huh",
    "I see",
    "sure",
    "yes",
    "oh",
    "ah okay",
    "hmm",
    "got it",
    "nice",
)
EXPLANATIONS = (
    "The meeting was moved to Thursday at ten because the client cannot come on Wednesday.",
    "The loop runs one past the end of the list, so the last access will fail.",
    "Water boils at a lower temperature in the mountains because the air pressure is lower there.",
    "The build failed in the second step because a file is missing from the package.",
    "Rain is expected in the afternoon, so it would be wise to take an umbrella along.",
    "The train to Madrid leaves from platform four and arrives a little after nine in the evening.",
    "Your flight is on time, boarding begins at half past six at gate twelve.",
    "The report has three parts, the figures for May are in the last one.",
    "There are two ways to do that, the shorter one goes over the bridge.",
    "Three tests failed, all of them in the module that reads the settings.",
    "The recipe needs four eggs, a cup of flour and a little butter for the pan.",
    "The download is finished and the archive has been checked, nothing is missing.",
)
RESULTS = (
    ("tests: 3 failed, 40 passed", "Three tests failed."),
    ("build finished without errors", "The build is finished."),
    ("download complete", "The download is complete."),
    ("backup finished", "The backup is finished."),
    ("the file was not found", "The file was not found."),
    ("no results", "Nothing was found."),
    ("weather: 18 degrees, rain in the afternoon", "Eighteen degrees, rain in the afternoon."),
    ("next train 14:20 from platform 3", "The next train leaves at 14:20 from platform 3."),
    ("deploy failed: timeout", "The deploy failed with a timeout."),
)  # fmt: skip


def story(s: Stream, noise: Callable[[Stream], None]) -> None:
    """A long telling; "mm" at its pauses where the task asks for it."""
    p = s.pick
    for _ in range(p.random.randint(1, 3)):
        for part in (
            p.of(flexi_texts() or ["So we went to the lake. It was cold."])
            .replace("! ", ". ")
            .split(". ")[:5]
        ):
            s.hear(sentence(part), [("mm", "backchannel")], at_pause=True, hesitate=0.0)
            s.wait(0.2, 1.0)


def interrupted(s: Stream, noise: Callable[[Stream], None]) -> None:
    """A result is told; the user takes the floor, or only murmurs along."""
    p = s.pick
    for _ in range(p.random.randint(2, 4)):
        if p.maybe(0.4):
            noise(s)
        if p.maybe(0.3):
            text, told = p.of(RESULTS)
            s.put("result", text, f"say {told}", "result")
            s.wait(2, 5)
            continue
        words = p.of(EXPLANATIONS).split()
        cut = p.random.randint(3, len(words) - 2)
        s.put("result", " ".join(words), f"say {' '.join(words[:cut])}…", "result")
        s.items[-2].tag = "cut"
        s.items.pop()  # not played to its end yet
        s.now += 0.2
        if p.maybe(0.5):
            s.put("hear", s.style.write(p.of(TAKE_FLOOR)), "yield", "yield")
            s.wait(0.5, 1.5)
        else:
            s.put("hear", s.style.write(p.of(GO_ON)), f"… {' '.join(words[cut:])}", "continue")
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
    s.hear(p.of(["okay okay", "I know", "never mind that", "right thanks", "yes yes"]))
    noise(s)
