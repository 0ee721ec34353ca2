"""What runs in the code's process: the reviewer, fed by the eyes' page and by files that change."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

from watchfiles import watch

from duplex_cli.code.document import LANGUAGES, Document
from duplex_cli.code.review import Reviewer, Told
from duplex_cli.errors import UserError
from duplex_cli.stream import Percept

MAX_BYTES = 400_000
"""A larger file is generated or minified, not typed."""

MAX_FILES = 5_000
"""Files remembered as they stood before the first edit; about 50 MB of text at most in practice."""

OTHERS_CODE = frozenset({"node_modules", "site-packages", "__pycache__", "venv", "dist", "build", "target"})
"""Folders that hold what others wrote or machines made. Those that begin with a dot are left out as well."""


class CodeHost:
    """Keeps the documents and answers `review` with what the tools found."""

    def __init__(self, folder: Path | None, types: bool) -> None:
        """`folder` is watched for files that change, or None. Raises UserError if it is no folder."""
        self._reviewer = Reviewer(types=types)
        self._folder = folder
        self._before: dict[Path, Document] = {}
        self._changes: Generator[set[tuple[Any, str]], None, None] | None = None
        if folder is None:
            return
        if not folder.is_dir():
            raise UserError(f"--path {folder} is no folder; give the folder that holds your code")
        for path in _files(folder):
            document = self._read(path)
            if document is not None:
                self._before[path] = document
            if len(self._before) >= MAX_FILES:
                break
        self._changes = watch(folder, step=20, debounce=50, rust_timeout=1, yield_on_timeout=True)
        next(self._changes)  # from here on nothing is missed

    def review(self, until_s: float, page: Document | None) -> tuple[float, list[Percept]]:
        """Findings up to session time `until_s`; `page` is the code on the screen, where it has changed.

        A file of the folder is judged by itself, not by how it looks on the screen.
        """
        if page is not None and not any(path.name == page.name for path in self._before):
            self._reviewer.show(page, until_s)
        for _, name in next(self._changes) if self._changes is not None else ():
            path = Path(name)
            document = self._read(path) if _is_own(path) else None
            if document is None:
                continue
            before = self._before.get(path)
            self._reviewer.show(before or Document(document.name, ()), until_s)
            self._before[path] = document
            self._reviewer.show(document, until_s)
        return until_s, [percept_of(told, until_s) for told in self._reviewer.review(until_s)]

    def close(self) -> None:
        if self._changes is not None:
            self._changes.close()

    def _read(self, path: Path) -> Document | None:
        """The file as a document named by its path below the folder; None if it is no code to judge."""
        assert self._folder is not None
        if path.suffix.lower() not in LANGUAGES:
            return None
        try:
            if path.stat().st_size > MAX_BYTES:
                return None
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None  # gone, being written, or no text
        return Document(os.path.relpath(path, self._folder.resolve()), tuple(text.splitlines()))


def percept_of(told: Told, at_s: float) -> Percept:
    """A finding as the session reads it."""
    kind = "fixed" if told.fixed else "finding"
    return Percept(at_s, kind, f"{told.message} | {told.code}", where=f"{told.file}:{told.line}")


def _files(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder.resolve()):
        folders[:] = sorted(name for name in folders if _is_own(Path(name)))
        yield from (Path(root) / name for name in sorted(names))


def _is_own(path: Path) -> bool:
    return not any(
        part in OTHERS_CODE or (part.startswith(".") and part not in (".", "..")) for part in path.parts
    )
