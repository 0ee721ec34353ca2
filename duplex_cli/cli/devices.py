"""`duplex devices`: what can be heard through, spoken through and looked at on this machine."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from duplex_cli.capture.inventory import Inventory, take_inventory


def devices(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List microphones, loudspeakers, monitors, windows and cameras, and how to mend what is missing."""
    found = take_inventory()
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False))
    else:
        _show(found, Console())


def _show(found: Inventory, console: Console) -> None:
    table = Table("kind", "number", "name", "details", box=None, header_style="bold", pad_edge=False)
    for kind, sounds in (("microphone", found.microphones), ("loudspeaker", found.loudspeakers)):
        for device in sounds:
            details = f"{device['system']}, {device['rate']} Hz" + (", default" if device["default"] else "")
            table.add_row(kind, str(device["index"]), escape(device["name"]), escape(details))
    for monitor in found.monitors:
        size = f"{monitor['width']}x{monitor['height']} at {monitor['left']},{monitor['top']}"
        table.add_row("monitor", str(monitor["number"]), "", size)
    for window in found.windows:
        size = f"{window['width']}x{window['height']} at {window['x']},{window['y']}"
        table.add_row("window", "", escape(window["title"]), size)
    for camera in found.cameras:
        table.add_row("camera", str(camera["number"]), escape(camera["name"]), camera["path"])
    if table.row_count:
        console.print(table)
    for note in found.notes:
        console.print(escape(note), soft_wrap=True)
