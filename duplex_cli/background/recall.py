"""Search over what was heard, seen and said, in this session and earlier ones: SQLite FTS5 over the journals.

The index is a file beside the journals and can be deleted at any time; it is brought up to date before each
search, from where it left off in every journal. Nothing is in it that is not in a journal.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from duplex_cli.background.offer import Failed

INDEX = "recall.sqlite"
LINES = "session.jsonl"
MOST_HITS = 5

_TABLES = """
CREATE TABLE IF NOT EXISTS journal (folder TEXT PRIMARY KEY, read INTEGER NOT NULL, started REAL NOT NULL);
CREATE VIRTUAL TABLE IF NOT EXISTS moment USING fts5(
    text, kind UNINDEXED, session UNINDEXED, at UNINDEXED, wall UNINDEXED,
    tokenize = 'porter unicode61 remove_diacritics 2'
);
"""


class Recall:
    """The index of the journals in `root`. Every call opens its own connection, so any thread may search."""

    def __init__(self, root: Path, own: str = "") -> None:
        """`own` is the session that asks: its last utterance is the request itself and no hit."""
        self._root, self._own = root, own

    def search(self, words: str, limit: int = MOST_HITS) -> list[dict[str, Any]]:
        """Best hits for `words`, each {"kind", "text", "session", "at", "wall"}; all words, else any of them.

        Raises Failed where the index cannot be used.
        """
        if not self._root.is_dir():
            return []
        terms = [f'"{word}"' for word in _words(words)]
        if not terms:
            return []
        connection = sqlite3.connect(self._root / INDEX, timeout=5.0)
        try:
            connection.executescript(_TABLES)
            self._refresh(connection)
            last = connection.execute(
                "SELECT max(at) FROM moment WHERE session = ? AND kind = 'heard'", (self._own,)
            ).fetchone()[0]
            for joined in (" ".join(terms), " OR ".join(terms)):
                rows = connection.execute(
                    "SELECT kind, text, session, at, wall FROM moment WHERE moment MATCH ? "
                    "AND NOT (session = ? AND kind = 'heard' AND at >= ?) ORDER BY rank, wall DESC LIMIT ?",
                    (joined, self._own, -1.0 if last is None else last, limit),
                ).fetchall()
                if rows:
                    return [
                        dict(zip(("kind", "text", "session", "at", "wall"), row, strict=True)) for row in rows
                    ]
        except sqlite3.DatabaseError as error:
            raise Failed(f"the index {self._root / INDEX} cannot be used ({error}); delete it") from error
        finally:
            connection.close()
        return []

    def _refresh(self, connection: sqlite3.Connection) -> None:
        known = {
            folder: (read, started)
            for folder, read, started in connection.execute("SELECT folder, read, started FROM journal")
        }
        for path in sorted(self._root.glob(f"*/{LINES}")):
            folder = path.parent.name
            read, started = known.pop(folder, (0, 0.0))
            if path.stat().st_size > read:
                self._take_in(connection, path, folder, read, started)
        for folder in known:  # its journal was deleted: what it held is forgotten
            connection.execute("DELETE FROM moment WHERE session = ?", (folder,))
            connection.execute("DELETE FROM journal WHERE folder = ?", (folder,))
        connection.commit()

    def _take_in(
        self, connection: sqlite3.Connection, path: Path, folder: str, read: int, started: float
    ) -> None:
        with path.open("rb") as file:
            file.seek(read)
            utterance: dict[str, Any] = {}
            for raw in file:
                if not raw.endswith(b"\n"):
                    break
                try:
                    line = json.loads(raw)
                except ValueError:
                    break
                read += len(raw)
                started = float(line.get("header", {}).get("started", started))
                for entry in _entries(line.get("turn") or {}, utterance):
                    self._put(connection, folder, started, entry)
            if utterance:
                self._put(connection, folder, started, ("heard", utterance["text"], utterance["at"]))
        connection.execute("INSERT OR REPLACE INTO journal VALUES (?, ?, ?)", (folder, read, started))

    @staticmethod
    def _put(
        connection: sqlite3.Connection, folder: str, started: float, entry: tuple[str, str, float]
    ) -> None:
        kind, text, at = entry
        connection.execute(
            "INSERT INTO moment VALUES (?, ?, ?, ?, ?)", (text, kind, folder, at, started + at)
        )


def _entries(turn: dict[str, Any], utterance: dict[str, Any]) -> Iterator[tuple[str, str, float]]:
    """(kind, text, at) of what a micro-turn adds; words are gathered in `utterance` up to their pause."""
    for percept in turn.get("percepts", ()):
        text = percept.get("text", "").strip()
        if percept["kind"] == "hear" and text:
            utterance.setdefault("at", percept["at"])
            utterance["text"] = f"{utterance.get('text', '')} {text}".strip()
        elif percept["kind"] == "pause" and utterance:
            yield "heard", utterance["text"], utterance["at"]
            utterance.clear()
        elif percept["kind"] == "see" and text:
            yield "seen", text, percept["at"]
    said = " ".join(act.get("text", "") for act in turn.get("acts", ()) if act["kind"] == "say").strip()
    if said:
        yield "said", said, turn["at"]


def _words(text: str) -> list[str]:
    return [
        "".join(c for c in word if c.isalnum()) for word in text.split() if any(c.isalnum() for c in word)
    ]


def told(hits: list[dict[str, Any]], now: float) -> str:
    """Hits as a result: the best one in words, all of them line by line. `now` is unix time, seconds."""
    if not hits:
        return "nothing found"
    lines = [f"{_when(hit['wall'], now)} {hit['kind']}: {hit['text']}" for hit in hits]
    return "\n".join(lines)


def _when(wall: float, now: float) -> str:
    ago = max(0.0, now - wall)
    if ago < 90:
        return f"{ago:.0f} seconds ago"
    if ago < 5400:
        return f"{ago / 60:.0f} minutes ago"
    moment = datetime.fromtimestamp(wall)
    if ago < 86400 and moment.date() == datetime.fromtimestamp(now).date():
        return f"at {moment:%H:%M}"
    return f"on {moment:%d %B}"
