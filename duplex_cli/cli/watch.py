"""`duplex watch`: reminders, bugs on the screen, wrong statements, while you work; or one question."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from duplex_cli.cli.live import LiveOptions, run_live
from duplex_cli.cli.options import live

Question = Annotated[
    str,
    typer.Option(
        "--question",
        metavar="TEXT",
        help='Watch for one thing: "tell me when the download is finished".',
        show_default=False,
    ),
]


@live
def watch(options: LiveOptions, question: Question = "") -> None:
    """Listen and look while you work, and speak when it is worth it.

    With --path, what is written in that folder is judged by your linters.
    """
    if options.paths:
        code = f'code.path="{options.paths[0].as_posix()}"'
        options = replace(options, settings=(*options.settings, code))
    run_live("watch", replace(options, question=question))
