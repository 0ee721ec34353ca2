"""Makes the dialogues of `duplex bench voice`: `python -m duplex_cli.bench.voice_make FLEXI_FOLDER > OUT`.

FLEXI (Apache-2.0) gives the words: questions, statements with a pause, what interrupts, what is said
meanwhile.
Times, voices, noise and echo come from the item's id, so that every run writes the same file. Only words
are kept
in it; they are spoken when the bench runs.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

PER_KIND = {
    "turn": 50,
    "pause": 50,
    "interruption": 60,
    "backchannel": 40,
    "vocal_tic": 30,
    "non_directed": 30,
}

MORE_BACKCHANNELS = ("Yeah.", "Mm-hm.", "Uh-huh.", "Oh, okay.")
"""Besides those of FLEXI: okay, right, I see, got it, interesting, makes sense, wow."""

TICS = ("cough", "sneeze", "sniffle", "throat", "Um.", "Uh.")

SIDE_TALK = (
    "Honey, dinner is almost ready.",
    "Not now, I am on a call.",
    "I will be right with you.",
    "Give me a moment.",
    "Can you close the door, please?",
    "The dog needs to go out.",
    "Who left the light on?",
    "Just a minute, Sam.",
    "Mom, have you seen my keys?",
    "Put it on the table, thanks.",
)
"""Said to somebody else, some of it as tau-voice has it; ours."""

NOISES_DB = (None, -60.0, -50.0)
ECHOES = (None, *({"db": db, "delay_ms": ms} for db in (-20.0, -10.0) for ms in (50.0, 80.0, 150.0)))

SAY_S = 0.36
"""Seconds a word takes the slowest voice, for durations and for when a user speaks over the assistant."""


Row = dict[str, Any]
Texts = dict[str, list[Row]]


def dialogues(folder: Path) -> Iterator[dict[str, Any]]:
    """All items. Raises OSError where FLEXI is not."""
    texts = {path.stem: _read(path) for path in folder.glob("*.jsonl")}
    makers: dict[str, Callable[[Texts, int, random.Random], Row]] = {
        "turn": _turn,
        "pause": _pause,
        "interruption": _interruption,
        "backchannel": _backchannel,
        "vocal_tic": _vocal_tic,
        "non_directed": _non_directed,
    }
    for kind, n in PER_KIND.items():
        for i in range(n):
            name = f"{kind}/{i + 1:03d}"
            rng = random.Random(name)
            item = makers[kind](texts, i, rng)
            noise, echo = rng.choice(NOISES_DB), rng.choice(ECHOES)
            parts = (*item["user"], *item.get("agent", ()))
            words = sum(len(part.get("say", "").split()) for part in parts)
            gaps = sum(part.get("gap", 0.0) for part in parts)
            yield {
                "id": name,
                "duration": item.pop("duration", None) or round(6.0 + gaps + SAY_S * words, 1),
                **item,
                **({"noise_db": noise} if noise else {}),
                **({"echo": echo} if echo else {}),
                "tags": [kind, f"echo {echo['db']:g} dB {echo['delay_ms']:g} ms" if echo else "headphones"],
            }


def _turn(texts: Texts, i: int, rng: random.Random) -> Row:
    question, again = texts["turn_taking"][2 * i]["text"], texts["turn_taking"][2 * i + 1]["text"]
    return {"user": [{"at": 1.0, "say": question}, {"gap": 7.0, "say": again}]}


def _pause(texts: Texts, i: int, rng: random.Random) -> Row:
    given = texts["pause_handling"][2 * i]
    start, end = given["pause_timestamp"]
    first = {"at": 1.0, "say": given["Pause1"].rstrip(",.") + ",", "holds": True}
    return {"user": [first, {"gap": round(end - start, 2), "say": given["Pause2"], "expects": False}]}


def _telling(texts: Texts, i: int) -> str:
    """Something that the assistant has been telling for a while."""
    return texts["model_backchannel"][i]["text"]


def _over(texts: Texts, i: int, rng: random.Random, what: Row) -> Row:
    """The user asks, the assistant tells something, and `what` comes in the middle of it."""
    ask = texts["user_backchannel"][i]["text"]
    begins = round(3.0 + SAY_S * len(ask.split()), 1)
    telling = _telling(texts, i)
    at = round(begins + rng.uniform(2.0, 5.0), 3)
    ends = begins + SAY_S * len(telling.split())
    return {
        "user": [{"at": 1.0, "say": ask, "expects": False}, {"at": at, **what}],
        "agent": [{"at": begins, "say": telling}],
        "duration": round(ends + 4.0, 1),
        "task": "Stay silent.",
    }


def _interruption(texts: Texts, i: int, rng: random.Random) -> Row:
    return _over(texts, i, rng, {"say": texts["user_interruption"][i]["interrupt"], "expects": False})


def _backchannel(texts: Texts, i: int, rng: random.Random) -> Row:
    own = i % 4 == 3
    words = (
        MORE_BACKCHANNELS[i // 4 % len(MORE_BACKCHANNELS)] if own else texts["user_backchannel"][i]["Pause1"]
    )
    return _over(texts, 60 + i % 40, rng, {"say": words, "kind": "backchannel"})


def _vocal_tic(texts: Texts, i: int, rng: random.Random) -> Row:
    tic = TICS[i % len(TICS)]
    what = {"say" if tic.endswith(".") else "sound": tic, "kind": "vocal_tic"}
    if i % 3:
        return _over(texts, i, rng, what)
    return _in_silence(texts, i, what)


def _non_directed(texts: Texts, i: int, rng: random.Random) -> Row:
    what = {"say": SIDE_TALK[i % len(SIDE_TALK)], "kind": "non_directed", "far": True}
    what["voice"] = rng.choice(("hibari@0.85", "hibari@1.0", "hibari@1.1"))
    if i % 3:
        return _over(texts, 30 + i, rng, what)
    return _in_silence(texts, 30 + i, what)


def _in_silence(texts: Texts, i: int, what: Row) -> Row:
    """The user has said something, there is silence, then `what`."""
    said = texts["pause_handling"][i]["Pause2"]
    return {"user": [{"at": 1.0, "say": said, "expects": False}, {"gap": 8.0, **what}], "duration": 22.0}


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


if __name__ == "__main__":
    for item in dialogues(Path(sys.argv[1])):
        print(json.dumps(item, ensure_ascii=False))
