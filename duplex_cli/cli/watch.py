"""`duplex watch`: reminders, bugs on the screen, wrong statements, while you work."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from duplex_cli.cli.live import LiveOptions, run_live
from duplex_cli.cli.options import live


@live
def watch(
    options: LiveOptions,
    path: Annotated[
        Path | None,
        typer.Option("--path", help="A folder of code: what is written there is judged by your linters."),
    ] = None,
) -> None:
    """Listen and look while you work, and speak when it is worth it."""
    if path is not None:
        options = replace(options, settings=(*options.settings, f'code.path="{path.as_posix()}"'))
    run_live("watch", options)
