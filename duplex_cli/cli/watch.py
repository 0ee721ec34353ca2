"""`duplex watch`: reminders, bugs on the screen, wrong statements, while you work."""

from __future__ import annotations

from duplex_cli.cli.live import LiveOptions, run_live
from duplex_cli.cli.options import live


@live
def watch(options: LiveOptions) -> None:
    """Listen and look while you work, and speak when it is worth it."""
    run_live("watch", options)
