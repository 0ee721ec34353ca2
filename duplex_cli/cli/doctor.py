"""`duplex doctor`: is this machine ready, and how to mend what is not."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from duplex_cli.cli import checks, offload
from duplex_cli.cli.checks import Check
from duplex_cli.cli.models import choices
from duplex_cli.machine import DEFAULT_MODEL, Machine, Recommendation, detect, machine_label, recommend

NEEDED_MODELS = (DEFAULT_MODEL, "gemma-3-270m", "moonshine-tiny-en", "whisper-base")
"""What the live commands use between them; fetched at first use, so missing ones are no fault."""

_LOOKS = {"ok": "[green]ok[/]", "note": "[cyan]note[/]", "warn": "[yellow]warn[/]", "fail": "[red]fail[/]"}


def examine() -> tuple[Machine, Recommendation, list[Check]]:
    """Look at everything. Takes a few seconds: native libraries are loaded in child processes."""
    machine = detect()
    facts = checks.llama_facts()
    advice = recommend(machine, bool(facts.get("offload")), choices())
    system = checks.system_name()
    found = [checks.python_check(), checks.llama_check(facts, machine)]
    found.append(offload.build_check(offload.build_facts(), bool(facts.get("offload"))))
    found += checks.sound_checks()
    found += checks.screen_checks(system, dict(os.environ))
    found += [checks.camera_check(system), checks.voice_check()]
    found += checks.permission_checks(system)
    found += checks.folder_checks()
    found += checks.model_checks(advice, NEEDED_MODELS)
    found.append(checks.run_settings_check(advice))
    return machine, advice, found


Measure = Annotated[
    bool, typer.Option("--measure", help="Try the models that are here for 20 seconds: which fits a tick?")
]


def doctor(
    measure: Measure = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Check this machine; every fault comes with its mend. Exit code 1 if something needed is missing."""
    machine, advice, found = examine()
    measured = offload.measure_here(advice, checks.offload_here()) if measure else None
    if measured is not None:
        found.append(offload.measured_check(measured))
    healthy = all(check.state != "fail" for check in found)
    if as_json:
        report = {
            "ok": healthy,
            "machine": asdict(machine) | {"label": machine_label(machine)},
            "recommendation": asdict(advice),
            "checks": [asdict(check) for check in found],
            "builds": offload.install_lines(),
            "measured": offload.measured_data(measured) if measured is not None else None,
        }
        typer.echo(json.dumps(report))
    else:
        console = Console()
        console.print(machine_label(machine), highlight=False, soft_wrap=True)
        table = Table("what", "", "found", box=None, pad_edge=False)
        for check in found:
            table.add_row(check.name, _LOOKS[check.state], check.found)
        console.print(table)
        for check in found:
            if check.mend:  # whole lines, outside the table, so that a command can be copied
                console.print(f"{check.name}: {check.mend}", markup=False, highlight=False, soft_wrap=True)
        console.print("Builds of llama-cpp-python:")
        for what, line in offload.install_lines().items():
            console.print(f"  {what}: {line}", markup=False, highlight=False, soft_wrap=True)
        console.print("Ready." if healthy else "Not ready: mend what says fail.")
    if not healthy:
        raise typer.Exit(1)
