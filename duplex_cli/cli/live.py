"""Runs a live command: profile and options in, a session, its figures out. All live commands end here."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console

from duplex_cli.cli.prepare import background_model, ears_model, model_choice
from duplex_cli.control.panel import ControlPanel
from duplex_cli.display.info import SessionInfo
from duplex_cli.display.view import make_view
from duplex_cli.machine import machine_label
from duplex_cli.paths import sessions_dir
from duplex_cli.profile import Profile
from duplex_cli.profiles import load_named
from duplex_cli.session.assemble import Assembled, Options, assemble
from duplex_cli.session.loop import Outcome
from duplex_cli.session.question import asking, watching
from duplex_cli.session.summary import session_name, summarize


@dataclass(frozen=True, slots=True)
class LiveOptions:
    """What the user typed behind a live command."""

    media: tuple[Path, ...] = ()
    fast: bool = False
    mic: bool = True
    screen: bool = True
    voice: bool = True
    voice_file: Path | None = None
    record: bool = True
    model: str = ""
    settings: tuple[str, ...] = ()
    seconds: float = 0.0
    paths: tuple[Path, ...] = ()
    as_json: bool = False
    plain: bool = False
    question: str = ""
    """What the picture shall answer; empty where nothing is waited for."""


def overrides(options: LiveOptions) -> dict[str, Any]:
    """Profile keys that the options change."""
    from duplex_cli.profile import parse_override

    changed: dict[str, Any] = dict(parse_override(text) for text in options.settings)
    if not options.mic:
        changed["senses.microphone"] = False
    if not options.screen:
        changed |= {"senses.screen": False, "senses.camera": False}
    if not options.voice:
        changed["voice.speak"] = False
    if options.seconds:
        changed["duration_s"] = options.seconds
    if options.model:
        changed["model.name"] = options.model
    return changed


MoreFigures = Callable[[Outcome], dict[str, Any]]


def run_live(profile_name: str, options: LiveOptions, more: MoreFigures | None = None) -> dict[str, Any]:
    """Run a session under a named profile (or a path to one). Returns the figures that --json prints.

    `more` adds figures of a command's own. Raises UserError.
    """
    profile = _with_paths(load_named(profile_name, overrides(options)), options.paths)
    if options.question:
        profile = watching(profile, options.question)
    # stdout stays clean for --json; the view then goes to stderr.
    console = Console(stderr=options.as_json)
    name = session_name()
    wants_ears = profile.senses.microphone or bool(options.media)
    assembled = assemble(
        profile,
        Options(
            session=name,
            folder=sessions_dir() / name if options.record else None,
            media=options.media,
            fast=options.fast,
            voice_file=options.voice_file,
            model=model_choice(profile, console),
            ears_dir=ears_model(profile, console) if wants_ears and options.mic else None,
            background=background_model(profile, console),
            machine=machine_label(),
            script=asking(options.question) if options.question else (),
        ),
    )
    summary = _run(assembled, profile, options, console, name, more)
    if options.as_json:
        json.dump(summary, sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")
    return summary


def _with_paths(profile: Profile, paths: tuple[Path, ...]) -> Profile:
    """The profile with the folders of --path added to its own."""
    named = (*profile.work.paths, *(str(path.absolute()) for path in paths))
    return msgspec.structs.replace(profile, work=msgspec.structs.replace(profile.work, paths=named))


def _run(
    assembled: Assembled,
    profile: Profile,
    options: LiveOptions,
    console: Console,
    name: str,
    more: MoreFigures | None,
) -> dict[str, Any]:
    view = make_view(console, profile.name, options.plain or options.as_json)
    session = assembled.session
    facts = {"profile": profile.name}
    with ControlPanel(name, use_keys=not options.as_json, status=facts) as panel:
        session.parts.commands = panel
        session.parts.watcher = view
        try:
            assembled.open()
            view.start(
                SessionInfo(
                    session=name,
                    profile=profile.name,
                    model=assembled.header["model"],
                    senses=assembled.senses,
                    voice=profile.voice.speak,
                    recording=assembled.journal is not None,
                    journal=str(assembled.journal.folder) if assembled.journal else "",
                    keys=panel.help,
                )
            )
            for line in panel.notes:
                view.note(line)
            outcome = session.run()
            summary = _summary(assembled, outcome, name) | (more(outcome) if more else {})
            if assembled.journal is not None:
                assembled.journal.close(summary)
            view.finish(summary)
        finally:
            view.close()
            assembled.close()
    return summary


def _summary(assembled: Assembled, outcome: Outcome, name: str) -> dict[str, Any]:
    remarks = [{"at": round(r["at"], 3), "text": r["text"], "kind": r["kind"]} for r in outcome.remarks]
    return summarize(
        name, outcome.seconds, outcome.figures, remarks, assembled.header["model"], assembled.senses
    )
