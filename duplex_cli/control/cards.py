"""Where running sessions can be reached: one small file per session in the runtime folder.

The folder is of mode 700 and each card of mode 600, so only their owner can write or read them. A card is
written once its session listens; if nobody answers at its address, the session was killed, and card and
socket are removed by whoever notices.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
from dataclasses import asdict, dataclass
from pathlib import Path

from duplex_cli import paths
from duplex_cli.errors import UserError

TIMEOUT_S = 2.0
"""How long one end waits for the other, seconds. The answer is made without waiting for the session's loop,
in under a millisecond; two seconds are for a machine that swaps."""

_NAME = re.compile(r"[\w][\w.-]{0,99}")


@dataclass(frozen=True, slots=True)
class Card:
    """Address of one running session."""

    session: str
    pid: int
    path: str = ""
    """Unix socket; empty where the session listens on TCP."""
    port: int = 0
    """TCP port on 127.0.0.1, where there are no Unix sockets (Windows)."""
    token: str = ""
    """What a TCP client must show; only the owner of the runtime folder can have read it here."""

    def write(self) -> None:
        """Put it into the runtime folder, atomically. Raises UserError if that cannot be written to."""
        target = _file(self.session)
        part = target.with_suffix(f".{os.getpid()}.part")
        try:
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w") as file:
                json.dump(asdict(self), file)
            part.replace(target)
        except OSError as error:
            raise UserError(f"cannot write {target} ({error.strerror}); {paths.MEND}") from error

    def remove(self) -> None:
        """Take it and its socket away; no error if they are gone."""
        for file in (_file(self.session), *([Path(self.path)] if self.path else [])):
            with contextlib.suppress(OSError):
                file.unlink()

    def connect(self) -> socket.socket:
        """A connected socket. Raises OSError."""
        if self.path:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            address: str | tuple[str, int] = self.path
        else:
            connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            address = ("127.0.0.1", self.port)
        connection.settimeout(TIMEOUT_S)
        try:
            connection.connect(address)
        except OSError:
            connection.close()
            raise
        return connection


def live_cards() -> list[Card]:
    """Cards of the sessions that listen, by name; those of killed sessions are removed on the way."""
    found: list[Card] = []
    for file in sorted(paths.runtime_dir().glob("*.json")):
        card = _read(file)
        if card is not None and _listens(card):
            found.append(card)
    return found


def check_name(session: str) -> None:
    """Raises UserError unless `session` can name a file everywhere."""
    if not _NAME.fullmatch(session):
        raise UserError(f"{session!r} is not a session's name; use letters, digits, '-', '_' and '.'")


def _file(session: str) -> Path:
    return paths.runtime_dir() / f"{session}.json"


def _read(file: Path) -> Card | None:
    try:
        return Card(**json.loads(file.read_text()))
    except FileNotFoundError:
        return None  # ended this moment
    except (OSError, ValueError, TypeError):
        with contextlib.suppress(OSError):
            file.unlink()
        return None


def _listens(card: Card) -> bool:
    try:
        card.connect().close()
    except TimeoutError:
        return True  # it is there but slow; whoever asks it will be told so
    except OSError:
        card.remove()
        return False
    return True
