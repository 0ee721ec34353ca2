"""The remarks of a running session: which are still ahead, which may be shown, and their journal lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from duplex_cli.stream import Act, GateReading


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing said or about to be said."""

    number: int
    at: float
    text: str
    kind: str
    p: float | None
    complete: bool = False


class RemarkLog:
    """Remarks in the order they were decided; a reminder is shown when it sounds, not when it is decided."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []
        """Journal lines with percepts or acts, and events: what reports are made from."""
        self._waiting: dict[int, Remark] = {}

    def add(self, act: Act, t: float, gate: GateReading | None) -> None:
        """A piece of a remark was decided at session time `t`."""
        known = self._waiting.get(act.remark)
        if known is None:
            kind = "reminder" if act.start_at is not None else "say"
            at = t if act.start_at is None else max(t, act.start_at)
            known = Remark(act.remark, at, "", kind, gate.say if gate else None)
        self._waiting[act.remark] = replace(known, text=known.text + act.text, complete=act.last)

    def started(self, remark: int, at: float) -> None:
        """It began to sound."""
        if remark in self._waiting:
            self._waiting[remark] = replace(self._waiting[remark], at=at)

    def ahead(self, t: float) -> set[int]:
        """Numbers of the remarks that have not begun at session time `t`."""
        return {number for number, remark in self._waiting.items() if remark.at > t}

    def withdraw(self, remark: int) -> None:
        """It will not be said."""
        self._waiting.pop(remark, None)

    def to_show(self, t: float) -> list[Remark]:
        """Remarks that are whole and have begun, each once."""
        ready = [r for r in self._waiting.values() if r.complete and r.at <= t]
        for remark in ready:
            del self._waiting[remark.number]
        return [replace(r, text=" ".join(r.text.split())) for r in ready if r.text.strip()]
