"""How often a live screen is looked at: often while text changes, seldom while nothing does."""

from __future__ import annotations

BUSY_RATE = 2
"""Times the usual rate while something is unread or untold: a key is seen half a gap sooner, and a rest
is measured twice as exactly. A look costs 3-5 ms (docs/seeing.md)."""

IDLE_AFTER_S = 2.0
"""So long after the last activity looking becomes seldom, seconds: longer than a typist's pause between words
and shorter than the pause after which nothing more is expected of a line (it is told after 0.6 s)."""

IDLE_GAP_S = 0.3
"""Between two looks while nothing happens, seconds. A caret shows each of its faces for 0.5 to 0.6 s: it must
be seen in both, or it would be taken for a place that came to rest. What appears out of nothing is seen 0.15
s later on average; a line being typed is not, because its first key brings back the full rate."""

SLACK_S = 1e-6
"""Times that differ by less are equal: they are sums of floats."""


class LookRate:
    """Decides when the next look is due. The caller's times are the only ones, seconds of session time."""

    def __init__(self, gap_s: float) -> None:
        """`gap_s` is the usual time between two looks."""
        self._gap_s = gap_s
        self._looked_at = self._active_at = float("-inf")

    @property
    def least_gap_s(self) -> float:
        """Between two looks while text changes."""
        return self._gap_s / BUSY_RATE

    def due(self, at_s: float) -> bool:
        """Whether to look at `at_s`."""
        rest_s = self._looked_at - self._active_at
        gap_s = self.least_gap_s if rest_s <= 0 else self._gap_s
        if rest_s > IDLE_AFTER_S:
            gap_s = max(IDLE_GAP_S, self._gap_s)
        return at_s - self._looked_at >= gap_s - SLACK_S

    def looked(self, at_s: float, active: bool) -> None:
        """There was a look at `at_s`; `active` if something has changed and is not read or told."""
        self._looked_at = at_s
        # A session begins with the first sight of everything: that counts as activity.
        if active or self._active_at == float("-inf"):
            self._active_at = at_s
