"""The tools that duplex brings: memory and files. All of them only read.

They are pure Python that can work for seconds, and would hold up the tick's own Python as threads; so a
`BuiltinHost` lives in a worker process.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from duplex_cli.background.files import Files
from duplex_cli.background.offer import Failed, Offer
from duplex_cli.background.recall import Recall, told
from duplex_cli.clock import wall
from duplex_cli.errors import UserError
from duplex_cli.paths import sessions_dir

ABOUT = {
    "recall": ("words", "what was heard, seen and said, now and in earlier sessions"),
    "find_file": ("name", "where a file lies"),
    "read_file": ("path", "the beginning of a file"),
    "search_files": ("words", "lines in files"),
}
"""Name of each tool, its one argument, and what it finds."""


class BuiltinHost:
    """Carries out the built-in tools, one call at a time."""

    def __init__(self, paths: Sequence[Path], session: str) -> None:
        """`paths` are the folders that may be read, `session` is the one that asks."""
        recall, files, never = Recall(sessions_dir(), session), Files(paths), threading.Event()
        self._runs: dict[str, Callable[[str], str]] = {
            "recall": lambda words: told(recall.search(words), wall()),
            "find_file": lambda name: files.find(name, never),
            "read_file": lambda name: files.read(name, never),
            "search_files": lambda words: files.search(words, never),
        }

    def run(self, name: str, words: str) -> tuple[bool, str]:
        """Whether it worked, and the answer or a line to tell."""
        try:
            return True, self._runs[name](words)
        except Failed as failure:
            return False, str(failure)


def builtin_offers(names: Sequence[str], paths: Sequence[Path]) -> list[Offer]:
    """The built-in tools called `names`. Raises UserError where their folders are missing."""
    for path in paths:
        if not path.expanduser().is_dir():
            raise UserError(f"{path} is no folder; name one that exists in work.paths or --path")
    if not paths and (needing := [name for name in names if name != "recall"]):
        raise UserError(f"{needing[0]} needs a folder; add --path FOLDER or work.paths to the profile")
    return [_offer(name) for name in names]


def _offer(name: str) -> Offer:
    argument, about = ABOUT[name]
    text = {"type": "string", "minLength": 1}
    schema = {"type": "object", "properties": {argument: text}, "required": [argument]}
    return Offer(name=name, schema=schema, level="read", about=about)
