"""All that steers one session, in one object: terminal keys, global hotkeys and the control socket.

It fits `session.loop.Steering`: the loop drains it and tells it the state once a tick.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

from duplex_cli.control.commands import Action, CommandQueue, Snapshot, Steering
from duplex_cli.control.hotkeys import Hotkeys
from duplex_cli.control.keys import HELP, Keys
from duplex_cli.control.socket import ControlServer
from duplex_cli.errors import UserError


class ControlPanel:
    """Open from `with` to its end. `notes` are lines for the user: what of it cannot work here, and why.

    A session must not fail for want of a way to steer it: without a runtime folder it runs on, and the
    notes say that `duplex ctl` cannot reach it.
    """

    def __init__(
        self,
        session: str,
        *,
        use_keys: bool = True,
        use_hotkeys: bool = True,
        on_help: Callable[[], object] = lambda: None,
        status: Mapping[str, Any] | None = None,
    ) -> None:
        """`status` are facts that `duplex ctl status` always tells, such as {"profile": "watch"}."""
        self._session, self._use_keys, self._use_hotkeys = session, use_keys, use_hotkeys
        self._on_help = on_help
        self._facts = dict(status or {})
        self._queue = CommandQueue()
        self._snapshot = Snapshot(status=self._facts)
        self._open = contextlib.ExitStack()
        self.notes: list[str] = []
        self.help = ""
        """One line that names the keys; empty where no keys are read."""

    def __enter__(self) -> ControlPanel:
        with contextlib.ExitStack() as opening:
            try:
                opening.enter_context(
                    ControlServer(self._session, snapshot=lambda: self._snapshot, queue=self._queue)
                )
            except UserError as error:
                self.notes.append(f"duplex ctl cannot reach this session: {error}")
            if self._use_keys:
                keys = opening.enter_context(Keys(self._queue.put, self._on_help))
                self.help = HELP if keys.active else ""
            if self._use_hotkeys:
                hotkeys = opening.enter_context(Hotkeys(self._queue.put))
                if hotkeys.why_not:
                    self.notes.append(hotkeys.why_not)
            self._open = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def drain(self) -> list[tuple[str, float | None]]:
        """Commands since the last call, in order, as (name, minutes); toggles as what they come to.

        `minutes` is None for all but "snooze".
        """
        steering, at = self._snapshot.steering, self._snapshot.at
        out: list[tuple[str, float | None]] = []
        for command in self._queue.drain():
            plain = steering.plain(command)
            steering = steering.after(plain, at)
            out.append((str(plain.action), plain.minutes if plain.action is Action.SNOOZE else None))
        return out

    def tell(self, status: Mapping[str, Any]) -> None:
        """What `duplex ctl status` answers from now on.

        The keys "seconds" (session time), "paused", "muted" and "snoozed_until" (session time, 0 or None for
        none) give the state; all others are passed on as they are and must be JSON values.
        """
        steering = Steering(
            paused=bool(status.get("paused")),
            muted=bool(status.get("muted")),
            snoozed_until=status.get("snoozed_until") or None,
            stopping=bool(status.get("stopping")),
        )
        self._snapshot = Snapshot(steering, float(status.get("seconds", 0.0)), {**self._facts, **status})
