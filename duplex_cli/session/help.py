"""What works beside the tick, as the loop sees it: the tools and the background mind in one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from duplex_cli.background.mind import ASK, Thoughts
from duplex_cli.background.minutes import Minutes
from duplex_cli.background.offer import Tool
from duplex_cli.background.workbench import Workbench
from duplex_cli.stream import Act, MicroTurn, Percept

CANCEL = "cancel: "
"""How an act that ends an errand begins; no tool can have this name (offer.plain_name)."""


class Closing(Protocol):
    """What has to be closed."""

    def close(self) -> None: ...


class Help:
    """Routes the acts of errands (`call` and `delegate` acts with a number) to who carries them out."""

    def __init__(
        self,
        tools: Iterable[Tool],
        minutes: Minutes,
        thoughts: Thoughts | None = None,
        closing: Iterable[Closing] = (),
    ) -> None:
        """`minutes` is what goes along with a question; `closing` what the tools lean on, closed last."""
        self._bench, self._minutes, self._closing = Workbench(tools), minutes, tuple(closing)
        self._thoughts = thoughts or Thoughts()

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._bench.busy

    def under_way(self, thinking: bool) -> int:
        """Calls of tools that have not answered, or questions to the background model."""
        names = self._bench.under_way
        return sum((name == ASK) is thinking for name in names)

    def perform(self, act: Act, t: float) -> None:
        """Begin or cancel what `act` asks for. Acts that are no errand's are left alone."""
        if act.kind not in ("call", "delegate") or act.remark < 0:
            return
        if act.kind == "delegate":
            self._bench.begin(act.remark, ASK, act.text, t)
        elif act.text.startswith(CANCEL):
            self._bench.cancel(act.remark)
        else:
            name, _, text = act.text.partition(":")
            self._bench.begin(act.remark, name.strip(), text.strip(), t)

    def take(self, turn: MicroTurn) -> None:
        """Remember what was perceived and said, for the next question."""
        self._minutes.take(turn)

    def gather(self, t: float, wait: bool) -> list[Percept]:
        """Answers that have come by session time `t`; `wait` as in Workbench.gather."""
        return self._bench.gather(t, wait)

    def thoughts(self) -> dict[str, str]:
        """Question to answer so far, of what the background model has added since the last call."""
        return self._thoughts.take()

    def close(self) -> None:
        self._bench.close()
        for other in self._closing:
            other.close()
