"""The journal: the append-only record of a session, from which it can be replayed exactly.

A folder with `session.jsonl` (a header, then one object a line: turns, events, an end), `mic.flac`,
`voice.flac` and `frames/*.png`. Every line is written through at once and FLAC is flushed once a second,
so after `kill -9` all but the last second can be read. Readers pass over a torn last line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from duplex_cli.errors import UserError
from duplex_cli.paths import sessions_dir, writable
from duplex_cli.stream import SAMPLE_RATE, MicroTurn, to_json

LINES = "session.jsonl"
FRAMES = "frames"
FORMAT = 1
FLUSH_SAMPLES = SAMPLE_RATE // 2
"""FLAC is flushed each half second: with libFLAC's block of 4,096 samples under a second can be lost."""


class Journal:
    """Writes one session's folder. Used from the session's loop only."""

    def __init__(self, folder: Path, header: dict[str, Any], audio: bool = True) -> None:
        """Makes the folder. Raises UserError if it cannot be written."""
        self.folder = writable(folder)
        self._file = (folder / LINES).open("a", buffering=1, encoding="utf-8")
        self._write({"header": {**header, "format": FORMAT}})
        self._tracks = {name: _Track(folder / f"{name}.flac") for name in ("mic", "voice")} if audio else {}

    def turn(self, turn: MicroTurn, cost_ms: float, missed: int = 0) -> None:
        """Record a micro-turn, what it cost, and how many slots were missed before it."""
        line: dict[str, Any] = {"turn": to_json(turn), "cost_ms": round(cost_ms, 2)}
        if missed:
            line["missed"] = missed
        self._write(line)

    def event(self, name: str, **data: Any) -> None:
        """Record something that is no micro-turn: a command, a restart, when a remark began to sound."""
        self._write({"event": name, **data})

    def sound(self, track: str, samples: NDArray[np.float32]) -> None:
        """Append float32[n] at 16 kHz to the track "mic" or "voice"."""
        if track in self._tracks:
            self._tracks[track].write(samples)

    def close(self, summary: dict[str, Any]) -> None:
        """Write the end and close all files."""
        self._write({"end": summary})
        self._file.close()
        for track in self._tracks.values():
            track.close()

    def _write(self, line: dict[str, Any]) -> None:
        self._file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


class _Track:
    """One FLAC file that can be read up to the last flush whenever the process ends."""

    def __init__(self, path: Path) -> None:
        self._file = soundfile.SoundFile(path, "w", SAMPLE_RATE, 1, format="FLAC", subtype="PCM_16")
        self._since_flush = 0

    def write(self, samples: NDArray[np.float32]) -> None:
        self._file.write(samples)
        self._since_flush += len(samples)
        if self._since_flush >= FLUSH_SAMPLES:
            self._file.flush()
            self._since_flush = 0

    def close(self) -> None:
        self._file.close()


@dataclass(slots=True)
class Recording:
    """A journal read back. `complete` is False after a crash: then there is no end line."""

    folder: Path
    header: dict[str, Any]
    turns: list[dict[str, Any]] = field(default_factory=list)
    """Micro-turns in JSON form with "cost_ms" and "missed"."""
    lines: list[dict[str, Any]] = field(default_factory=list)
    """All lines in order, turns and events, as written."""
    end: dict[str, Any] = field(default_factory=dict)
    complete: bool = False

    def remarks(self) -> list[dict[str, Any]]:
        """What was said: at, end (when it sounded), text, kind, p, remark number."""
        return remarks_of(self.lines)


def read(folder: Path) -> Recording:
    """Read a journal, also one that a crash cut short. Raises UserError if there is none."""
    lines = list(_lines(folder / LINES))
    if not lines or "header" not in lines[0]:
        raise UserError(f"{folder} holds no journal; duplex sessions lists those there are")
    recording = Recording(folder, lines[0]["header"])
    for line in lines[1:]:
        if "turn" in line:
            turn = {**line["turn"], "cost_ms": line["cost_ms"]}
            if "missed" in line:
                turn["missed"] = line["missed"]
            recording.turns.append(turn)
        if "end" in line:
            recording.end, recording.complete = line["end"], True
        recording.lines.append(line)
    return recording


def remarks_of(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Remarks from journal lines, each with the time it began to sound where that is known."""
    remarks: dict[int, dict[str, Any]] = {}
    p = 0.0
    for line in lines:
        if "turn" in line:
            turn = line["turn"]
            gate = turn.get("gate")
            p = gate["say"] if gate else p
            for act in turn.get("acts", ()):
                number = act.get("remark", -1)
                if act["kind"] == "say":
                    known = remarks.setdefault(
                        number,
                        {
                            "at": act.get("start_at", turn["at"]),
                            "text": "",
                            "kind": "reminder" if act.get("start_at") is not None else "say",
                            "p": p,
                            "remark": number,
                        },
                    )
                    known["text"] = (
                        (known["text"] + act.get("text", "")).strip(" ")
                        if not known["text"]
                        else known["text"] + act.get("text", "")
                    )
                elif act["kind"] == "yield" and number in remarks and remarks[number]["kind"] == "reminder":
                    del remarks[number]
        elif line.get("event") == "started" and line["remark"] in remarks:
            remarks[line["remark"]]["at"] = line["at"]
        elif line.get("event") == "ended" and line["remark"] in remarks:
            remarks[line["remark"]]["end"] = line["at"]
    for remark in remarks.values():
        remark["text"] = " ".join(remark["text"].split())
        remark.setdefault("end", remark["at"])
    return [r for r in remarks.values() if r["text"]]


def find(session: str) -> Path:
    """Folder of a session by its id, a unique beginning of it, "last", or a path. Raises UserError."""
    path = Path(session)
    if (path / LINES).is_file():
        return path
    folders = list_folders()
    if session == "last" and folders:
        return folders[-1]
    matches = [f for f in folders if f.name.startswith(session)]
    if len(matches) == 1:
        return matches[0]
    problem = f"{len(matches)} sessions begin with {session}" if matches else f"there is no session {session}"
    raise UserError(f"{problem}; duplex sessions lists those there are")


def list_folders() -> list[Path]:
    """All recorded sessions, oldest first."""
    root = sessions_dir()
    if not root.is_dir():
        return []
    return sorted(f for f in root.iterdir() if (f / LINES).is_file())


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        return
    with path.open("rb") as file:
        for raw in file:
            if not raw.endswith(b"\n"):
                return  # torn by a crash while it was being written
            try:
                yield json.loads(raw)
            except ValueError:
                return
