"""`duplex models`: what there is, what is here, and fetching it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from duplex_cli import catalog, paths
from duplex_cli.catalog import Builder, Entry
from duplex_cli.cli.checks import offload_here
from duplex_cli.errors import UserError
from duplex_cli.machine import Machine, Recommendation, detect, recommend

app = typer.Typer(
    name="models", help="List, fetch, verify and remove models.", no_args_is_help=True, add_completion=False
)

Names = Annotated[list[str], typer.Argument(help="Names from: duplex models list")]


def size_text(size: int) -> str:
    """Bytes for people: "98 MB", "2.8 GB" (powers of ten, as the hubs count)."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{max(1, round(size / 1e6))} MB"


def choices() -> list[tuple[str, float]]:
    """The models that ask for a GPU, with the memory (GB) that each needs, in the catalogue's order."""
    return [
        (entry.name, entry.min_vram_gb)
        for entry in catalog.default_catalog().values()
        if entry.role == "interaction" and entry.min_vram_gb > 0
    ]


def recommended_here(machine: Machine | None = None) -> Recommendation:
    """The model and settings here. llama.cpp is asked (in a child process) only if there is a GPU."""
    machine = machine or detect()
    return recommend(machine, bool(machine.gpus) and offload_here(), choices())


def _builder() -> Builder:
    from duplex_cli.interaction.build import build_model

    return build_model


def _missing(names: Sequence[str]) -> list[Entry]:
    """The entries to fetch or build for `names`, a base before what is built from it, each once."""
    wanted: dict[str, Entry] = {}
    for name in names:
        if catalog.find(name) is not None:
            continue
        entry = catalog.default_catalog()[name]
        if entry.built_from and catalog.find(entry.built_from) is None:
            wanted[entry.built_from] = catalog.default_catalog()[entry.built_from]
        wanted[name] = entry
    return list(wanted.values())


def _announce(entry: Entry, console: Console) -> None:
    if entry.kind == "built":
        console.print(f"{entry.name} is made here from {entry.built_from}, once. Licence: {entry.licence}.")
        return
    note = f", {entry.licence_note}" if entry.licence_note else ""
    console.print(
        f"Fetching {entry.name} ({entry.role}): {size_text(entry.size)}. "
        f"Licence: {entry.licence} <{entry.licence_url}>{note}.",
        soft_wrap=True,
        highlight=False,
    )
    if not entry.verified:
        console.print(f"  {entry.name} has not been run by the makers of duplex.", highlight=False)


@contextmanager
def _bars(console: Console) -> Iterator[catalog.Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(stage: str, done: float) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=1.0)
            bars.update(tasks[stage], completed=done)

        yield tell


def ensure_all(names: Sequence[str], console: Console) -> dict[str, Path]:
    """What a command needs before it starts: each name with its file or folder.

    Whatever is missing is named with size and licence first, then fetched or built. With everything here
    nothing is printed and no request made. Raises UserError as `catalog.ensure` does.
    """
    missing = _missing(names)
    if missing:
        fetched = [entry for entry in missing if entry.kind == "download"]
        if len(fetched) > 1:
            total = sum(entry.size for entry in fetched)
            console.print(
                f"First use: {size_text(total)} of models go to {paths.models_dir()}.", soft_wrap=True
            )
        for entry in missing:
            _announce(entry, console)
    found: dict[str, Path] = {}
    with _bars(console) as tell:
        for name in [*(entry.name for entry in missing), *names]:
            built = catalog.default_catalog()[name].kind == "built"
            found[name] = catalog.ensure(
                name,
                builder=_builder() if built and catalog.find(name) is None else None,
                announce=lambda line: console.print(line, soft_wrap=True, highlight=False),
                progress=tell,
            )
    return {name: found[name] for name in names}


def _err() -> Console:
    return Console(stderr=True)


