"""`duplex watch`: reminders, bugs on the screen, wrong statements, while you work."""

from __future__ import annotations

from dataclasses import replace

from duplex_cli.cli.live import LiveOptions, run_live
from duplex_cli.cli.options import live


@live
def watch(options: LiveOptions) -> None:
    """Listen and look while you work, and speak when it is worth it.

    With --path, what is written in that folder is judged by your linters.
    """
    if options.paths:
        code = f'code.path="{options.paths[0].as_posix()}"'
        options = replace(options, settings=(*options.settings, code))
    run_live("watch", options)
