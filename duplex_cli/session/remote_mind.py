"""The interaction model far away, with the local one following a line behind, ready to go on in its place.

Every line that the far model has finished is read by the local one too, so that when the link dies the step
under way is answered here, with all that went before. Meanwhile the far slot is given the lines back, and
takes over again between two acts. The thread of lines is kept here and belongs to neither.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from duplex_cli.clock import precise
from duplex_cli.errors import UserError
from duplex_cli.interaction import protocol
from duplex_cli.interaction.model import StepRequest, StepResult
from duplex_cli.session.mind import MEMORY_LINES, MindWorker
from duplex_cli.session.workers import Worker, WorkerDied
from duplex_cli.stream import ActKind

FAR_HOST = "duplex_cli.interaction.remote:RemoteModel"

PATIENCE_S = 0.5
"""A step that the far model has not answered then is the local one's: with its step, within a second."""

RETRY_S = 1.0
"""How often a lost link is tried again, seconds."""

WHOLE_CALL = 64
"""Tokens, more than any act has: a call that the far model left half-worded is worded here in one step."""

_WORDS: dict[ActKind, str] = {kind: word for word, kind in protocol.ACT_WORDS.items()}


@dataclass(slots=True)
class _Line:
    moment: str
    kind: ActKind
    text: str = ""
    open: bool = False

    @property
    def told(self) -> tuple[str, str]:
        return self.moment, _WORDS[self.kind] + self.text


