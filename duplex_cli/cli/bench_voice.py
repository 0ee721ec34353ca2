"""`duplex bench voice`: spoken dialogues through the real audio path."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track

from duplex_cli.bench import voice_kill, voice_long, voice_report
from duplex_cli.bench.voice_items import Dialogue, load_dialogues
from duplex_cli.bench.voice_run import VoiceRunner
from duplex_cli.cli import options as o
from duplex_cli.cli.prepare import ears_model, model_choice
from duplex_cli.display.tables import figures_table
from duplex_cli.errors import UserError
from duplex_cli.machine import machine_label
from duplex_cli.paths import models_dir, writable
from duplex_cli.profile import Profile, parse_override
from duplex_cli.profiles import load_named

DIALOGUES = Path(voice_report.__file__).parent / "data" / "voice.jsonl"


def voice(
    items: Annotated[
        Path | None, typer.Option("--items", help="Other dialogues than those that duplex brings.")
    ] = None,
    only: Annotated[
        str, typer.Option("--only", help="Dialogues with these tags, parted by commas (turn, pause, echo …).")
    ] = "",
    limit: Annotated[int, typer.Option("--limit", min=0, help="Only so many, evenly spread; 0 is all.")] = 0,
    idle: Annotated[
        float, typer.Option("--idle", min=0.0, help="Minutes of room noise, distant talk and keys instead.")
    ] = 0.0,
    echo: Annotated[
        float, typer.Option("--echo", min=0.0, help="Minutes of own speech into the microphone instead.")
    ] = 0.0,
    soak: Annotated[
        float, typer.Option("--soak", min=0.0, help="Minutes of mixed talk in one session, at real pace.")
    ] = 0.0,
    kill: Annotated[
        bool, typer.Option("--kill", help="Kill transcriber, model and voice in a session, at real pace.")
    ] = False,
    live: Annotated[bool, typer.Option("--live", help="At real pace, not in simulated time.")] = False,
    profile: Annotated[
        str, typer.Option("--profile", help="In place of the profile that each dialogue names.")
    ] = "",
    model: o.Model = "",
    settings: o.Set = None,
    as_json: o.Json = False,
) -> None:
    """Does it hear itself, stop when told, talk on through "mm-hm", and answer in time?"""
    console = Console(stderr=True)
    changed: dict[str, Any] = dict(parse_override(text) for text in settings or ())
    if model:
        changed["model.name"] = model
    if sum(map(bool, (idle, echo, soak, kill))) > 1:
        raise UserError("--idle, --echo, --soak and --kill are different runs; give one of them")
    load = partial(_profile, changed, profile)
    source = items or DIALOGUES
    chosen = _chosen(load_dialogues(source), only, limit)
    choice = model_choice(load(chosen[0].profile), console)
    sounds = writable(models_dir().parent / "bench-speech")
    if soak:
        _print(
            voice_long.soak(choice, load, partial(ears_model, console=console), chosen, sounds, soak), as_json
        )
        return
    if kill:
        ears = partial(ears_model, console=console)
        _print(voice_kill.kill(choice, load, ears, chosen, sounds), as_json)
        return
    runner = VoiceRunner(
        choice, load, partial(ears_model, console=console), source.parent, sounds, fast=not live
    )
    try:
        if idle:
            results = voice_long.idle(runner, idle)
        elif echo:
            results = voice_long.own_speech(runner, echo)
        else:
            shown = track(chosen, "dialogues", console=console, disable=as_json, transient=True)
            results = [runner.run(item) for item in shown]
    finally:
        runner.close()
    _print(voice_report.report(results, choice.name, machine_label(), not live), as_json)


def _chosen(items: list[Dialogue], only: str, limit: int) -> list[Dialogue]:
    wanted = [tag.strip() for tag in only.split(",") if tag.strip()]
    found = [i for i in items if not wanted or any(tag.startswith(w) for tag in i.tags for w in wanted)]
    if not found:
        tags = sorted({tag for item in items for tag in item.tags})
        raise UserError(f"no dialogue has a tag that begins with {only!r}; there are: {', '.join(tags)}")
    if limit and limit < len(found):
        found = [found[n * len(found) // limit] for n in range(limit)]
    return found


def _profile(changed: dict[str, Any], instead: str, name: str) -> Profile:
    return load_named(instead or name, changed)


def _print(figures: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    for key in ("details", "by_tag"):
        rows = figures.pop(key, None)
        if key == "by_tag" and rows:
            figures |= {f"{tag}": ", ".join(f"{k} {v}" for k, v in row.items()) for tag, row in rows.items()}
    Console().print(figures_table(figures, title=f"duplex bench {figures['suite']}"))
