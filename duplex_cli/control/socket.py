"""The control socket of one running session: JSON lines in, JSON lines out, for its own user only.

{"command": "snooze", "minutes": 10}  ->  {"ok": true, "session": "…", "state": "snoozed"}
{"command": "status"}                 ->  {"ok": true, "session": "…", "state": "listening", …}
anything else                         ->  {"ok": false, "error": "what is wrong; how to mend it"}
"""

from __future__ import annotations

import contextlib
import hmac
import json
import logging
import os
import secrets
import shutil
import socketserver
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from duplex_cli import paths
from duplex_cli.control import commands
from duplex_cli.control.cards import TIMEOUT_S, Card, check_name, live_cards
from duplex_cli.control.commands import Command, CommandQueue, Snapshot
from duplex_cli.control.peer import is_own_user
from duplex_cli.errors import UserError

STATUS = "status"
"""The one request that is no command."""

MAX_LINE = 4096
"""Longest request, bytes; the longest that `duplex ctl` sends has under 100."""

MAX_UNIX_PATH = 100
"""Longest path of a Unix socket, bytes: the kernel's limit is 108 on Linux and 104 on macOS."""

POLL_S = 0.1
"""How long `close` may have to wait, seconds; ten wake-ups a second of a thread that sleeps cost nothing."""

log = logging.getLogger(__name__)


class ControlServer:
    """Listens in a thread of its own from construction to `close`; commands wait in a queue for `drain`.

    `snapshot` tells where the session stands, for the answers; it is called from the server's threads and
    must not wait. Raises UserError if a session of this name is running already or the runtime folder
    cannot be used. Usable as a context manager.
    """

    def __init__(
        self,
        session: str,
        *,
        snapshot: Callable[[], Snapshot] = Snapshot,
        queue: CommandQueue | None = None,
        transport: Literal["unix", "tcp"] = "tcp" if sys.platform == "win32" else "unix",
    ) -> None:
        check_name(session)
        self.session = session
        self.queue = queue or CommandQueue()
        self._snapshot = snapshot
        self._own_folder: str | None = None
        if any(card.session == session for card in live_cards()):
            raise UserError(f"session {session} is running already; stop it with: duplex ctl stop")
        try:
            self._server, self.card = self._listen(transport)
        except OSError as error:
            raise UserError(f"cannot open a control socket ({error.strerror}); {paths.MEND}") from error
        self.card.write()
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_S,), name="control", daemon=True
        )
        self._thread.start()

    def drain(self) -> list[Command]:
        """The commands that have come since the last call, in order. Never waits."""
        return self.queue.drain()

    def close(self) -> None:
        """Stop listening and remove what stands in the file system. May be called twice."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self.card.remove()
        if self._own_folder is not None:
            shutil.rmtree(self._own_folder, ignore_errors=True)

    def __enter__(self) -> ControlServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def answer(self, line: bytes) -> dict[str, Any]:
        """The answer to one request line. A command is queued here."""
        try:
            request = json.loads(line)
            if not isinstance(request, dict):
                raise UserError('a request is a JSON object; send for example {"command": "pause"}')
            self._check_token(request)
            told = self._snapshot()
            answer = {"ok": True, "session": self.session}
            if request.get("command") == STATUS:
                return {**told.status, **answer, "state": told.steering.state(told.at)}
            command = commands.from_json(request)
            if not self.queue.put(command):
                raise UserError("the session does not take commands any more; end it with Ctrl-C or kill")
            return {**answer, "state": told.steering.after(command, told.at).state(told.at)}
        except UserError as error:
            return {"ok": False, "error": str(error)}
        except ValueError:
            return {"ok": False, "error": "the request is not JSON; send one object on one line"}

    def _check_token(self, request: dict[str, Any]) -> None:
        shown = str(request.get("token", ""))
        if not hmac.compare_digest(shown.encode(), self.card.token.encode()):
            raise UserError("wrong token; ask as the user who started the session")

    def _listen(self, transport: str) -> tuple[socketserver.BaseServer, Card]:
        if sys.platform == "win32" or transport == "tcp":
            server = _TcpServer(("127.0.0.1", 0), _Handler)
            card = Card(
                self.session, os.getpid(), port=server.server_address[1], token=secrets.token_urlsafe(24)
            )
        else:
            path = self._socket_path()
            with contextlib.suppress(FileNotFoundError):
                path.unlink()  # of a killed session of this name: nobody listens there, or we had raised
            server = _UnixServer(str(path), _Handler)
            path.chmod(0o600)
            card = Card(self.session, os.getpid(), path=str(path))
        server.control = self
        return server, card

    def _socket_path(self) -> Path:
        path = paths.runtime_dir() / f"{self.session}.sock"
        if len(os.fsencode(path)) > MAX_UNIX_PATH:
            self._own_folder = tempfile.mkdtemp(prefix="duplex-")  # of mode 700
            path = Path(self._own_folder) / "control.sock"
        return path


class _Handler(socketserver.StreamRequestHandler):
    timeout = TIMEOUT_S

    def handle(self) -> None:
        control: ControlServer = self.server.control  # type: ignore[attr-defined]
        # Whoever goes away or falls silent in the middle loses only their own answer.
        with contextlib.suppress(OSError):
            while line := self.rfile.readline(MAX_LINE + 1):
                if len(line) > MAX_LINE:
                    return
                self.wfile.write(json.dumps(control.answer(line)).encode() + b"\n")


class _Server(socketserver.ThreadingMixIn):
    daemon_threads = True
    block_on_close = False
    control: ControlServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """To the log instead of the terminal view; the session goes on."""
        log.exception("a control request failed")


class _TcpServer(_Server, socketserver.TCPServer):
    pass


if sys.platform != "win32":

    class _UnixServer(_Server, socketserver.UnixStreamServer):
        def verify_request(self, request: Any, client_address: Any) -> bool:
            """Only the user who runs the session, whatever the modes of folder and socket say."""
            if is_own_user(request):
                return True
            log.warning("refused a control connection of another user")
            return False
