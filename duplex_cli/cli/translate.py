"""`duplex translate`: live Spanish to English, with the lag told at the end."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from duplex_cli.cli.live import LiveOptions, run_live
from duplex_cli.cli.options import live
from duplex_cli.session.lag import lags
from duplex_cli.session.loop import Outcome


@live
def translate(options: LiveOptions) -> None:
    """Speak English while the Spanish goes on. Prints the mean lag at the end.

    The lag of a remark is the time from the Spanish word it answers to its first English sound.
    """
    summary = run_live("translate", options, _lag)
    lag = summary["lag_s"]
    if lag["remarks"]:
        Console(stderr=True).print(
            f"mean lag {lag['mean']:.2f} s over {lag['remarks']} remarks, longest {lag['max']:.2f} s"
        )


def _lag(outcome: Outcome) -> dict[str, Any]:
    found = lags(outcome.lines)
    mean = sum(found) / len(found) if found else 0.0
    return {
        "lag_s": {"mean": round(mean, 3), "max": round(max(found, default=0.0), 3), "remarks": len(found)}
    }
