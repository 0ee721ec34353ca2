"""`duplex translate`: live Spanish to English, with the lag told at the end."""

from __future__ import annotations

from duplex_cli.cli.live import LiveOptions, run_live
from duplex_cli.cli.options import live


@live
def translate(options: LiveOptions) -> None:
    """Speak English while the Spanish goes on. Prints the mean lag at the end."""
    run_live("translate", options)
