"""The `duplex` command. Every subcommand is a file of its own and is imported only when it is used."""

from __future__ import annotations

import importlib
import sys
from importlib import metadata
from typing import Annotated, Any

import typer
import typer.main
from typer.core import TyperGroup

from duplex_cli.errors import UserError

USER_ERROR = 2

_COMMANDS = {
    # name: (module, attribute, one line of help)
    "watch": ("watch", "watch", "While you work: reminders, bugs on the screen, wrong statements."),
    "translate": ("translate", "translate", "Live Spanish to English, while the speaker goes on."),
    "coach": ("coach", "app", "Breathing and pushups, at your pace."),
    "run": ("run", "run", "A session under any profile."),
    "demo": ("demo", "demo", "A recorded scene through the real pipeline: works on any machine."),
    "sessions": ("sessions", "sessions", "What was recorded."),
    "replay": ("replay", "replay", "A recorded session again, act for act."),
    "timeline": ("timeline", "timeline", "A recorded session as one HTML page."),
    "bench": ("bench", "app", "Measured figures."),
    "models": ("models", "app", "List, fetch, build and verify models."),
    "profiles": ("profiles", "profiles", "What sessions there are."),
    "devices": ("devices", "devices", "Microphones, loudspeakers, monitors, windows, cameras."),
    "doctor": ("doctor", "doctor", "Check this machine, with a mend for every fault."),
    "ctl": ("ctl", "ctl", "Steer a running session from another terminal."),
}


class LazyGroup(TyperGroup):
    """Imports a subcommand's module when it is called: `duplex ctl stop` must not load a language model."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in _COMMANDS:
            return None
        module, attribute, _ = _COMMANDS[cmd_name]
        command = _as_command(getattr(importlib.import_module(f"duplex_cli.cli.{module}"), attribute))
        command.name = cmd_name
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """From the table above, so that `duplex --help` imports nothing."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in _COMMANDS.items()])


def _as_command(target: Any) -> Any:
    if isinstance(target, typer.Typer):
        return typer.main.get_command(target)
    single = typer.Typer(add_completion=False, rich_markup_mode=None)
    single.command()(target)
    return typer.main.get_command(single)


app = typer.Typer(
    cls=LazyGroup,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"duplex {metadata.version('duplex-cli')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """A live voice and screen assistant that listens, looks and speaks at the same time."""
    if context.invoked_subcommand is None:
        print(context.get_help())


def main() -> None:
    """Entry point. What the user can mend is one line on stderr and exit code 2."""
    try:
        typer.main.get_command(app)(prog_name="duplex")
    except UserError as error:
        sys.stderr.write(f"duplex: {error}\n")
        sys.exit(USER_ERROR)
