"""duplex ctl: steer a running session from a second terminal, a script or a desktop's own key binding."""

from __future__ import annotations

import json as json_module
from typing import Annotated, Any

import typer

from duplex_cli.control import client, commands
from duplex_cli.control.socket import STATUS
from duplex_cli.errors import UserError


def ctl(
    command: Annotated[
        str,
        typer.Argument(
            help="pause, resume, mute, unmute, snooze, stop, allow, deny, toggle-pause, toggle-mute, status."
        ),
    ],
    argument: Annotated[str | None, typer.Argument(metavar="[MINUTES]", help="Length of a snooze.")] = None,
    session: Annotated[
        str | None, typer.Option("--session", help="Which session, where several run; a beginning will do.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the session's answer as one object.")] = False,
) -> None:
    """Steer the running session."""
    if command == STATUS:
        if argument is not None:
            raise UserError(f"status takes nothing after it, not {argument!r}; leave it out")
        answers = _statuses(session)
    else:
        wanted = commands.make(command, argument)
        answers = [client.send(client.choose(session), wanted)]
    if json:
        typer.echo(json_module.dumps(answers[0] if len(answers) == 1 else answers, ensure_ascii=False))
        return
    for answer in answers:
        typer.echo(_line(answer))
        for line in _in_force(answer):
            typer.echo(f"  {line}")


def _statuses(session: str | None) -> list[dict[str, Any]]:
    cards = client.running()
    if session is not None or not cards:
        cards = [client.choose(session)]
    return [client.status(card) for card in cards]


def _line(answer: dict[str, Any]) -> str:
    """ "2026-11-22-0914: listening, 132.4 s, watch": what a person wants of an answer."""
    parts = [str(answer["state"])]
    if "seconds" in answer:
        parts.append(f"{answer['seconds']:.0f} s")
    if "profile" in answer:
        parts.append(str(answer["profile"]))
    return f"{answer['session']}: {', '.join(parts)}"


def _in_force(answer: dict[str, Any]) -> list[str]:
    """Reminders, cues and running stopwatches, a line each."""
    lines = [f"reminder: {text}" for text in answer.get("reminders", ())]
    lines += [f"cue: {text}" for text in answer.get("cues", ())]
    watches = answer.get("stopwatches", ())
    return lines + [f"stopwatch: {watch['name']}, {watch['seconds']:.0f} s" for watch in watches]
