"""Counts the repetitions of a movement without being told which movement it is.

Each frame is shrunk to a small gray picture. The pictures of the last seconds are projected on the one
direction in which they vary most from picture to picture in common (the first component of their covariance
with the picture before, by power iteration: noise and shaking have none): for a push-up or a squat that is a
wave with one crest a repetition. A repetition is complete when the wave has left the posture
of rest, has gone most of the usual way, and is back.
"""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from duplex_cli.errors import UserError
from duplex_cli.perception.steady import Steady
from duplex_cli.stream import Percept

WIDTH_PX = 96
"""Width to which frames are shrunk, pixels: a person is 30-60 high, and sensor noise is averaged away."""

SAMPLE_S = 0.08
"""Frames closer together than this are skipped, seconds: twelve a second show two repetitions a second."""

WINDOW_S = 8.0
"""Time over which the direction of movement is found, seconds: two of a beginner's slowest push-ups."""

SOFT_PX = 0.8
"""The small pictures are blurred by so much, pixels: noise is halved, and a picture that moved by a part of a
pixel keeps its edges."""

MOVED_SIGMA, MOVED_LEVELS = 6.0, 4.0
"""A pixel has moved when it differs by so many standard deviations of the picture's own noise, and by so many
gray levels (of 255): a still picture with noise of 4 or 12 levels a pixel then has none of 6,912."""

LEAST_NOISE = 0.15
"""Noise is taken for no less than this, gray levels: a drawing has none."""

START_SHARE, STOP_SHARE = 0.0015, 0.0008
"""Movement starts above and stops below this share of moved pixels: 10 and 5 of 7,000, half a forearm."""

COMPARE_S = 0.24
"""Pictures so far apart are compared for that, seconds: slow movement shows, too."""

STILL_S = 1.5
"""So long without movement is a stop, seconds: longer than the pause on top of a push-up (under 1 s)."""

UP_SHARE, DOWN_SHARE = 0.65, 0.3
"""The wave is away above, and back below, these shares of its height. What turns back before UP_SHARE is a
partial repetition and does not count."""

ARRIVED_SHARE = 0.03
"""Below DOWN_SHARE the repetition ends when the wave falls by less than this from sample to sample: it is the
posture of rest that ends it, not the way there."""

LEAST_AWAY = 3
"""Samples that a repetition spends away from rest at least: a quarter of a second, half of the shortest."""

LEAST_SHARE = 0.6
"""A wave lower than this share of the usual repetition is a partial one, or something else."""

MIN_AMPLITUDE = 40.0
"""Lowest wave that is a movement, gray levels (root of the summed squares). The drawn push-ups of the tests
make 2,300, a forearm alone 120 to 300, arms before a wall of their own brightness 55 to 75."""

SMOOTH = 0.3
"""Least likeness of the wave to itself a sample earlier (correlation). Two repetitions a second, seen ten
times a second, have cos(2 pi / 5) = 0.31; the drawn ones 0.6 and more, a shaking camera -0.45 to 0.31."""

OVER_CHANCE = 2.5
"""How many times higher than by chance a wave must be. By chance n pictures of d pixels with noise s vary
along their first component by about s * sqrt(d / n) (Marchenko and Pastur); six of it is its span."""

ACTIVE = 2.0
"""A pixel takes part if it varies so many times more than its noise: of 100 samples of noise the variance
strays by a seventh, so that chance makes none."""

SQRT2 = 2**0.5
"""The difference of two pictures has the noise of both."""

MIN_REP_S = 0.45
"""Shortest repetition, seconds: jumping jacks reach two a second."""

USUAL_REPS = 5
"""The usual height of a repetition is the median of so many last ones."""


