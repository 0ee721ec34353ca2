"""`duplex bench work`: tools, a background mind and second thoughts, without a judge."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track

from duplex_cli.bench import work as work_suite
from duplex_cli.bench import work_load
from duplex_cli.bench.work_items import load_work_items
from duplex_cli.cli import options as o
from duplex_cli.cli.prepare import background_model, ears_model, model_choice
from duplex_cli.demo import scene
from duplex_cli.demo.render import render
from duplex_cli.display.tables import figures_table
from duplex_cli.machine import machine_label
from duplex_cli.paths import models_dir, writable
from duplex_cli.profiles import load_named
from duplex_cli.session.assemble import Options, assemble


def work(
    items: Annotated[
        Path | None,
        typer.Option("--items", help="Other items than those that duplex brings.", show_default=False),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=0, help="Only so many items, evenly spread; 0 is all.")
    ] = 0,
    seconds: Annotated[
        float,
        typer.Option("--seconds", min=0.0, help="Ticks at real pace under load so long; 0 leaves it out."),
    ] = 60.0,
    model: o.Model = "",
    settings: o.Set = None,
    as_json: o.Json = False,
) -> None:
    """Are the right tools called, and nothing that was taken back or injected? In simulated time; then what
    ticks cost at real pace while four tools and a background model work."""
    from duplex_cli.profile import parse_override

    changed: dict[str, Any] = dict(parse_override(text) for text in settings or ())
    if model:
        changed["model.name"] = model
    console = Console(stderr=True)
    loaded = load_work_items(items or Path(work_suite.__file__).parent / "data" / "work.jsonl")
    if limit and limit < len(loaded):
        loaded = [loaded[n * len(loaded) // limit] for n in range(limit)]
    profile = load_named("watch", changed)
    choice = model_choice(profile, console)
    runner = work_suite.WorkRunner(choice, profile.gate)
    try:
        shown = track(loaded, "items", console=console, disable=as_json, transient=True)
        results = [runner.run(item) for item in shown]
    finally:
        runner.close()
    figures = work_suite.report(results, choice.name, machine_label())
    if seconds:
        figures |= _under_load(seconds, changed, console)
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        figures.pop("details", None)
        Console().print(figures_table(figures, title="duplex bench work"))


def _under_load(seconds: float, changed: dict[str, Any], console: Console) -> dict[str, Any]:
    profile = load_named("demo", {**work_load.LOAD_PROFILE, **changed, "duration_s": seconds})
    media = render(writable(models_dir().parent / "demo"), math.ceil(seconds / scene.SECONDS))
    assembled = assemble(
        profile,
        Options(
            session="bench",
            folder=None,
            media=media,
            model=model_choice(profile, console),
            ears_dir=ears_model(profile, console),
            background=background_model(profile, console),
            machine=machine_label(),
        ),
    )
    _, figures = work_load.measure(assembled)
    return figures
