"""Dialogue files of `duplex bench voice`: one JSON object a line, read and checked (docs/bench.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from duplex_cli.bench.json_lines import read_items
from duplex_cli.errors import UserError

NotNegative = Annotated[float, msgspec.Meta(ge=0.0)]

Kind = Literal["turn", "backchannel", "vocal_tic", "non_directed"]


class Utterance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that the user, or somebody in the room, lets hear: exactly one of say, sound, wav."""

    say: str = ""
    sound: Literal["", "cough", "sneeze", "sniffle", "throat", "keys"] = ""
    wav: str = ""
    """A recording, relative to the items' file."""
    at: NotNegative | None = None
    """Seconds from the start; where it is left out, `gap` seconds after the utterance before it."""
    gap: NotNegative = 0.0
    kind: Kind = "turn"
    holds: bool = False
    """The speaker only pauses: the turn goes on with the next utterance, and nobody should take it."""
    expects: bool = True
    """Whether a turn asks for an answer; a statement need not get one."""
    voice: str = ""
    """hibari@PITCH or espeak:NAME; empty chooses by the item's id."""
    gain_db: float = 0.0
    far: bool = False
    """From a few metres away and turned to somebody else: quieter, duller, with more room."""


class Spoken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the assistant says word for word, so that overlap can be judged whatever the model would say."""

    at: NotNegative
    say: str


class Echo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The way from the loudspeaker back into the microphone."""

    db: Annotated[float, msgspec.Meta(le=0.0)] = -20.0
    """Level of the echo, dB under what is played."""
    delay_ms: Annotated[float, msgspec.Meta(ge=0.0, le=500.0)] = 80.0


class Dialogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One dialogue."""

    id: str
    duration: Annotated[float, msgspec.Meta(gt=0.0, le=7200.0)]
    user: tuple[Utterance, ...] = ()
    agent: tuple[Spoken, ...] = ()
    profile: str = "talk"
    task: str = ""
    noise_db: Annotated[float, msgspec.Meta(le=-20.0, ge=-120.0)] | None = None
    """Room noise, dBFS; left out for none."""
    echo: Echo | None = None
    """Left out for headphones: the microphone hears nothing of the assistant."""
    tags: tuple[str, ...] = ()


def load_dialogues(path: Path) -> list[Dialogue]:
    """All dialogues of a file. Raises UserError naming the file, the line and what is wrong."""
    found = []
    for where, item in read_items(path, Dialogue):
        problem = _problem(item, path.parent)
        if problem:
            raise UserError(f"{where}: {problem}; docs/bench.md has the format")
        found.append(item)
    if not found:
        raise UserError(f"{path} holds no dialogues; give a JSON lines file")
    return found


def _problem(item: Dialogue, folder: Path) -> str:
    for given in item.user:
        if sum(map(bool, (given.say.strip(), given.sound, given.wav))) != 1:
            return "an utterance needs exactly one of say, sound, wav"
        if given.wav and not (folder / given.wav).is_file():
            return f"there is no recording {given.wav}"
        if given.at is not None and given.at >= item.duration:
            return f"an utterance begins at {given.at:g} s, after the end at {item.duration:g} s"
    if any(not spoken.say.strip() or spoken.at >= item.duration for spoken in item.agent):
        return "what the assistant says needs words, and a time before the end"
    return ""
