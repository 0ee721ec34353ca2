"""Small pieces of text for a terminal: safe words, times, level bars and sparklines."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from duplex_cli.stream import TICK_S

TICK_MS = TICK_S * 1000.0
"""Cost at which a tick is late, milliseconds; the full height of a cost sparkline."""

QUIET_DBFS = -60.0
"""Left end of a level meter, dBFS: below the noise floor of a laptop microphone in a quiet room."""

_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor movement
    r"|\x1b[\]PX^_].*?(?:\x07|\x1b\\|$)"  # OSC, DCS, SOS, PM, APC with their payload (titles, links)
    r"|\x1b[ -/]*[0-~]?"  # any other escape
    r"|\x9b[0-?]*[ -/]*[@-~]",  # CSI as one 8-bit character
    re.DOTALL,
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Invisible marks that would turn round the rest of a terminal line."""
_SPACE = re.compile(r"\s+")


def clean(text: str) -> str:
    """One printable line of `text`: no escape sequences, control characters or direction marks.

    What was read from a screen can hold anything; a terminal would obey it.
    """
    text = _DIRECTION.sub("", _CONTROLS.sub("", _ESCAPES.sub("", text)))
    return _SPACE.sub(" ", text).strip()


def moment_text(seconds: float) -> str:
    """Session time as mm:ss.t, or h:mm:ss.t from an hour on."""
    tenths = max(0, round(seconds * 10))
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    head = f"{hours}:{minutes:02d}" if hours else f"{minutes:02d}"
    return f"{head}:{rest // 10:02d}.{rest % 10}"


def duration_text(seconds: float) -> str:
    """A length of time as m:ss or h:mm:ss."""
    whole = max(0, int(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def percentile(values: Iterable[float], q: float) -> float:
    """The value below which a share `q` (0..1) of `values` lies, by nearest rank; 0.0 of none."""
    ordered = sorted(values)
    if not ordered:
        return 0.0
    return ordered[min(len(ordered) - 1, max(0, math.ceil(q * len(ordered) - 1e-9) - 1))]


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Characters to draw with; `ASCII` serves terminals and pipes that cannot encode the others."""

    sparks: str
    bar: str
    rest: str
    missed: str
    on: str
    dot: str
    ellipsis: str
    rule: str
    kinds: dict[str, str]
    other: str


UNICODE = Glyphs(
    sparks="▁▂▃▄▅▆▇█",
    bar="╸━",
    rest="━",
    missed="╳",
    on="●",
    dot="·",
    ellipsis="…",
    rule="─",
    kinds={
        "say": "▸",
        "backchannel": "∿",
        "yield": "◂",
        "call": "◆",
        "delegate": "↗",
        "due": "◷",
        "withheld": "○",
        "cut": "╱",
    },
    other="▸",
)

ASCII = Glyphs(
    sparks="._-=+*%#",
    bar="#",
    rest="-",
    missed="X",
    on="*",
    dot="-",
    ellipsis="...",
    rule="-",
    kinds={
        "say": ">",
        "backchannel": "~",
        "yield": "<",
        "call": "$",
        "delegate": "^",
        "due": "@",
        "withheld": "o",
        "cut": "/",
    },
    other=">",
)


def spark(value: float, full: float, glyphs: Glyphs) -> str:
    """One column of a sparkline, for a `value` of 0..`full`."""
    steps = glyphs.sparks
    share = 0.0 if full <= 0 else min(1.0, max(0.0, value / full))
    return steps[min(len(steps) - 1, int(share * len(steps)))]


def level_bar(dbfs: float, width: int, glyphs: Glyphs) -> tuple[str, str]:
    """A level of QUIET_DBFS..0 dBFS as (filled, rest), together `width` columns wide."""
    share = min(1.0, max(0.0, (dbfs - QUIET_DBFS) / -QUIET_DBFS))
    parts = len(glyphs.bar)
    steps = int(share * width * parts)
    filled = glyphs.bar[-1] * (steps // parts)
    if steps % parts and len(filled) < width:
        filled += glyphs.bar[steps % parts - 1]
    return filled, glyphs.rest * (width - len(filled))