class RemoteMind:
    """A `Mind` on a llama-server's slot, with a local one behind it."""

    def __init__(
        self,
        url: str,
        slot: int,
        kwargs: dict[str, Any],
        threads: int,
        note: Callable[[str], None],
        patience_s: float = PATIENCE_S,
    ) -> None:
        """`kwargs` are those of InteractionModel, `threads` what the local one may use; `note` is told when
        the link goes and comes."""
        self.local = MindWorker(kwargs, threads, note)
        self._far = Worker("remote", FAR_HOST, {"url": url, "slot": slot, **kwargs})
        self._task, self._forms = kwargs["task"], kwargs.get("forms")
        self._note, self._patience_s = note, patience_s
        self._lines: list[_Line] = []
        self._local_has = 0
        """Lines that the local model has read; the far one has all while the link holds."""
        self._recalled: int | None = None
        """While a slot is given the thread back: lines that it was sent."""
        self.linked = True
        self.losses = 0
        self._tried_at = 0.0

    @property
    def worker(self) -> Worker:
        """The local model's process."""
        return self.local.worker

    @property
    def lines(self) -> list[tuple[str, str]]:
        """The thread so far: all (moment, act) lines, whoever wrote them."""
        return [line.told for line in self._lines]

    @property
    def acting(self) -> bool:
        """Whether an act is under way: a link that is back is taken up after it."""
        return bool(self._lines) and self._lines[-1].open

    def wait_ready(self) -> None:
        """Return once both models are there. Raises UserError, also where no server is."""
        self._far.wait_ready()
        self.local.wait_ready()

    def step(self, request: StepRequest) -> StepResult:
        """As InteractionModel.step, answered by the far model or, where it fails, by the local one."""
        started = precise()
        self._come_back()
        result = self._try("step", request) if self.linked else None
        if result is None:
            result = self._local_step(request)
        else:
            self._remember(request, result)
        return replace(result, total_s=precise() - started)

    def retract(self) -> None:
        """As InteractionModel.retract."""
        self._lines[-1] = _Line(self._lines[-1].moment, "silent")
        self._both("retract")

    def abandon(self) -> None:
        """As InteractionModel.abandon."""
        self._interrupt()
        self._both("abandon")

    def close(self) -> None:
        self._far.close()
        self.local.close()

    # ---- the far model

    def _try(self, method: str, *args: Any) -> Any:
        """A call that does not wait longer than the link may take; None once the link is lost by it."""
        try:
            self._far.cast(method, *args)
            if self._far.wait(self._patience_s):
                return self._far.poll()[0]
        except (UserError, WorkerDied):
            pass  # the same as an answer that does not come
        self.linked, self._recalled = False, None
        self.losses += 1
        self._tried_at = precise()
        self._note("the link to the interaction server is lost; going on with the local model")
        return None

    def _both(self, method: str) -> None:
        if self.linked:
            self._try(method)
        elif self._local_has == len(self._lines):
            self._settle()
            getattr(self.local, method)()

    def _come_back(self) -> None:
        """Try a lost link again; take it up between two acts, once the server has read the whole thread."""
        if self.linked or self.acting:
            return
        if self._recalled is None and precise() - self._tried_at < RETRY_S:
            return
        try:
            if not self._far.alive:
                self._far.restart()
            if not self._far.ready():
                return
            self._far.poll()
            if self._far.pending:
                return
            if self._recalled is None:
                self._tried_at = precise()
                self._far.cast("recall", self._task, self.lines[-MEMORY_LINES:], self._forms)
                self._recalled = len(self._lines)
                return
            missed, self._recalled = self.lines[self._recalled :], None
            self.linked = True
            if missed:
                self._try("preload", missed)
            if self.linked:
                self._local_has = len(self._lines)
                self._note("the link to the interaction server is back")
        except (UserError, WorkerDied):
            self._recalled, self._tried_at = None, precise()

    # ---- the local model

    def _local_step(self, request: StepRequest) -> StepResult:
        """Answer here; where the far model left an act open, end it or word it anew."""
        left = self._lines[-1] if self._lines and self._lines[-1].open else None
        if left is not None and request.moment is None and self._local_has < len(self._lines):
            return self._take_over(left)
        if self._local_has < len(self._lines):
            self._interrupt()
        self._catch_up()
        result = self.local.step(request)
        self._remember(request, result)
        self._local_has = len(self._lines)
        return result

    def _take_over(self, left: _Line) -> StepResult:
        left.open = False
        if left.kind == "say":  # what has been worded is said
            self._catch_up()
            return _result("say")
        self._lines.pop()
        self._catch_up()
        request = StepRequest(moment=left.moment, threshold=0.0, budget=WHOLE_CALL, force=left.kind)
        result = self.local.step(request)
        if not result.text.startswith(left.text):
            self.local.retract()
            result = _result("silent")
        self._lines.append(_Line(left.moment, result.kind, result.text))
        self._local_has = len(self._lines)
        return replace(result, text=result.text[len(left.text) :] if result.text else "")

    def _catch_up(self) -> None:
        """Have the local model read what the far one has done."""
        self._settle()
        if self._local_has < len(self._lines):
            self.local.read_on([line.told for line in self._lines[self._local_has :]])
            self._settle()
        self._local_has = len(self._lines)

    def _settle(self) -> None:
        """Wait until the local model has read what it was given."""
        try:
            self.local.worker.poll(wait=True)
        except WorkerDied:
            self.local.revive()

    # ---- the thread

    def _interrupt(self) -> None:
        if self._lines and self._lines[-1].open:
            self._lines[-1].text += protocol.CONTINUE
            self._lines[-1].open = False

    def _remember(self, request: StepRequest, result: StepResult) -> None:
        if request.moment is None:
            if self._lines and self._lines[-1].open:
                self._lines[-1].text += result.text
                self._lines[-1].open = not result.last
            return
        self._interrupt()
        # The line before this one is final now: the local model reads it while there is time.
        if self.linked and self._local_has < len(self._lines):
            self.local.read_on([line.told for line in self._lines[self._local_has :]])
            self._local_has = len(self._lines)
        self._lines.append(_Line(request.moment, result.kind, result.text, open=not result.last))


def _result(kind: ActKind) -> StepResult:
    return StepResult(kind, "", True, kind, None, 0, 0, 0.0, 0.0)
