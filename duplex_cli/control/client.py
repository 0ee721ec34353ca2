"""The other end of the control socket: `duplex ctl`, and whatever else steers a session from outside."""

from __future__ import annotations

import json
from typing import Any

from duplex_cli.control.cards import Card, live_cards
from duplex_cli.control.commands import Command, to_json
from duplex_cli.control.socket import MAX_LINE, STATUS
from duplex_cli.errors import UserError

NONE_RUNNING = "no session is running; start one with: duplex watch"


def running() -> list[Card]:
    """The sessions of this user that are running now, by name."""
    return live_cards()


def choose(session: str | None = None) -> Card:
    """The session meant: the one of that name (or an unambiguous beginning of it), or the only one.

    Raises UserError where there is none, or more than one.
    """
    cards = running()
    if not cards:
        raise UserError(NONE_RUNNING)
    names = ", ".join(c.session for c in cards)
    if session is not None:
        exact = [c for c in cards if c.session == session]
        cards = exact or [c for c in cards if c.session.startswith(session)]
        if not cards:
            raise UserError(f"no session {session!r} is running; running are: {names}")
    if len(cards) > 1:
        raise UserError(f"more than one session is running; choose with --session one of: {names}")
    return cards[0]


def send(card: Card, command: Command) -> dict[str, Any]:
    """Give a command; returns the session's answer {"ok", "session", "state"}. Raises UserError."""
    return _ask(card, to_json(command))


def status(card: Card) -> dict[str, Any]:
    """{"ok", "session", "state", ...} of a session. Raises UserError."""
    return _ask(card, {"command": STATUS})


def _ask(card: Card, request: dict[str, Any]) -> dict[str, Any]:
    if card.token:
        request = {**request, "token": card.token}
    try:
        with card.connect() as connection, connection.makefile("rwb") as stream:
            stream.write(json.dumps(request).encode() + b"\n")
            stream.flush()
            answer = json.loads(stream.readline(16 * MAX_LINE))
    except TimeoutError as error:
        raise UserError(f"session {card.session} does not answer; end it with: kill {card.pid}") from error
    except (OSError, ValueError) as error:
        raise UserError(f"session {card.session} has just ended, or refused this user") from error
    if not answer.get("ok"):
        raise UserError(str(answer.get("error", f"session {card.session} refused the command")))
    return answer
