"""The options that all live commands share, each defined once, and the decorator that adds them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from duplex_cli.cli.live import LiveOptions

From = Annotated[
    list[Path] | None,
    typer.Option(
        "--from",
        help="Sound, video or a folder of pictures in place of microphone and screen; may be given twice.",
        show_default=False,
    ),
]
Fast = Annotated[bool, typer.Option("--fast", help="Go through files without waiting for the clock.")]
Mic = Annotated[bool, typer.Option("--mic/--no-mic", help="Listen.")]
Screen = Annotated[bool, typer.Option("--screen/--no-screen", help="Look.")]
VoiceOn = Annotated[bool, typer.Option("--voice/--no-voice", help="Speak, or print only.")]
VoiceFile = Annotated[
    Path | None,
    typer.Option("--voice-file", help="Write what is spoken to this WAV file.", show_default=False),
]
Record = Annotated[bool, typer.Option("--record/--no-record", help="Keep a journal of the session.")]
Model = Annotated[
    str,
    typer.Option("--model", help="Interaction model: a name of `duplex models list`, or a GGUF file."),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--profile-set", metavar="KEY=VALUE", help="Change a key of the profile, e.g. gate.threshold=0.7."
    ),
]
Seconds = Annotated[float, typer.Option("--seconds", min=0.0, help="End by itself after so long; 0 never.")]
Paths = Annotated[
    list[Path] | None,
    typer.Option("--path", help="Folder whose files may be found, read and judged; may be given again."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object at the end.")]
Plain = Annotated[bool, typer.Option("--plain", help="Plain lines instead of the live view.")]


def _chosen(
    media: From = None,
    fast: Fast = False,
    mic: Mic = True,
    screen: Screen = True,
    voice: VoiceOn = True,
    voice_file: VoiceFile = None,
    record: Record = True,
    model: Model = "",
    settings: Set = None,
    seconds: Seconds = 0.0,
    paths: Paths = None,
    as_json: Json = False,
    plain: Plain = False,
) -> LiveOptions:
    return LiveOptions(
        media=tuple(media or ()),
        fast=fast,
        mic=mic,
        screen=screen,
        voice=voice,
        voice_file=voice_file,
        record=record,
        model=model,
        settings=tuple(settings or ()),
        seconds=seconds,
        paths=tuple(paths or ()),
        as_json=as_json,
        plain=plain,
    )


def live(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command all the options above; it gets them as its first argument, a LiveOptions.

    typer reads a function's signature, so the wrapper is given the joined one.
    """
    own = list(inspect.signature(command, eval_str=True).parameters.values())[1:]
    shared = list(inspect.signature(_chosen, eval_str=True).parameters.values())

    @functools.wraps(command)
    def wrapper(**values: Any) -> None:
        options = _chosen(**{p.name: values.pop(p.name) for p in shared})
        command(options, **values)

    parameters = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in (*own, *shared)]
    wrapper.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    wrapper.__annotations__ = {p.name: p.annotation for p in parameters}
    del wrapper.__wrapped__  # type: ignore[attr-defined]
    return wrapper