@app.command("list")
def list_models(as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False) -> None:
    """Show every model, what is here, and what suits this machine."""
    advice = recommended_here()
    entries = catalog.default_catalog().values()
    rows: list[tuple[Entry, Path | None]] = [(entry, catalog.find(entry.name)) for entry in entries]
    if as_json:
        typer.echo(
            json.dumps({"folder": str(paths.models_dir()), "models": [_row(e, p, advice) for e, p in rows]})
        )
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("name", "role", "size", "licence", "installed", "recommended"):
        table.add_column(heading, no_wrap=heading in ("name", "role", "size"))
    for entry, path in rows:
        here = "package" if path and entry.kind == "bundled" else "yes" if path else "-"
        mark = "here" if entry.name == advice.model else ""
        if not mark and entry.min_vram_gb:
            mark = f"GPU, {entry.min_vram_gb:.0f} GB"
        table.add_row(entry.name, entry.role, size_text(entry.size), entry.licence, here, mark)
    console = Console()
    console.print(table)
    console.print(f"{advice.model}: {advice.why}. Models lie in {paths.models_dir()}.", soft_wrap=True)


def _row(entry: Entry, path: Path | None, advice: Recommendation) -> dict[str, Any]:
    return {
        "name": entry.name,
        "role": entry.role,
        "title": entry.title,
        "kind": entry.kind,
        "size": entry.size,
        "licence": entry.licence,
        "licence_url": entry.licence_url,
        "format": entry.format,
        "modalities": list(entry.modalities),
        "languages": list(entry.languages),
        "min_vram_gb": entry.min_vram_gb,
        "verified": entry.verified,
        "installed": path is not None,
        "path": str(path) if path else None,
        "recommended": entry.name == advice.model,
    }


@app.command()
def pull(names: Names) -> None:
    """Fetch models (and build what is built), with size and licence told first."""
    console = _err()
    for name, path in ensure_all(names, console).items():
        console.print(f"{name}: {path}", soft_wrap=True, highlight=False)


@app.command()
def path(name: Annotated[str, typer.Argument()]) -> None:
    """Print where a model lies, and nothing else."""
    found = catalog.find(name)
    if found is None:
        raise UserError(f"{name} is not here, or not whole; run: duplex models pull {name}")
    typer.echo(str(found))


@app.command()
def verify(names: Annotated[list[str] | None, typer.Argument()] = None) -> None:
    """Read every byte of the models that are here. Exit code 1 if one is damaged."""
    console = Console()
    chosen = names or list(catalog.default_catalog())
    bad = 0
    for name in chosen:
        findings = catalog.check(name, read=True)
        if not names and all(finding.state == "missing" for finding in findings):
            continue
        for finding in findings:
            wrong = finding.state != "ready"
            bad += wrong
            mend = f"; run: duplex models pull {name}" if wrong else ""
            console.print(
                f"{name}: {finding.path.name}: {finding.state}{mend}", soft_wrap=True, highlight=False
            )
    if bad:
        raise typer.Exit(1)


@app.command()
def build(
    name: Annotated[str, typer.Argument()] = "duplex-270m",
    again: Annotated[bool, typer.Option("--again", help="Even if it is here already.")] = False,
) -> None:
    """Make a model that is built here from a base and an adapter."""
    entry = catalog.default_catalog()[name]
    if entry.kind != "built":
        raise UserError(f"{name} is fetched, not built; run: duplex models pull {name}")
    if again:
        catalog.remove(name)
    console = _err()
    found = ensure_all([name], console)[name]
    sys.stdout.write(f"{found}\n")


@app.command("build-projector")
def build_projector(
    model: Annotated[str, typer.Option("--model", help="For which: a name, or a GGUF file.")] = "duplex-270m",
    out: Annotated[Path, typer.Option("--out", help="Where to write it.")] = Path("projector.gguf"),
) -> None:
    """Write a small untrained projector, to test and measure native senses. It understands nothing."""
    from duplex_cli.interaction import build_projector as maker

    path = Path(model).expanduser()
    if path.suffix != ".gguf":
        path = ensure_all([model], _err())[model]
        path = catalog.files(model)["model"] if path.is_dir() else path
    maker.build_projector(paths.writable(out.parent) / out.name, maker.width_of(path))
    sys.stdout.write(f"{out}\n")


@app.command()
def remove(names: Names) -> None:
    """Delete models from the cache."""
    for name in names:
        freed = catalog.remove(name)
        typer.echo(f"{name}: {size_text(freed)} freed" if freed else f"{name}: was not here")
