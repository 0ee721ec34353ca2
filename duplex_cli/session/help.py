"""What works beside the tick, as the loop sees it: the tools and the background mind in one."""

from __future__ import annotations

from typing import Protocol

from duplex_cli.background.workbench import Workbench
from duplex_cli.stream import Act, Percept

CANCEL = "cancel: "
"""How an act that ends an errand begins; no tool can have this name (offer.plain_name)."""


class Closing(Protocol):
    """What has to be closed."""

    def close(self) -> None: ...


class Helper(Protocol):
    """Somebody to whom questions are put by number."""

    def begin(self, number: int, question: str, t: float) -> None: ...

    def cancel(self, number: int) -> None: ...

    def gather(self, t: float, wait: bool) -> list[Percept]: ...

    @property
    def busy(self) -> bool: ...

    def close(self) -> None: ...


class Help:
    """Routes the acts of errands (`call` and `delegate` acts with a number) to who carries them out."""

    def __init__(self, bench: Workbench, mind: Helper | None = None, servers: Closing | None = None) -> None:
        """`servers` are what some of the tools talk to; they are closed last."""
        self._bench, self._mind, self._servers = bench, mind, servers

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._bench.busy or (self._mind is not None and self._mind.busy)

    def perform(self, act: Act, t: float) -> None:
        """Begin or cancel what `act` asks for. Acts that are no errand's are left alone."""
        if act.kind not in ("call", "delegate") or act.remark < 0:
            return
        if act.kind == "call" and act.text.startswith(CANCEL):
            self._bench.cancel(act.remark)
            if self._mind is not None:
                self._mind.cancel(act.remark)
        elif act.kind == "call":
            name, _, text = act.text.partition(":")
            self._bench.begin(act.remark, name.strip(), text.strip(), t)
        elif self._mind is not None:
            self._mind.begin(act.remark, act.text, t)

    def gather(self, t: float, wait: bool) -> list[Percept]:
        """Answers that have come by session time `t`; `wait` as in Workbench.gather."""
        told = self._bench.gather(t, wait)
        return told + (self._mind.gather(t, wait) if self._mind is not None else [])

    def close(self) -> None:
        self._bench.close()
        for other in (self._mind, self._servers):
            if other is not None:
                other.close()
