"""The window over an endless session: instructions kept, whole old micro-turns dropped.

Bookkeeping of positions only; the engine does what the plan says. Dropping whole lines keeps the
protocol's form intact, and dropping many at once (high to low water) makes it a rare cost.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class Window:
    """Positions of a context: a fixed prefix, then lines of known token counts."""

    room: int
    prefix: int
    lines: deque[list[int]] = field(default_factory=deque)
    """Tokens of each micro-turn still in the context, oldest first (kept for a rebuild)."""

    HIGH_WATER = 0.90
    LOW_WATER = 0.60
    """Shares of the room. A shift costs about one extra decode, so it should happen seldom (measured in
    docs/measurements.md); below 0.5 the model would forget what was said a minute ago."""

    @property
    def used(self) -> int:
        """Positions in use."""
        return self.prefix + sum(len(line) for line in self.lines)

    def add_line(self) -> None:
        """Begin a new micro-turn."""
        self.lines.append([])

    def extend(self, tokens: list[int]) -> None:
        """Count tokens to the current micro-turn."""
        self.lines[-1].extend(tokens)

    def surplus(self, incoming: int) -> int:
        """How many of the oldest lines to drop before `incoming` tokens, 0 if there is room.

        The current line is never dropped.
        """
        if self.used + incoming <= self.room * self.HIGH_WATER:
            return 0
        target = self.room * self.LOW_WATER - incoming
        used, count = self.used, 0
        while used > target and count < len(self.lines) - 1:
            used -= len(self.lines[count])
            count += 1
        return count

    def forget(self, count: int) -> int:
        """Drop the `count` oldest lines from the books; returns how many positions they took."""
        return sum(len(self.lines.popleft()) for _ in range(count))
