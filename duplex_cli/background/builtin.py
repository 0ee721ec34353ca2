"""The tools that duplex brings: memory and files. All of them only read."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from duplex_cli.background.files import Files
from duplex_cli.background.offer import Offer, Tool
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


def builtin_tools(names: Sequence[str], paths: Sequence[Path], session: str, timeout_s: float) -> list[Tool]:
    """The tools called `names`. `session` is the one that asks. Raises UserError for missing folders."""
    for path in paths:
        if not path.expanduser().is_dir():
            raise UserError(f"{path} is no folder; name one that exists in work.paths or --path")
    if not paths and (needing := [name for name in names if name != "recall"]):
        raise UserError(f"{needing[0]} needs a folder; add --path FOLDER or work.paths to the profile")
    recall, files = Recall(sessions_dir(), session), Files(paths)
    runs: dict[str, Callable[[str, threading.Event], str]] = {
        "recall": lambda words, _: told(recall.search(words), wall()),
        "find_file": files.find,
        "read_file": files.read,
        "search_files": files.search,
    }
    return [_tool(name, runs[name], timeout_s) for name in names]


def _tool(name: str, run: Callable[[str, threading.Event], str], timeout_s: float) -> Tool:
    argument, about = ABOUT[name]
    schema = {
        "type": "object",
        "properties": {argument: {"type": "string", "minLength": 1}},
        "required": [argument],
    }

    def carry_out(arguments: dict[str, Any], stop: threading.Event) -> str:
        return run(arguments[argument], stop)

    return Tool(Offer(name=name, schema=schema, level="read", about=about), carry_out, timeout_s)
