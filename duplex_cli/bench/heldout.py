"""Held-out streams: sessions whose right acts are known, as models/train/heldout.py writes them.

One JSON object a line, gzipped: {"mode", "task", "lines": [[moment, act, tag, cut], ...]}. `moment` and
`act` are lines of the protocol as text, so that every model tokenizes them itself.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import msgspec

from duplex_cli.errors import UserError
from duplex_cli.interaction import protocol
from duplex_cli.stream import ActKind

DECISIONS = Path(__file__).parent / "data" / "decisions.jsonl.gz"

_TOLD = re.compile(r"(\d+) (?=[a-z])")
_UNSEEN_PARTS = ("hear ", "pause", "due ", "played", "rep ", "result ")
"""How parts of a moment begin that are not of the screen. "cut" and "motion" are left out: they hardly ever
share a moment with screen text, and shell code has lines that begin with them."""


class HeldLine(msgspec.Struct, frozen=True, array_like=True):
    """One line; `cut` where the engine, not the model, ends the act with "…"."""

    moment: str
    act: str
    tag: str
    cut: bool = False


class HeldStream(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One session."""

    mode: str
    task: str
    lines: tuple[HeldLine, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """What stands to be decided at one line of a stream."""

    line: HeldLine
    second: int
    """The second that the context told last, this line's included."""
    over_remark: bool
    """Whether a remark is under way: then the choice is between going on and yielding."""
    forced: bool
    """A reminder that fell due is worded, not judged."""
    due: ActKind
    """The right act; going on with a remark is "silent", as nothing new is done."""
    words: str
    """The words of a right act, put together again where it was interrupted; "" if they are not all known."""

    @property
    def seen(self) -> bool:
        """Whether it holds nothing but screen text, for which the gate has a threshold of its own."""
        first, *others = _bare(self.line.moment).split(" | ")
        return first.startswith("see ") and not any(part.startswith(_UNSEEN_PARTS) for part in others)

    @property
    def heard(self) -> list[str]:
        """The words heard in it."""
        parts = (part for part in _bare(self.line.moment).split(" | ") if part.startswith("hear "))
        return [word for part in parts for word in part.split()[1:]]

    @property
    def decides(self) -> bool:
        return not self.forced


def load_streams(path: Path) -> list[HeldStream]:
    """All streams of a file. Raises UserError if it is absent or no such file."""
    try:
        raw = gzip.decompress(path.read_bytes())
        return [msgspec.json.decode(line, type=HeldStream) for line in raw.splitlines() if line.strip()]
    except (OSError, EOFError, zlib.error, msgspec.DecodeError) as error:
        raise UserError(
            f"{path} cannot be read ({error}); write it with: python -m models.train.heldout"
        ) from error


def limited(streams: Sequence[HeldStream], limit: int) -> list[HeldStream]:
    """The first `limit` streams of each mode; all of them if it is 0."""
    taken: dict[str, int] = {}
    chosen = []
    for stream in streams:
        taken[stream.mode] = taken.get(stream.mode, 0) + 1
        if not limit or taken[stream.mode] <= limit:
            chosen.append(stream)
    return chosen


def places(stream: HeldStream) -> Iterator[Place]:
    """Every line of a stream as a place of decision, in order."""
    second = 0
    before = ""
    for line, following in pairwise([*stream.lines, None]):
        assert line is not None
        told = _TOLD.match(line.moment)
        second = int(told[1]) if told else second
        # A remark that is neither gone on with nor yielded was given up by code: nothing is under way.
        over = before.endswith(protocol.CONTINUE) and line.act.startswith((protocol.CONTINUE, protocol.YIELD))
        before = line.act
        due = _kind(line.act, over)
        words = line.act.partition(" ")[2].strip()
        if words.endswith(protocol.CONTINUE):
            rest = following.act if following is not None else ""
            whole = rest.startswith(protocol.CONTINUE) and not rest.endswith(protocol.CONTINUE)
            words = f"{words[:-1]} {rest[1:].strip()}" if whole else ""
        is_due = any(part.startswith("due ") for part in _bare(line.moment).split(" | "))
        yield Place(
            line, second, over, is_due and due == "say" and not over, due, words if due != "silent" else ""
        )


def _kind(act: str, over_remark: bool) -> ActKind:
    if over_remark:
        return "yield" if act == protocol.YIELD else "silent"
    kind = protocol.act_kind(act.partition(" ")[0].removesuffix(protocol.CONTINUE))
    if kind is None:
        raise UserError(f"held-out act {act!r} is none of the protocol; write the file again")
    return kind


def _bare(moment: str) -> str:
    return _TOLD.sub("", moment, count=1) if _TOLD.match(moment) else moment
