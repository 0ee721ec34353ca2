"""`duplex bench SUITE`: measured figures, as a table or one JSON object."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track

from duplex_cli.bench import moments as moments_suite
from duplex_cli.bench import scenario as scenario_suite
from duplex_cli.bench import step as step_suite
from duplex_cli.bench import tick as tick_suite
from duplex_cli.bench import video as video_suite
from duplex_cli.bench.items import Item, load_items
from duplex_cli.cli import bench_decisions, bench_seeing, bench_voice, bench_work
from duplex_cli.cli import options as o
from duplex_cli.cli.prepare import ears_model, model_choice
from duplex_cli.demo import scene
from duplex_cli.demo.render import render
from duplex_cli.display.tables import figures_table
from duplex_cli.errors import UserError
from duplex_cli.machine import machine_label
from duplex_cli.paths import models_dir, writable
from duplex_cli.profile import Profile
from duplex_cli.profiles import load_named
from duplex_cli.session.assemble import Options, assemble

app = typer.Typer(help="Measured figures.", no_args_is_help=True, rich_markup_mode=None)
app.command()(bench_decisions.decisions)
app.command()(bench_decisions.translate)
app.command()(bench_work.work)
app.command()(bench_seeing.bugs)
app.command()(bench_voice.voice)
app.command()(bench_seeing.count)
app.command()(bench_seeing.see)


@app.command()
def tick(
    seconds: Annotated[float, typer.Option("--seconds", min=1.0, help="How long, at real pace.")] = 60.0,
    idle: Annotated[bool, typer.Option("--idle", help="Nothing happens: what waiting costs.")] = False,
    model: o.Model = "",
    settings: o.Set = None,
    as_json: o.Json = False,
) -> None:
    """Tick, step and decode times over the demo's material with all senses on."""
    console = Console(stderr=True)
    changed: dict[str, Any] = {"duration_s": seconds, **_settings(settings, model)}
    profile = load_named("demo", changed)
    media: tuple[Path, ...] = ()
    if idle:
        profile = load_named("demo", {**changed, "senses.microphone": False, "senses.screen": False})
    else:
        media = render(writable(models_dir().parent / "demo"), math.ceil(seconds / scene.SECONDS))
    choice = model_choice(profile, console)
    base = bench_decisions.base_path(console)
    assembled = assemble(
        profile,
        Options(
            session="bench",
            folder=None,
            media=media,
            model=choice,
            ears_dir=None if idle else ears_model(profile, console),
            machine=machine_label(),
        ),
    )
    outcome, rss_mb = tick_suite.measure(assembled)
    figures = tick_suite.report(outcome, rss_mb, assembled.header, "idle" if idle else "busy")
    figures |= step_suite.compare(choice.path, base, choice.settings)  # with the session's workers gone
    _print(figures, as_json)


@app.command()
def scenario(
    items: Annotated[Path, typer.Option("--items", help="JSON lines; docs/bench.md has the format.")],
    model: o.Model = "",
    settings: o.Set = None,
    as_json: o.Json = False,
) -> None:
    """Were the right things said at the right times? In simulated time."""
    changed = _settings(settings, model)
    results, name = _run(load_items(items), items.parent, changed, as_json)
    _print(scenario_suite.report(results, name, machine_label()), as_json)


@app.command()
def video(
    items: Annotated[
        Path | None,
        typer.Option("--items", help="Other clips than those that duplex draws.", show_default=False),
    ] = None,
    model: o.Model = "",
    settings: o.Set = None,
    as_json: o.Json = False,
) -> None:
    """Does it say what a picture shows, when it shows it? In simulated time."""
    console = Console(stderr=True)
    clips, folder = video_suite.load_clips(items)
    profile = load_named("watch", _settings(settings, model))
    choice = model_choice(profile, console)
    runner = video_suite.VideoRunner(choice, profile, folder, writable(models_dir().parent / "bench-video"))
    try:
        shown = track(clips, "clips", console=console, disable=as_json, transient=True)
        results = [runner.run(clip) for clip in shown]
    finally:
        runner.close()
    _print(video_suite.report(results, choice, machine_label(), len(runner.notes)), as_json)


Items = Annotated[
    Path | None,
    typer.Option("--items", help="Other items than those that duplex brings.", show_default=False),
]
Spoken = Annotated[
    bool, typer.Option("--spoken", help="Speak the words and hear them through the real senses.")
]
Limit = Annotated[int, typer.Option("--limit", min=0, help="Only so many items, evenly spread; 0 is all.")]
Noise = Annotated[
    float | None,
    typer.Option("--noise-db", help="With --spoken: room noise of this level, dBFS.", show_default=False),
]


def _moments_command(suite: moments_suite.Suite) -> Callable[..., None]:
    """The command of a suite of moments: all of them take the same options."""

    def command(
        spoken: Spoken = False,
        items: Items = None,
        limit: Limit = 0,
        noise_db: Noise = None,
        model: o.Model = "",
        settings: o.Set = None,
        as_json: o.Json = False,
    ) -> None:
        _moments(suite, spoken, items, limit, noise_db, _settings(settings, model), as_json)

    return command


app.command("time", help="Does it speak at the times it was told? In simulated time.")(
    _moments_command("time")
)
app.command("cue", help="Does it speak on a cue, while the user goes on? In simulated time.")(
    _moments_command("cue")
)


def _moments(
    suite: moments_suite.Suite,
    spoken: bool,
    path: Path | None,
    limit: int,
    noise_db: float | None,
    changed: dict[str, Any],
    as_json: bool,
) -> None:
    if noise_db is not None and not spoken:
        raise UserError("--noise-db is the noise around spoken words; add --spoken")
    items, folder = moments_suite.items_of(suite, path, limit)
    voices: list[str] | None = None
    if spoken:
        sounds = writable(models_dir().parent / "bench-speech")
        items, voices = moments_suite.spoken(items, sounds, partial(_profile, changed), noise_db)
    results, name = _run(items, folder, changed, as_json)
    _print(moments_suite.report(suite, results, name, machine_label(), voices), as_json)


def _run(
    items: Sequence[Item], folder: Path, changed: dict[str, Any], as_json: bool
) -> tuple[list[scenario_suite.Result], str]:
    """The items' results and the model's name."""
    console = Console(stderr=True)
    choice = model_choice(load_named(items[0].profile, changed), console)
    runner = scenario_suite.ScenarioRunner(
        choice, partial(_profile, changed), partial(ears_model, console=console), folder
    )
    try:
        shown = track(items, "items", console=console, disable=as_json, transient=True)
        return [runner.run(item) for item in shown], choice.name
    finally:
        runner.close()


def _profile(changed: dict[str, Any], name: str) -> Profile:
    return load_named(name, changed)


def _settings(settings: list[str] | None, model: str) -> dict[str, Any]:
    from duplex_cli.profile import parse_override

    changed: dict[str, Any] = dict(parse_override(text) for text in settings or ())
    if model:
        changed["model.name"] = model
    return changed


def _print(figures: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        figures.pop("details", None)
        Console().print(figures_table(figures, title=f"duplex bench {figures['suite']}"))
