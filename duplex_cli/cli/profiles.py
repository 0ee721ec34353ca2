"""`duplex profiles`: what sessions there are."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from duplex_cli.profile import load, to_data
from duplex_cli.profiles import all_profiles, find_profile


def profiles(
    name: Annotated[str, typer.Argument(help="Show one profile whole.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """List the profiles, or show one."""
    console = Console()
    if name:
        path = find_profile(name)
        profile = load(path)
        if as_json:
            print(json.dumps(to_data(profile), ensure_ascii=False))
        else:
            console.print(f"[dim]{path}[/dim]", highlight=False)
            console.print(path.read_text(encoding="utf-8"), markup=False, highlight=False)
        return
    found = {key: load(path) for key, path in all_profiles().items()}
    if as_json:
        print(json.dumps({key: to_data(profile) for key, profile in found.items()}, ensure_ascii=False))
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("profile", style="bold")
    table.add_column("what it does")
    for key, profile in found.items():
        table.add_row(key, profile.summary or profile.task)
    console.print(table)
