"""`duplex coach breathing|pushups`."""

from __future__ import annotations

import typer

from duplex_cli.cli.live import LiveOptions, run_live
from duplex_cli.cli.options import live

app = typer.Typer(
    help="Coaching: breathing by voice, pushups by camera.", no_args_is_help=True, rich_markup_mode=None
)


@app.command()
@live
def breathing(options: LiveOptions) -> None:
    """Keep the pace of your breathing: say "remind me to breathe in and out every four seconds"."""
    run_live("coach-breathing", options)


@app.command()
@live
def pushups(options: LiveOptions) -> None:
    """Count your pushups aloud, from the camera or a video."""
    run_live("coach-pushups", options)