class Motion:
    """Counts repetitions and tells when movement starts and stops. Arrays in, percepts out; no threads."""

    def __init__(self, *, where: str = "camera") -> None:
        self._where = where
        self.reset()

    def reset(self) -> None:
        """Start over from zero, as for a new set of an exercise."""
        self.count = 0
        self._times: list[float] = []
        self._pictures: list[NDArray[np.float32]] = []
        self._direction: NDArray[np.float32] | None = None
        self._rest: NDArray[np.float32] | None = None
        self._heights: list[float] = []
        self._moving = False
        self._moved_at = -np.inf
        self._counted_at = -np.inf
        self._shape: tuple[int, ...] = ()
        self._steady = Steady()
        self._active = 0
        """Pixels that do more than be noisy."""
        self._noise = 0.0
        """Noise of a pixel of the small pictures, gray levels."""

    def warm_up(self) -> None:
        """Run every step once on a blank picture, without remembering it."""
        twin = Motion(where=self._where)
        for step in range(4):
            twin.feed(np.full((72, 96, 3), step, np.uint8), step * 0.1)

    def feed(self, frame: NDArray[np.uint8], at_s: float) -> list[Percept]:
        """Percepts that `frame` (uint8[h, w, 3] RGB) at session time `at_s` (seconds) completed.

        "rep": one repetition ended, text is the count so far; "motion": "start" or "stop". Raises UserError
        for an array of another shape or type.
        """
        if frame.ndim != 3 or frame.shape[2] != 3 or frame.dtype != np.uint8:
            raise UserError(
                f"a frame is uint8[h, w, 3], not {frame.dtype}{list(frame.shape)}; convert the picture to RGB"
            )
        if frame.shape != self._shape:
            self._times, self._pictures, self._direction, self._rest = [], [], None, None
            self._shape = frame.shape
            self._steady = Steady()
        if self._times and at_s - self._times[-1] < SAMPLE_S:
            return []
        self._times.append(at_s)
        self._pictures.append(self._steady.hold(_shrink(frame)))
        while at_s - self._times[0] > WINDOW_S:
            del self._times[0], self._pictures[0]
        percepts = self._watch_movement(at_s)
        if self._moving:
            percepts += self._count_repetitions()
        return percepts

    def _watch_movement(self, at_s: float) -> list[Percept]:
        before = next(
            (
                p
                for t, p in zip(reversed(self._times), reversed(self._pictures), strict=True)
                if at_s - t >= COMPARE_S
            ),
            self._pictures[0],
        )
        difference = np.abs(self._pictures[-1] - before)
        noise = float(np.median(difference)) / 0.6745
        self._noise += (noise / SQRT2 - self._noise) * (0.1 if self._noise else 1.0)
        share = float((difference > max(MOVED_LEVELS, MOVED_SIGMA * noise)).mean())
        if share > (STOP_SHARE if self._moving else START_SHARE):
            self._moved_at = at_s
            if not self._moving:
                self._moving = True
                self._begin(before)
                return [Percept(at_s, "motion", "start", self._where)]
        elif self._moving and at_s - self._moved_at >= STILL_S:
            self._moving = False
            return [Percept(self._moved_at, "motion", "stop", self._where)]
        return []

    def _begin(self, still: NDArray[np.float32]) -> None:
        """Movement starts out of the posture `still`: that is rest, unless a known exercise goes on."""
        if self.count == 0:
            self._rest = still
            # What came before (walking into the picture) is another movement.
            self._times, self._pictures = self._times[-4:], self._pictures[-4:]
            self._direction = None

    def _count_repetitions(self) -> list[Percept]:
        pictures = np.stack(self._pictures)
        wave, rest = self._project(pictures)
        low, high = float(wave.min()), float(wave.max())
        height = high - low
        usual = float(np.median(self._heights[-USUAL_REPS:])) if self._heights else 0.0
        chance = 6.0 * self._noise * float(np.sqrt(self._active / len(pictures)))
        if height < max(MIN_AMPLITUDE, OVER_CHANCE * chance, LEAST_SHARE * usual) or _likeness(wave) < SMOOTH:
            return []
        # A wave that is higher than usual (someone walks past) must not hide the repetitions below it.
        scale = min(height, usual / LEAST_SHARE) if usual else height
        away = (wave - low) / scale if rest < (low + high) / 2 else (high - wave) / scale
        # What is counted is settled: the direction turns a little with every frame, and would count it again.
        first = next((i for i, t in enumerate(self._times) if t > self._counted_at), len(self._times))
        found = _first_return(away[first:])
        if found is None or self._times[first + found[0]] - self._counted_at < MIN_REP_S:
            return []
        index, top = first + found[0], found[1]
        self._counted_at = self._times[index]
        self.count += 1
        self._heights.append(top * scale)
        self._rest = self._pictures[index]
        return [Percept(self._counted_at, "rep", str(self.count), self._where)]

    def _project(self, pictures: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
        """Wave of the window, float32[n] in gray levels, and where the posture of rest lies on it."""
        middle = pictures.mean(axis=0)
        centred = pictures - middle
        # Only where more happens than noise: of seven thousand pixels a forearm moves some fifty.
        active = np.square(centred).mean(axis=0) > ACTIVE * max(self._noise, LEAST_NOISE) ** 2
        self._active = int(active.sum())
        centred[:, ~active] = 0.0
        direction = self._direction
        if direction is None or not (direction[active] != 0.0).any():
            direction = centred[-1] - centred[0] + np.float32(1e-3)
        for _ in range(3):  # of power iteration, on top of those of the frames before
            along = centred @ direction
            beside = np.zeros_like(along)
            beside[:-1] = along[1:]
            beside[1:] += along[:-1]
            direction = beside @ centred
            direction /= np.linalg.norm(direction) + np.float32(1e-9)
        self._direction = direction
        rest = self._rest if self._rest is not None else pictures[0]
        return centred @ direction, float((rest - middle) @ direction)


def _likeness(wave: NDArray[np.float32]) -> float:
    """Correlation of a wave, float32[n], with itself a sample earlier."""
    centred = wave - wave.mean()
    power = float(centred @ centred)
    return float(centred[1:] @ centred[:-1]) / power if power > 0 else 0.0


def _first_return(away: NDArray[np.float32]) -> tuple[int, float] | None:
    """Where the wave (0 is rest, 1 is far) first is back from a full excursion: (index, height reached)."""
    top, armed, away_for = 0.0, False, 0
    levels = away.tolist()
    for index, (now, after) in enumerate(pairwise(levels)):
        armed |= now < DOWN_SHARE
        top = max(top, now) if armed else 0.0
        away_for += now >= DOWN_SHARE
        if now < DOWN_SHARE:
            if away_for < LEAST_AWAY:
                top, away_for = 0.0, 0  # a jolt, not a repetition
            if top > UP_SHARE and after > now - ARRIVED_SHARE:
                return index, top
            top, away_for = (top, away_for) if top > UP_SHARE else (0.0, 0)
    return None


def _shrink(frame: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Small gray picture, float32[h, w]."""
    height = max(8, round(frame.shape[0] * WIDTH_PX / frame.shape[1]))
    gray = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(gray, (WIDTH_PX, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(small, (0, 0), SOFT_PX), np.float32)


def make_motion(*, where: str = "camera") -> Motion:
    """Motion for a process of its own: OpenCV is held to one thread there."""
    cv2.setNumThreads(1)
    return Motion(where=where)
