"""What the loudspeaker plays, placed to the sample, and what of it was heard.

`schedule` puts clips in, the audio callback takes them out by `render`, in between there is only a queue
and a short lock: nothing here waits for synthesis. Time is the position that `render` is called with, so
the same calls at the same positions give the same samples whatever the block size.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from duplex_cli.speech.gain import Ramp
from duplex_cli.speech.order import FADE_S, choose, must_yield, next_decision
from duplex_cli.speech.remark import Clip, QueuedRemark
from duplex_cli.stream import SAMPLE_RATE, Percept

Samples = npt.NDArray[np.float32]
T = TypeVar("T")

FLOOR_DBFS = -100.0
"""`level` of silence, dBFS."""

_KEEP_REPORTS = 1024
"""Reports kept for a loop that never drains them; a session makes about one a second at its busiest."""


class Playback:
    """The queue between synthesis and the loudspeaker. Every method may be called from any thread.

    Clips of one remark play back to back in the order they come; a remark waits for the one before it.
    A remark with `start_at` begins exactly at that sample instead: what sounds then is faded out just
    before it and reported as cut, unless that is itself a timed remark of the same moment.
    """

    def __init__(self, start_sample: int = 0) -> None:
        self._lock = threading.Lock()
        self._position = start_sample
        self._epoch = 0
        self._queue: list[QueuedRemark] = []
        self._current: QueuedRemark | None = None
        self._refused: set[int] = set()
        self._holding = False
        self._tail: Samples = np.zeros(0, np.float32)
        self._tail_start = 0
        self._duck = 1.0
        self._muted = False
        self._gain = Ramp()
        self._level = FLOOR_DBFS
        self._events: deque[Percept] = deque(maxlen=_KEEP_REPORTS)
        self._ended: deque[tuple[int, bool]] = deque(maxlen=_KEEP_REPORTS)
        self._started: deque[tuple[int, float]] = deque(maxlen=_KEEP_REPORTS)
        self._late: deque[tuple[int, float]] = deque(maxlen=_KEEP_REPORTS)

    # -- in -----------------------------------------------------------------------------------

    def schedule(
        self, clip: Samples, *, remark: int, text: str, start_at: float | None, last: bool, epoch: int
    ) -> bool:
        """Append one clause to a remark; True if it was taken, False if it came too late.

        `clip` is float32[n] at 16 kHz and may be empty (an empty clip with `last` closes a remark whose
        words are all in); `text` is what it says, as written; `start_at` counts with the remark's first
        clip, seconds of session time. A time already past begins at once and is reported by `late()`.
        A clip is dropped if `epoch` is not `self.epoch` or its remark was cut or dropped.
        """
        samples = np.asarray(clip, dtype=np.float32).reshape(-1)
        with self._lock:
            if epoch != self._epoch or remark in self._refused:
                if last:
                    self._refused.discard(remark)
                return False
            found = self._find(remark)
            if found is None:
                if last and not text.strip() and len(samples) == 0:
                    return False  # closes a remark that is over already
                found = QueuedRemark(remark)
                if start_at is not None:
                    found.wanted = round(start_at * SAMPLE_RATE)
                    found.start = max(found.wanted, self._position)
                self._queue.append(found)
            found.add(Clip(samples, text))
            found.complete = found.complete or last
            return True

    def cut(self, fade_s: float = FADE_S) -> int:
        """Fade out what sounds within `fade_s` seconds, forget all that waits, begin a new epoch.

        Returns the new epoch. Each remark cut gives a "cut" percept with the words heard of it, empty for
        one that had not begun. Calling it in silence only bumps the epoch.
        """
        with self._lock:
            self._epoch += 1
            waiting, self._queue = self._queue, []
            self._free()
            if self._current is not None:
                self._stop_current(self._position, round(fade_s * SAMPLE_RATE))
            for remark in waiting:
                self._report_cut(remark, self._position)
            self._refused.clear()  # their late clips carry an old epoch
            return self._epoch

    def drop(self, remark: int) -> bool:
        """Forget a remark that has not begun, such as a cancelled reminder, and its later clips.

        True if nothing of it has sounded or will; False if it has begun or is unknown and thus over.
        No percept tells of it: the one who drops it knows.
        """
        with self._lock:
            for waiting in self._queue:
                if waiting.number == remark:
                    self._queue.remove(waiting)
                    if not waiting.complete:
                        self._refused.add(remark)
                    return True
            return False

    def hold(self, fade_s: float = FADE_S) -> bool:
        """Fade out what sounds within `fade_s` seconds and keep it; until `release` nothing untimed begins.

        It will go on from the beginning of the word in which it stopped. True if something sounded.
        """
        with self._lock:
            if self._current is None:
                return False
            self._holding = True
            current, self._current = self._current, None
            self._fade_out(current.go_back(round(fade_s * SAMPLE_RATE)), self._position)
            current.start = None  # its moment has passed; it goes on when it may
            self._queue.insert(0, current)
            return True

    def release(self) -> None:
        """After a false alarm: what was held or ducked goes on at its full level."""
        with self._lock:
            self._free()

    def duck(self, gain: float) -> None:
        """Play at `gain` (0 to 1) times the level from now on, by a ramp. Raises ValueError outside."""
        if not 0.0 <= gain <= 1.0:
            raise ValueError(f"gain {gain} is not between 0 and 1")
        with self._lock:
            self._duck = gain
            self._aim_gain()

    def mute(self, muted: bool) -> None:
        """Sound or not. A muted remark still takes its time and ends as played: it was shown in print."""
        with self._lock:
            self._muted = muted
            self._aim_gain()

    # -- out ----------------------------------------------------------------------------------

    def render(self, start_sample: int, n: int) -> Samples:
        """The samples [start_sample, start_sample + n) of session time, float32[n] in [-1, 1].

        Called from the audio callback in order. Should the device have skipped samples, what was sounding
        goes on where it was.
        """
        out = np.zeros(n, np.float32)
        with self._lock:
            self._position = start_sample
            end = start_sample + n
            while True:
                self._settle(self._position)
                if self._position >= end:
                    break
                run = min(end, next_decision(self._queue, self._position)) - self._position
                offset = self._position - start_sample
                if self._current is not None and self._current.clips:
                    run = self._current.take(out[offset : offset + run])
                # Stretch by stretch: a second cut within this block begins a new tail in place of this one.
                self._add_tail(out[offset : offset + run], self._position)
                self._position += run
            self._gain.apply(out, start_sample)
        power = float(np.dot(out, out)) / max(n, 1)
        self._level = max(FLOOR_DBFS, 10.0 * np.log10(power)) if power > 0.0 else FLOOR_DBFS
        return out

    # -- told ---------------------------------------------------------------------------------

    def events(self) -> list[Percept]:
        """Drain: "played" (text is the whole remark) and "cut" (text is the words heard of it), in order."""
        return _drain(self._events)

    def ended(self) -> list[tuple[int, bool]]:
        """Drain: (remark, whole) for each remark that ended, parallel to `events`; whole is False if cut."""
        return _drain(self._ended)

    def started(self) -> list[tuple[int, float]]:
        """Drain: (remark, true start in seconds) for each remark that began to sound."""
        return _drain(self._started)

    def late(self) -> list[tuple[int, float]]:
        """Drain: (remark, seconds late) for each timed remark that began after its `start_at`."""
        return _drain(self._late)

    @property
    def epoch(self) -> int:
        """Number of cuts so far; a clip is scheduled with the epoch its words were made in."""
        return self._epoch

    @property
    def speaking(self) -> bool:
        """A remark is sounding or fading out, and can be heard. True in a gap between its clauses too."""
        with self._lock:
            sounding = self._current is not None or self._tail_start + len(self._tail) > self._position
            return sounding and not self._muted

    @property
    def level(self) -> float:
        """RMS of the block rendered last, dBFS, not under FLOOR_DBFS."""
        return self._level

    def pending_s(self) -> float:
        """Seconds of speech scheduled and not yet played, waiting times not counted."""
        with self._lock:
            remarks = self._queue if self._current is None else [self._current, *self._queue]
            return sum(r.remaining for r in remarks) / SAMPLE_RATE

    # -- inside, all with the lock held -------------------------------------------------------

    def _find(self, number: int) -> QueuedRemark | None:
        if self._current is not None and self._current.number == number:
            return self._current
        return next((r for r in self._queue if r.number == number), None)

    def _settle(self, t: int) -> None:
        """Bring the state up to sample t: end what is over, yield to what is timed, begin what is next."""
        while True:
            current = self._current
            if current is not None:
                if current.over:
                    self._current = None
                    self._events.append(Percept(t / SAMPLE_RATE, "played", current.text))
                    self._ended.append((current.number, True))
                    continue
                if not must_yield(current, self._queue, t):
                    return
                # Ends at the timed remark's first sample if that was known in time, else under its beginning.
                self._stop_current(t, round(FADE_S * SAMPLE_RATE))
                self._refuse_rest(current)
                continue
            waiting = [r for r in self._queue if r.start is not None] if self._holding else self._queue
            chosen = choose(waiting, t)
            if chosen is None:
                return
            self._queue.remove(chosen)
            self._current = chosen
            if chosen.began >= 0:
                continue  # it had been held
            chosen.began = t
            self._started.append((chosen.number, t / SAMPLE_RATE))
            if chosen.wanted is not None and t > chosen.wanted:
                self._late.append((chosen.number, (t - chosen.wanted) / SAMPLE_RATE))

    def _stop_current(self, t: int, fade: int) -> None:
        """Turn what sounds at sample t into a fading tail of at most `fade` samples and report it as cut."""
        current = self._current
        assert current is not None
        self._current = None
        self._report_cut(current, t)
        rest = np.zeros(fade, np.float32)
        filled = 0
        while filled < fade and current.clips:
            filled += current.take(rest[filled:])
        self._fade_out(rest, t)

    def _fade_out(self, rest: Samples, t: int) -> None:
        """What would have sounded from sample t on, float32[n], becomes a fading tail."""
        fade = len(rest)
        # A raised cosine has no corner at either end, so the fade itself does not click.
        rest *= (0.5 + 0.5 * np.cos(np.pi * np.arange(1, fade + 1) / max(fade, 1))).astype(np.float32)
        older = self._tail[max(t - self._tail_start, 0) :][:fade]
        rest[: len(older)] += older
        self._tail, self._tail_start = rest, t

    def _report_cut(self, remark: QueuedRemark, t: int) -> None:
        self._events.append(Percept(t / SAMPLE_RATE, "cut", remark.heard()))
        self._ended.append((remark.number, False))

    def _refuse_rest(self, remark: QueuedRemark) -> None:
        if not remark.complete:
            self._refused.add(remark.number)

    def _add_tail(self, out: Samples, start: int) -> None:
        lo, hi = max(start, self._tail_start), min(start + len(out), self._tail_start + len(self._tail))
        if lo < hi:
            out[lo - start : hi - start] += self._tail[lo - self._tail_start : hi - self._tail_start]
            np.clip(out, -1.0, 1.0, out=out)

    def _free(self) -> None:
        self._holding = False
        self._duck = 1.0
        self._aim_gain()

    def _aim_gain(self) -> None:
        self._gain.aim(0.0 if self._muted else self._duck, self._position)


def _drain(queue: deque[T]) -> list[T]:
    items: list[T] = []
    while queue:
        items.append(queue.popleft())
    return items
