"""From `say` acts to sound: clause by clause through the voice's worker into the playback queue.

A thread of its own waits for the voice, so that a clause sounds as soon as it is made and not at the
next tick. With `synchronous` (files at full speed) the clause is made before `say` returns.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from duplex_cli.session.workers import Worker, WorkerDied
from duplex_cli.speech.clauses import ClauseSplitter
from duplex_cli.speech.playback import Playback
from duplex_cli.stream import Act, Percept

DUCKED = 0.35
"""Gain of own speech while it is not clear whether the user wants the floor: 9 dB less, half as loud to
the ear
(10 dB halve loudness, ISO 532), and still intelligible."""


class Speech(Protocol):
    """Where remarks go."""

    def say(self, act: Act, now: float) -> None:
        """Take one piece of a remark at session time `now`."""
        ...

    def drop(self, remark: int) -> None:
        """Do not speak a remark that has not begun."""
        ...

    def fall_silent(self) -> None:
        """Stop at once."""
        ...

    def bear(self, how: Literal["duck", "hold", "resume"]) -> None:
        """Go quieter, fall silent for now, or go on as before: while the user speaks over it."""
        ...

    def events(self) -> list[Percept]:
        """What was played or cut since the last call."""
        ...

    @property
    def busy(self) -> bool:
        """Whether something is being said or about to be."""
        ...


@dataclass(frozen=True, slots=True)
class _Clause:
    text: str
    remark: int
    start_at: float | None
    last: bool
    epoch: int


class SpokenSpeech:
    """Speaks through a voice's worker."""

    def __init__(
        self, worker: Worker, playback: Playback, on_restart: Callable[[str], None], synchronous: bool
    ) -> None:
        self.round_trip_s = 0.0
        """Delay of the sound devices: timed speech is started so much earlier, to sound on its mark."""
        self.worker = worker
        self._playback = playback
        self._on_restart = on_restart
        self._splitters: dict[int, tuple[ClauseSplitter, int]] = {}
        """Splitter of each remark under way, and the epoch it began in: what was cut stays cut."""
        self._clauses: queue.Queue[_Clause | None] = queue.Queue()
        self._unspoken = 0
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        if not synchronous:
            self._thread = threading.Thread(target=self._work, name="duplex-speech", daemon=True)
            self._thread.start()

    def say(self, act: Act, now: float) -> None:
        splitter, epoch = self._splitters.setdefault(act.remark, (ClauseSplitter(), self._playback.epoch))
        clauses = splitter.push(act.text)
        if act.last:
            clauses += splitter.finish()
            del self._splitters[act.remark]
        start_at = None if act.start_at is None else max(0.0, act.start_at - self.round_trip_s)
        for text in clauses:
            self._submit(_Clause(text, act.remark, start_at, False, epoch))
        if act.last:
            self._submit(_Clause("", act.remark, start_at, True, epoch))

    def drop(self, remark: int) -> None:
        self._splitters.pop(remark, None)
        self._playback.drop(remark)

    def fall_silent(self) -> None:
        self._playback.cut()

    def bear(self, how: Literal["duck", "hold", "resume"]) -> None:
        if how == "duck":
            self._playback.duck(DUCKED)
        elif how == "hold":
            self._playback.hold()
        else:
            self._playback.release()

    def events(self) -> list[Percept]:
        return self._playback.events()

    @property
    def busy(self) -> bool:
        return self._unspoken > 0 or self._playback.pending_s() > 0 or self._playback.speaking

    def stop(self) -> None:
        """Let the thread finish; the voice stays."""
        if self._thread is not None:
            self._clauses.put(None)
            self._thread.join(timeout=5.0)

    def close(self) -> None:
        """Let the thread finish and stop the voice."""
        self.stop()
        self.worker.close()

    def _submit(self, clause: _Clause) -> None:
        with self._lock:
            self._unspoken += 1
        if self._thread is None:
            self._make(clause)
        else:
            self._clauses.put(clause)

    def _work(self) -> None:
        while (clause := self._clauses.get()) is not None:
            self._make(clause)

    def _make(self, clause: _Clause) -> None:
        clip = self._synthesize(clause.text) if clause.text else np.zeros(0, np.float32)
        self._playback.schedule(
            clip,
            remark=clause.remark,
            text=clause.text,
            start_at=clause.start_at,
            last=clause.last,
            epoch=clause.epoch,
        )
        with self._lock:
            self._unspoken -= 1

    def _synthesize(self, text: str) -> np.ndarray:
        try:
            return self.worker.call("say", text)
        except WorkerDied:
            self.worker.restart()
            self._on_restart("the voice stopped and was started again")
            return self.worker.call("say", text)


class PrintedSpeech:
    """--no-voice: a remark is over as soon as its words stand on the screen."""

    busy = False
    round_trip_s = 0.0

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}
        self._events: list[Percept] = []

    def say(self, act: Act, now: float) -> None:
        self._texts[act.remark] = self._texts.get(act.remark, "") + act.text
        if act.last:
            at = max(now, act.start_at or now)
            self._events.append(Percept(at, "played", self._texts.pop(act.remark)))

    def drop(self, remark: int) -> None:
        self._texts.pop(remark, None)

    def fall_silent(self) -> None:
        """Nothing sounds, so nothing can be cut."""

    def bear(self, how: Literal["duck", "hold", "resume"]) -> None:
        """Nothing sounds that could be spoken over."""

    def events(self) -> list[Percept]:
        events, self._events = self._events, []
        return events

    def close(self) -> None:
        """Nothing to close."""
