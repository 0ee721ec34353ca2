"""`duplex replay SESSION`: a recorded session again, act for act."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from duplex_cli.interaction.engine import EngineSettings
from duplex_cli.session.call_schema import forms_of
from duplex_cli.session.journal import find, read
from duplex_cli.session.minds import replay_mind
from duplex_cli.session.replay import offers_of
from duplex_cli.session.replay import replay as replay_turns
from duplex_cli.stream import to_json

DIFFERENT = 1


def replay(
    session: Annotated[
        str, typer.Argument(help='Its id, the beginning of it, a folder, or "last".')
    ] = "last",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    model: Annotated[str, typer.Option("--model", help="Another GGUF file than the recorded one.")] = "",
) -> None:
    """Run a session again from its journal and compare every act and probability.

    Exit code 1 if anything came out otherwise than recorded.
    """
    recording = read(find(session))
    header = recording.header
    settings = {k: v for k, v in header["settings"].items() if k != "threshold"}
    path = Path(model or header["model_path"])
    mind = replay_mind(recording, path, EngineSettings(**settings), forms_of(offers_of(header)))
    turns, differences = replay_turns(recording, mind)
    mind.close()
    acts = [to_json(act) | {"at": turn.at} for turn in turns for act in turn.acts]
    if as_json:
        print(
            json.dumps(
                {
                    "session": header["session"],
                    "turns": len(turns),
                    "acts": acts,
                    "same": not differences,
                    "differences": [
                        {
                            "index": d.index,
                            "at": d.at,
                            "field": d.field,
                            "recorded": d.recorded,
                            "replayed": d.replayed,
                        }
                        for d in differences
                    ],
                },
                ensure_ascii=False,
            )
        )
    else:
        _print(Console(), len(turns), acts, [f"{d.at:.1f} s: {d.field} differ" for d in differences])
    if differences:
        raise typer.Exit(DIFFERENT)


def _print(console: Console, turns: int, acts: list[dict[str, Any]], differences: list[str]) -> None:
    for act in acts:
        console.print(
            f"{act['at']:7.1f}  {act['kind']}  {act.get('text', '')}", markup=False, highlight=False
        )
    for line in differences:
        console.print(line, style="red", markup=False)
    verdict = "the same, act for act" if not differences else f"{len(differences)} differences"
    console.print(f"{turns} micro-turns replayed: {verdict}.")
