"""A remark on its way to the loudspeaker: its clips, how far they have played, which words that makes."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from duplex_cli.stream import SAMPLE_RATE

SILENT_BELOW = 1e-3
"""Samples under this (-60 dBFS) at a clip's end are its pause, not speech: no word lasts into them."""


_NEAR = SAMPLE_RATE // 10
"""The gap between two words is looked for within 0.1 s of where their letters put it."""

_GAP = SAMPLE_RATE // 50
"""Length over which loudness is compared there: 20 ms."""


@dataclass(slots=True)
class Clip:
    """One clause as sound, float32[n] at 16 kHz, and as words."""

    samples: npt.NDArray[np.float32]
    text: str
    played: int = 0
    """Samples of it already taken."""
    spoken: int = field(init=False)
    """Samples up to the end of its last word."""

    def __post_init__(self) -> None:
        loud = np.flatnonzero(np.abs(self.samples) > SILENT_BELOW)
        self.spoken = int(loud[-1]) + 1 if len(loud) else 0

    @property
    def remaining(self) -> int:
        return len(self.samples) - self.played

    def word_start(self) -> int:
        """Sample at which the word that is being played begins: `words_heard`, then the quietest place
        near."""
        weights = np.cumsum([0, *(len(word) + 1 for word in self.text.split())])
        starts = weights * self.spoken / max(weights[-1], 1)
        estimate = int(starts[starts <= self.played][-1])
        first = max(estimate - _NEAR, 0)
        stretch = np.abs(self.samples[first : min(estimate + _NEAR, self.played)])
        if len(stretch) <= _GAP or estimate == 0:
            return min(estimate, self.played)
        loudness = np.convolve(stretch, np.ones(_GAP, np.float32), mode="valid")
        return first + int(np.argmin(loudness)) + _GAP // 2

    def heard(self) -> str:
        """The words of it that have been played to their end, by `words_heard`."""
        if self.remaining == 0:
            return self.text.strip()
        return words_heard(self.text, self.played / self.spoken if self.spoken else 0.0)


@dataclass(slots=True)
class QueuedRemark:
    """The clauses of one remark, in order. Not thread-safe: `Playback` holds the lock."""

    number: int
    wanted: int | None = None
    """Sample at which it was asked to begin; None for a remark that takes its turn."""
    start: int | None = None
    """The same, or the moment of scheduling where `wanted` had passed by then."""
    complete: bool = False
    """No more clips will come."""
    clips: deque[Clip] = field(default_factory=deque)
    """What is still to be played, the first of them perhaps in part."""
    done: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    began: int = -1
    """Sample at which it began to sound; -1 before."""

    def add(self, clip: Clip) -> None:
        self.texts.append(clip.text.strip())
        self.clips.append(clip)

    @property
    def text(self) -> str:
        """All its words so far."""
        return " ".join(t for t in self.texts if t)

    @property
    def remaining(self) -> int:
        """Samples still to be played."""
        return sum(c.remaining for c in self.clips)

    @property
    def over(self) -> bool:
        """Played to its end. Steps past clips without sound."""
        self._pass_finished()
        return self.complete and not self.clips

    def take(self, out: npt.NDArray[np.float32]) -> int:
        """Copy its next samples into `out`, from one clip at most; returns how many."""
        clip = self.clips[0]
        n = min(len(out), clip.remaining)
        out[:n] = clip.samples[clip.played : clip.played + n]
        clip.played += n
        self._pass_finished()
        return n

    def go_back(self, n: int) -> npt.NDArray[np.float32]:
        """Set it back to the beginning of the word being played; returns the `n` samples it was about to
        play."""
        rest = np.zeros(n, np.float32)
        if self.clips:
            clip = self.clips[0]
            coming = clip.samples[clip.played : clip.played + n]
            rest[: len(coming)] = coming
            clip.played = clip.word_start()
        return rest

    def heard(self) -> str:
        """The words of it that have been played."""
        parts = [*self.done, self.clips[0].heard() if self.clips else ""]
        return " ".join(p for p in parts if p)

    def _pass_finished(self) -> None:
        while self.clips and self.clips[0].remaining == 0:
            self.done.append(self.clips.popleft().text.strip())


def words_heard(text: str, share: float) -> str:
    """The first words of `text` that fit into `share` (0 to 1) of its spoken length.

    A word takes time in proportion to its letters plus one for its beginning; it counts once it is over.
    That is an estimate: within a word of the lengths that hibari gives to the beginnings of a 14-word
    clause
    (tests/test_speech_synthesis.py).
    """
    words = text.split()
    lengths = np.cumsum([len(w) + 1 for w in words]) if words else np.zeros(1)
    return " ".join(words[: int(np.searchsorted(lengths, share * lengths[-1] + 1e-9, side="right"))])
