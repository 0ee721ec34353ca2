"""`duplex bench bugs`, `see` and `count`: what the eyes are good for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track

from duplex_cli.bench import bug_items
from duplex_cli.bench import bugs as bugs_suite
from duplex_cli.bench import count as count_suite
from duplex_cli.bench import see as see_suite
from duplex_cli.cli import options as o
from duplex_cli.cli.prepare import model_choice
from duplex_cli.display.tables import figures_table
from duplex_cli.machine import machine_label
from duplex_cli.profile import parse_override
from duplex_cli.profiles import load_named

Items = Annotated[
    Path | None,
    typer.Option("--items", help="Other items than those that duplex brings.", show_default=False),
]
Limit = Annotated[int, typer.Option("--limit", min=0, help="Only so many items, evenly spread; 0 is all.")]


def bugs(
    items: Items = None,
    limit: Limit = 0,
    types: Annotated[bool, typer.Option("--types", help="Ask the type checker as well (slow).")] = False,
    model: o.Model = "",
    settings: o.Set = None,
    as_json: o.Json = False,
) -> None:
    """Are bugs told as they are typed, and clean code left alone? In simulated time."""
    console = Console(stderr=True)
    given = bug_items.load(items) if items is not None else bug_items.own_items()
    if limit and items is None:
        # Evenly spread over the pairs of a bug and its clean twin.
        pairs = len(given) // 2
        chosen = {n * pairs // limit for n in range(limit)}
        given = [item for n, item in enumerate(given) if n // 2 in chosen]
    elif limit:
        given = [given[n * len(given) // limit] for n in range(min(limit, len(given)))]
    changed: dict[str, Any] = dict(parse_override(text) for text in settings or ())
    if model:
        changed["model.name"] = model
    profile = load_named("watch", changed)
    choice = model_choice(profile, console)
    runner = bugs_suite.BugRunner(choice, profile)
    try:
        verdicts, can = bugs_suite.measure(
            given,
            runner,
            types=types,
            shown=lambda rows: track(rows, "items", console=console, disable=as_json, transient=True),
        )
    finally:
        runner.close()
    show(bugs_suite.report(verdicts, can, choice.name, machine_label(), types), as_json)


def show(figures: dict[str, Any], as_json: bool) -> None:
    """One JSON object, or a table without the details."""
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    figures.pop("details", None)
    Console().print(figures_table(figures, title=f"duplex bench {figures['suite']}"))


def count(
    items: Items = None,
    limit: Limit = 0,
    model: o.Model = "",
    settings: o.Set = None,
    as_json: o.Json = False,
) -> None:
    """Are repeated movements counted aloud, whatever they are? In simulated time."""
    console = Console(stderr=True)
    changed: dict[str, Any] = dict(parse_override(text) for text in settings or ())
    if model:
        changed["model.name"] = model
    profile = load_named("coach-pushups", changed)
    cases = count_suite.own_cases(limit) if items is None else count_suite.load(items, profile.senses.fps)
    if items is not None and limit:
        cases = [cases[n * len(cases) // limit] for n in range(min(limit, len(cases)))]
    choice = model_choice(profile, console)
    runner = count_suite.CountRunner(choice, profile)
    try:
        shown = track(cases, "clips", console=console, disable=as_json, transient=True)
        counted = [runner.run(case) for case in shown]
    finally:
        runner.close()
    show(count_suite.report(counted, choice.name, machine_label()), as_json)


def see(
    items: Items = None,
    limit: Limit = 0,
    fast: Annotated[
        bool, typer.Option("--fast", help="In simulated time, for a busy machine (docs/bench.md).")
    ] = False,
    settings: o.Set = None,
    as_json: o.Json = False,
) -> None:
    """How soon and exactly is typed code seen, and what does looking cost? Seven minutes, in real time."""
    given = see_suite.own_items() if items is None else see_suite.load(items)
    if limit:
        given = [given[n * len(given) // limit] for n in range(min(limit, len(given)))]
    profile = load_named("watch", dict(parse_override(text) for text in settings or ()))
    typed, costs = see_suite.measure(given, profile, fast=fast)
    show(see_suite.report(typed, costs, machine_label(), fast), as_json)
