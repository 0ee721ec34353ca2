"""The senses as the session's loop sees them: fed each tick, asked for percepts, never waited for live."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from duplex_cli.code.document import Document
from duplex_cli.session.workers import Worker, WorkerDied
from duplex_cli.stream import SAMPLE_RATE, Percept

BACKLOG_S = 30.0
"""Sound kept for ears that are being restarted; older sound is lost rather than heard a minute late."""


class Sense(Protocol):
    """One sense in a worker process."""

    name: str

    def feed(self, mic: NDArray[np.float32], start_s: float, until_s: float) -> None:
        """Give it the tick's sound, float32[n] from `start_s`, and the time up to which it may look."""
        ...

    def gather(self, wait: bool) -> list[Percept]:
        """Percepts that are ready; with `wait`, all up to the last `feed`."""
        ...

    def wait_ready(self) -> None: ...

    @property
    def ended(self) -> bool:
        """Whether nothing more will come from it (a file at its end)."""
        ...

    @property
    def workers(self) -> list[Worker]: ...

    def close(self) -> None: ...


class _Hosted:
    """What both senses share: one worker, restarted when it dies, with a line to the user."""

    def __init__(self, worker: Worker, on_restart: Callable[[str], None]) -> None:
        self.name = worker.name
        self._worker = worker
        self._on_restart = on_restart

    @property
    def workers(self) -> list[Worker]:
        return [self._worker]

    def wait_ready(self) -> None:
        self._worker.wait_ready()

    def close(self) -> None:
        self._worker.close()

    def _poll(self, wait: bool) -> list[Any]:
        try:
            return self._worker.poll(wait)
        except WorkerDied:
            self._worker.restart()
            self._on_restart(f"{self.name} stopped and was started again")
            return []

    def _cast(self, method: str, *args: Any) -> bool:
        """True if it was sent; a worker that is not up yet is left to come up."""
        try:
            if not self._worker.ready():
                return False
            self._worker.cast(method, *args)
        except WorkerDied:
            self._worker.restart()
            self._on_restart(f"{self.name} stopped and was started again")
            return False
        return True


class Hearing(_Hosted):
    """Ears. Every sample is heard once; what a dead worker had not answered is given to the next one."""

    ended = True

    def __init__(self, worker: Worker, on_restart: Callable[[str], None]) -> None:
        super().__init__(worker, on_restart)
        self._unheard: deque[tuple[float, NDArray[np.float32], NDArray[np.float32]]] = deque()
        self._sent = 0
        self._over = False
        self.whole: NDArray[np.float32] | None = None
        """Set before each `feed`: the tick's sound for reading words, while own speech sounds; else None."""

    def feed(self, mic: NDArray[np.float32], start_s: float, until_s: float) -> None:
        self._over = self.whole is not None
        if len(mic):
            self._unheard.append((start_s, mic, mic if self.whole is None else self.whole))
        while self._unheard and until_s - self._unheard[0][0] > BACKLOG_S and not self._sent:
            self._unheard.popleft()
        self._send()

    def _send(self) -> None:
        if self._worker.pending == 0:
            self._sent = 0  # a restart forgot what was under way
        waiting = list(self._unheard)[self._sent :]
        # While it is busy sound piles up and then goes as one piece: a late ear must not get later.
        if waiting and self._worker.pending == 0:
            joined, whole = (np.concatenate([entry[i] for entry in waiting]) for i in (1, 2))
            if self._cast("feed", joined, waiting[0][0], whole if self._over else None):
                self._sent = len(self._unheard)

    def gather(self, wait: bool) -> list[Percept]:
        percepts: list[Percept] = []
        while True:
            for through, heard in self._poll(wait):
                while (
                    self._unheard
                    and self._unheard[0][0] + len(self._unheard[0][1]) / SAMPLE_RATE <= through + 1e-6
                ):
                    self._unheard.popleft()
                    self._sent -= 1
                percepts += heard
            if not wait or not self._unheard:
                return percepts
            self._worker.wait_ready()
            self._send()


class Sight(_Hosted):
    """Eyes. Live, one look is under way at a time: a slow look makes the next one later, not a queue."""

    def __init__(self, worker: Worker, on_restart: Callable[[str], None], period_s: float) -> None:
        """`period_s` is the least time between two looks."""
        super().__init__(worker, on_restart)
        self.ended = False
        self.work_s = 0.0
        self.withheld = ""
        """What privacy keeps out, for the view."""
        self.page: Document | None = None
        """The code on the screen, for the tools."""
        self._seen: list[Any] = []
        self._period = period_s
        self._last_look = -period_s

    def feed(self, mic: NDArray[np.float32], start_s: float, until_s: float) -> None:
        self._seen += self._poll(wait=False)  # an answer that is here makes room for the next look
        if self._worker.pending == 0 and until_s - self._last_look >= self._period - 1e-6:
            self._last_look = until_s
            self._cast("look", until_s)

    def gather(self, wait: bool) -> list[Percept]:
        percepts: list[Percept] = []
        answers, self._seen = [*self._seen, *self._poll(wait)], []
        for looked in answers:
            percepts += looked.percepts
            self.withheld = looked.withheld
            self.ended = self.ended or looked.ended
            self.work_s += looked.work_s
            self.page = looked.page or self.page
        return percepts


class Code(_Hosted):
    """The tools' findings. One review is under way at a time; it may take seconds."""

    ended = True

    def __init__(self, worker: Worker, on_restart: Callable[[str], None], sight: Sight | None) -> None:
        """`sight` is where code on the screen comes from, if anything looks at one."""
        super().__init__(worker, on_restart)
        self._sight = sight
        self._given: Document | None = None

    def feed(self, mic: NDArray[np.float32], start_s: float, until_s: float) -> None:
        if self._worker.pending == 0:
            page = self._sight.page if self._sight is not None else None
            fresh = page if page is not self._given else None
            if self._cast("review", until_s, fresh):
                self._given = page

    def gather(self, wait: bool) -> list[Percept]:
        return [percept for _, found in self._poll(wait) for percept in found]
