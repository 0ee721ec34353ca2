"""Item files of the benches: one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from duplex_cli.errors import UserError

T = TypeVar("T")


def read_items(path: Path, kind: type[T]) -> Iterator[tuple[str, T]]:
    """(where it stands: "FILE line N", item) of every line that is not blank.

    Raises UserError naming the file, the line and the key.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} cannot be read ({error}); give a JSON lines file") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"{path} line {number}"
        try:
            yield where, msgspec.json.decode(line, type=kind)
        except msgspec.DecodeError as error:
            raise UserError(f"{where}: {error}; docs/bench.md has the format") from error
