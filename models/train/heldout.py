"""Write the streams by which models are judged, and those by which the gate's thresholds are chosen.

    python -m models.train.heldout [FOLDER]

decisions.jsonl.gz holds TEST streams (drawn from what `corpora.held_out` keeps from training); it ships with
`duplex bench decisions`. validation.jsonl.gz holds streams of the training side of the split with seeds that
training never reaches; `models.train.validate` reads it. Without FOLDER both go to their places here.
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from duplex_cli.bench.heldout import DECISIONS, HeldLine, HeldStream, places
from models.train import mix
from models.train.evaluate import FIRST_TEST_STREAM
from models.train.streams import Line

FIRST_VALIDATION_STREAM = 8_000_000
"""Training counts streams up from 0 and sees some thousands."""
VALIDATION = Path(__file__).parent / "data" / "validation.jsonl.gz"

LEAST_ACTS = 80
LEAST_RESTRAINT = 300
"""Decisions of each kind in every mode: 80 tell a rate of .9 to .034 either way (standard error)."""
SILENT_AFTER = 12
"""A mode that has not acted in so many streams is one that never does."""
MOST_STREAMS = 150
MOST_CHARS = 2200
"""Of one stream: about 900 tokens, the part of a context of 1024 that a session keeps filled."""


def streams_of(mode: str, first: int, test: bool) -> list[HeldStream]:
    """Enough streams of a mode, of the seeds from `first` on."""
    made: list[HeldStream] = []
    acts = restraint = 0
    while len(made) < MOST_STREAMS:
        task, lines = mix.stream(first + len(made), mode, test)
        stream = HeldStream(mode, task, _cut(lines))
        made.append(stream)
        kinds = [place.due for place in places(stream) if place.decides]
        restraint += kinds.count("silent")
        acts += len(kinds) - kinds.count("silent")
        enough_acts = acts >= LEAST_ACTS or (acts == 0 and len(made) >= SILENT_AFTER)
        if enough_acts and restraint >= LEAST_RESTRAINT:
            break
    return made


def _cut(lines: Sequence[Line]) -> tuple[HeldLine, ...]:
    kept: list[HeldLine] = []
    chars = 0
    for line in lines:
        chars += len(line.moment) + len(line.act) + 2
        if chars > MOST_CHARS:
            break
        kept.append(HeldLine(line.moment, line.act, line.tag, line.cut))
    return tuple(kept)


def text(first: int, test: bool) -> bytes:
    """The streams of every mode as JSON lines."""
    streams = [stream for mode in mix.SHARES for stream in streams_of(mode, first, test)]
    return b"".join(msgspec.json.encode(stream) + b"\n" for stream in streams)


def write(path: Path, content: bytes) -> None:
    """Gzipped without a date, so that the same content is the same file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content, 9, mtime=0))
    print(f"{path}: {len(content.splitlines())} streams, {path.stat().st_size / 1e3:.0f} kB")


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    write(folder / DECISIONS.name if folder else DECISIONS, text(FIRST_TEST_STREAM, True))
    write(folder / VALIDATION.name if folder else VALIDATION, text(FIRST_VALIDATION_STREAM, False))


if __name__ == "__main__":
    main()
