"""`duplex bench decisions` and `duplex bench translate`: the model's own judgement, without a judge."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track

from duplex_cli import catalog
from duplex_cli.bench import decisions as decisions_suite
from duplex_cli.bench import translate as translate_suite
from duplex_cli.bench import translators
from duplex_cli.bench.content import metrics
from duplex_cli.bench.heldout import DECISIONS, HeldStream, limited, load_streams
from duplex_cli.cli import options as o
from duplex_cli.cli.models import ensure_all
from duplex_cli.cli.prepare import model_choice
from duplex_cli.display.tables import figures_table
from duplex_cli.errors import UserError
from duplex_cli.interaction.model import InteractionModel
from duplex_cli.interaction.scoring import BATCH
from duplex_cli.machine import DEFAULT_MODEL, machine_label
from duplex_cli.profile import parse_override
from duplex_cli.profiles import load_named
from duplex_cli.session.assemble import ModelChoice

Models = Annotated[
    list[str] | None,
    typer.Option("--model", help="A name of `duplex models list`, or a GGUF file; may be given again."),
]
Instructions = Annotated[
    bool, typer.Option("--instructions", help="Beside it the base, by instructions and worked examples only.")
]
Limit = Annotated[int, typer.Option("--limit", min=0, help="Only so many; 0 is all.")]
Words = Annotated[bool, typer.Option("--words/--no-words", help="Also judge what the model would write.")]
Items = Annotated[Path | None, typer.Option("--items", help="Other items.", show_default=False)]
Compare = Annotated[
    str, typer.Option("--compare", help="Systems beside the model, of base and apertium; empty is none.")
]

SYSTEMS = ("base", "apertium")
ALL_SYSTEMS = ",".join(SYSTEMS)


def decisions(
    model: Models = None,
    instructions: Instructions = False,
    limit: Limit = 0,
    words: Words = True,
    items: Items = None,
    settings: o.Set = None,
    as_json: o.Json = False,
) -> None:
    """Does it act when it should, and keep silent when it should not? On held-out streams."""
    if words:
        metrics()  # what is missing is said before minutes of work, not after
    console = Console(stderr=True)
    streams = limited(load_streams(items or DECISIONS), limit)
    names = list(model or [DEFAULT_MODEL])
    if instructions and base_name() not in names:
        names.append(base_name())
    changed = dict(parse_override(text) for text in settings or ())
    rows = []
    for name in names:
        choice = model_choice(load_named("watch", {**changed, "model.name": name}), console)
        rows.append(_decide(choice, streams, words, console))
    figures = decisions_suite.report(rows, len(streams), machine_label())
    show(figures if as_json else decisions_suite.for_people(figures), as_json)


def _decide(
    choice: ModelChoice, streams: Sequence[HeldStream], words: bool, console: Console
) -> dict[str, Any]:
    scorer = decisions_suite.scorer_for(choice.path, choice.settings, streams, choice.examples)
    try:
        judged = [
            one
            for stream in track(streams, choice.name, console=console, transient=True)
            for one in decisions_suite.judge(scorer, stream, words)
        ]
    finally:
        scorer.close()
    return decisions_suite.row(choice.name, judged)


def translate(
    items: Items = None,
    compare: Compare = ALL_SYSTEMS,
    limit: Limit = 0,
    model: o.Model = "",
    settings: o.Set = None,
    as_json: o.Json = False,
) -> None:
    """Spanish to English by the model itself: BLEU and chrF, beside its base and apertium."""
    metrics()
    console = Console(stderr=True)
    wanted = [name.strip() for name in compare.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in SYSTEMS]
    if unknown:
        raise UserError(f"--compare does not know {unknown[0]}; choose of {', '.join(SYSTEMS)}")
    pairs = translate_suite.load_pairs(items or translate_suite.PAIRS)
    pairs = pairs[:limit] if limit else pairs
    sentences, references = [spanish for spanish, _ in pairs], [english for _, english in pairs]
    changed: dict[str, Any] = dict(parse_override(text) for text in settings or ())
    profile = load_named("translate", {**changed, "model.name": model or DEFAULT_MODEL})
    choice = model_choice(profile, console)
    mind = InteractionModel(choice.path, profile.task, choice.settings, examples=choice.examples)
    try:
        made = [
            translate_suite.spoken(mind, profile, sentence)
            for sentence in track(sentences, choice.name, console=console, transient=True)
        ]
    finally:
        mind.close()
    rows = [translate_suite.row(choice.name, made, references)]
    if "base" in wanted:
        rows.append(translate_suite.row(*_base(sentences, choice, console), references))
    if "apertium" in wanted and translators.has_apertium():
        rows.append(translate_suite.row("apertium", translators.apertium(sentences), references))
    elif "apertium" in wanted:
        console.print("apertium is not installed and left out (apt install apertium apertium-eng-spa)")
    show(translate_suite.report(rows, len(pairs), machine_label()), as_json)


def _base(sentences: Sequence[str], choice: ModelChoice, console: Console) -> tuple[str, list[str]]:
    name, path = base_name(), base_path(console)
    made = translators.few_shot(path, replace(choice.settings, batch=BATCH), sentences)
    shown = track(made, name, len(sentences), console=console, transient=True)
    return f"{name}, few-shot", list(shown)


def base_name() -> str:
    """The model that ours is built from."""
    return catalog.default_catalog()[DEFAULT_MODEL].built_from


def base_path(console: Console) -> Path:
    """Its file, fetched if it is not here. Raises UserError."""
    ensure_all([base_name()], console)
    return catalog.files(base_name())["model"]


def show(figures: dict[str, Any], as_json: bool) -> None:
    """One JSON object, or tables."""
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        Console().print(figures_table(figures, title=f"duplex bench {figures['suite']}"))
