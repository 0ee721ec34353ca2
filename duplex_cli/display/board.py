"""What there is to show at one moment, gathered from the calls of a session. Draws nothing."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from duplex_cli.display.glyphs import clean, percentile
from duplex_cli.display.info import SessionInfo
from duplex_cli.session.watcher import Switches
from duplex_cli.stream import MicroTurn, Percept

KEPT_LINES = 60
"""Lines kept of each part: more than the tallest terminal shows of one."""

KEPT_COSTS = 3000
"""Ticks behind the p50 and p99 of the view: the last ten minutes."""

SPARK_TICKS = 40
"""Ticks drawn in the sparklines: the last eight seconds."""

PAUSE_S = 3.0
"""Words later than this after the last begin a new line even where no `pause` was perceived, seconds."""

NOTE_S = 12.0
"""How long a note stays on the screen, seconds of session time."""


@dataclass(slots=True)
class Line:
    """One timed line of a part."""

    at: float
    text: str
    kind: str = ""
    where: str = ""
    p: float | None = None
    remark: bool = False
    """It was spoken, as against things done or held back in silence."""
    open: bool = False
    """Words heard now are added to this line."""
    last_at: float = 0.0


def _lines() -> deque[Line]:
    return deque(maxlen=KEPT_LINES)


@dataclass(slots=True)
class Board:
    """The state of a view. Every text in it is cleaned; times are session seconds, levels dBFS."""

    info: SessionInfo = field(default_factory=lambda: SessionInfo("", "", ""))
    now: float = 0.0
    mic_dbfs: float = -120.0
    voice_dbfs: float = -120.0
    speaking: bool = False
    user_speaking: bool = False
    partial: str = ""
    heard: deque[Line] = field(default_factory=_lines)
    seen: deque[Line] = field(default_factory=_lines)
    said: deque[Line] = field(default_factory=_lines)
    note: Line | None = None
    switches: Switches = field(default_factory=Switches)
    costs: deque[float] = field(default_factory=lambda: deque(maxlen=KEPT_COSTS))
    recent: deque[tuple[float, int, float | None]] = field(default_factory=lambda: deque(maxlen=SPARK_TICKS))
    """Cost in ms, ticks missed before it and p(say), of the last ticks."""
    missed: int = 0
    ticks: int = 0

    def turn(self, turn: MicroTurn, cost_ms: float, missed: int) -> None:
        """Take in one micro-turn; `missed` is the number of ticks missed since the last call."""
        self.now = max(self.now, turn.at)
        self.ticks += 1
        self.missed += missed
        self.costs.append(cost_ms)
        self.recent.append((cost_ms, missed, turn.gate.say if turn.gate else None))
        for percept in turn.percepts:
            self._perceive(percept)
        for act in turn.acts:
            if act.kind in ("call", "delegate", "yield", "backchannel"):
                self.said.append(Line(turn.at, clean(act.text), act.kind))
        if turn.withheld:
            self.said.append(Line(turn.at, f"withheld: {clean(turn.withheld)}", "withheld"))

    def _perceive(self, percept: Percept) -> None:
        text = clean(percept.text)
        if percept.kind == "hear":
            last = self.heard[-1] if self.heard else None
            if last is None or not last.open or percept.at - last.last_at > PAUSE_S:
                self.heard.append(Line(percept.at, text, open=True, last_at=percept.at))
            else:
                last.text = f"{last.text} {text}".strip()
                last.last_at = percept.at
        elif percept.kind == "pause":
            self.partial = ""
            if self.heard:
                self.heard[-1].open = False
        elif percept.kind == "partial":
            self.partial = text
        elif percept.kind == "see":
            self.seen.append(Line(percept.at, text, "see", clean(percept.where)))
        elif percept.kind in ("rep", "motion", "result"):
            shown = f"{percept.kind} {text}"
            self.seen.append(Line(percept.at, shown, percept.kind, clean(percept.where)))
        elif percept.kind == "cut":
            self.said.append(Line(percept.at, f"cut off after: {text}" if text else "cut off", "cut"))

    def remark(self, at: float, text: str, kind: str, p: float | None) -> None:
        """Take in one remark made."""
        self.said.append(Line(at, clean(text), clean(kind) or "say", p=p, remark=True))

    def tell(self, text: str) -> None:
        """Take in a note; it is shown for NOTE_S."""
        self.note = Line(self.now, clean(text))

    @property
    def current_note(self) -> str:
        """The note to show now, empty if there is none or it is old."""
        fresh = self.note is not None and self.now - self.note.at <= NOTE_S
        return self.note.text if self.note is not None and fresh else ""

    @property
    def p50(self) -> float:
        """Median tick cost of the last ten minutes, ms."""
        return percentile(self.costs, 0.50)

    @property
    def p99(self) -> float:
        """99th percentile of the tick cost of the last ten minutes, ms."""
        return percentile(self.costs, 0.99)

    @property
    def hears(self) -> bool:
        """Whether the part for words is worth its room."""
        return self.info.hears or bool(self.heard)

    @property
    def sees(self) -> bool:
        """Whether the part for things seen is worth its room."""
        return self.info.sees or bool(self.seen)
