"""Finding, reading and searching files, only below the folders that the user named. Nothing is ever written.

Links that lead out of these folders are not followed; hidden files, and what is no text, are passed over.
"""

from __future__ import annotations

import os
import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path

from duplex_cli.background.offer import Failed

MOST_FILES = 20_000
"""Files looked at in one search: about two seconds on a laptop's disk."""

MOST_BYTES = 1_000_000
"""A larger file is no text that somebody wrote."""

MOST_HITS = 8
READ_CHARS = 3000

ALIKE = 0.6
"""Likeness (difflib ratio of the plain names) from which a name that was only heard counts as the file's:
"notes dot text" and notes.txt have .75; two names of three letters' difference in ten have .7."""

_SKIPPED = frozenset({"node_modules", "__pycache__", "venv", "target", "dist", "build"})


class Files:
    """The files below `roots`. Raises Failed with a line to tell."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self.roots = tuple(root.expanduser().resolve() for root in roots)

    def find(self, name: str, stop: threading.Event) -> str:
        """Where the files called `name`, or most like it, lie."""
        best = self._best(name, stop)
        return "not found" if not best else "\n".join(self._shown(path) for path in best[:MOST_HITS])

    def read(self, name: str, stop: threading.Event) -> str:
        """The beginning of the file called `name`, or most like it."""
        best = self._best(name, stop)
        if not best:
            raise Failed("not found")
        text = _text(best[0])
        if text is None:
            raise Failed(f"{best[0].name} is no text")
        lines = text.count("\n") + (not text.endswith("\n") and bool(text))
        return f"{best[0].name}, {lines} lines\n{text[:READ_CHARS]}" if text.strip() else "empty"

    def search(self, words: str, stop: threading.Event) -> str:
        """Lines that hold all of `words`, as "name:line text"."""
        wanted = _plain(words).split()
        if not wanted:
            raise Failed("nothing to search for")
        hits: list[str] = []
        for path in self._all(stop):
            for number, line in enumerate((_text(path) or "").splitlines(), 1):
                folded = f" {_plain(line)} "
                if all(word in folded for word in wanted):
                    hits.append(f"{self._shown(path)}:{number} {line.strip()[:120]}")
                    if len(hits) == MOST_HITS:
                        return "\n".join(hits)
        return "\n".join(hits) or "nothing found"

    def _best(self, name: str, stop: threading.Event) -> list[Path]:
        wanted = _spoken_name(name)
        scored: list[tuple[float, str, Path]] = []
        for path in self._all(stop):
            names = (_spoken_name(path.name), _spoken_name(path.stem), _spoken_name(self._shown(path)))
            score = max(1.0 if wanted == n else SequenceMatcher(None, wanted, n).ratio() for n in names)
            if score >= ALIKE:
                scored.append((-score, str(path), path))
        scored.sort()
        exact = [path for score, _, path in scored if score == -1.0]
        return exact or [path for _, _, path in scored]

    def _all(self, stop: threading.Event) -> Iterator[Path]:
        seen = 0
        for root in self.roots:
            for folder, inner, names in os.walk(root):
                inner[:] = sorted(d for d in inner if not d.startswith(".") and d not in _SKIPPED)
                for name in sorted(names):
                    path = Path(folder) / name
                    if name.startswith(".") or not path.resolve().is_relative_to(root):
                        continue
                    seen += 1
                    if stop.is_set() or seen > MOST_FILES:
                        return
                    yield path

    def _shown(self, path: Path) -> str:
        root = next(root for root in self.roots if path.is_relative_to(root))
        return path.relative_to(root).as_posix()


def _text(path: Path) -> str | None:
    """The file's text; None where it is none, too large or not to be read."""
    try:
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            return None
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"\w+", "".join(c for c in folded if not unicodedata.combining(c))))


_SAID = {
    "dot": "",
    "point": "",
    "slash": "",
    "underscore": "",
    "dash": "",
    "text": "txt",
    "python": "py",
    "markdown": "md",
}
"""How parts of file names are said."""


def _spoken_name(name: str) -> str:
    words = _plain(re.sub(r"[._/-]", " ", name)).split()
    skipped = {"the", "file", "my", "a"} if len(words) > 1 else set()
    return "".join(_SAID.get(word, word) for word in words if word not in skipped)
