"""`duplex run PROFILE`: a session under any profile."""

from __future__ import annotations

from typing import Annotated

import typer

from duplex_cli.cli.live import LiveOptions, run_live
from duplex_cli.cli.options import live


@live
def run(
    options: LiveOptions,
    profile: Annotated[str, typer.Argument(help="A name of `duplex profiles`, or a TOML file.")],
) -> None:
    """Run a session under a profile."""
    run_live(profile, options)
