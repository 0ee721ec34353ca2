"""`duplex sessions`: what was recorded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from duplex_cli.display.tables import sessions_table
from duplex_cli.session.journal import list_folders, read


def sessions(as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False) -> None:
    """List recorded sessions, newest last."""
    found = [summary(folder) for folder in list_folders()]
    if as_json:
        print(json.dumps({"sessions": found}, ensure_ascii=False))
    elif not found:
        Console().print("No sessions yet. Start one with: duplex watch")
    else:
        Console().print(sessions_table(found))


def summary(folder: Path) -> dict[str, Any]:
    """A session's line in the list; one that crashed is summed up from what was written."""
    recording = read(folder)
    last = recording.turns[-1]["at"] if recording.turns else 0.0
    return {
        "session": recording.header["session"],
        "profile": recording.header["profile"],
        "started": recording.header["started"],
        "seconds": recording.end.get("seconds", round(last, 2)),
        "remarks": len(recording.remarks()),
        "missed_ticks": recording.end.get("missed_ticks", 0),
        "model": recording.header["model"],
        "complete": recording.complete,
        "folder": str(folder),
    }
