"""Plain lines, for pipes, logs and terminals that cannot be drawn on; and the end of a session in lines."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from duplex_cli.display.glyphs import clean, duration_text, moment_text
from duplex_cli.display.info import SessionInfo
from duplex_cli.session.watcher import Switches
from duplex_cli.stream import MicroTurn


def summary_lines(summary: dict[str, Any], info: SessionInfo) -> list[Text]:
    """The end of a session in a few lines, without the remarks."""
    remarks = len(summary.get("remarks", ()))
    facts = [f"{duration_text(float(summary.get('seconds', 0.0)))}"]
    facts.append(f"{remarks} remark{'' if remarks == 1 else 's'}")
    facts.append(f"{summary.get('ticks', 0)} ticks, {summary.get('missed_ticks', 0)} missed")
    tick_ms = summary.get("tick_ms") or {}
    figures = [f"{name} {tick_ms[name]:.0f}" for name in ("p50", "p95", "p99", "max") if name in tick_ms]
    if figures:
        facts.append(f"tick {' '.join(figures)} ms")
    name = clean(str(summary.get("session", info.session)))
    lines = [Text.assemble(("session ", "dim"), (name, "bold"), ("  ", ""), (", ".join(facts), ""))]
    if info.journal:
        lines.append(Text.assemble(("journal ", "dim"), clean(info.journal)))
        lines.append(Text.assemble(("look    ", "dim"), f"duplex timeline {name}"))
    return lines


def remark_line(at: float, text: str, kind: str) -> Text:
    """One remark as a dated line."""
    return Text.assemble(
        (f"[{moment_text(at)}] ", "dim"), (f"{clean(kind) or 'say':<4}  ", "green"), clean(text)
    )


class PlainView:
    """One line for each remark, for pipes, logs and terminals that cannot be drawn on.

    Remarks go to `console`, notes and (with `verbose`) what is heard and seen to `notes`, stderr by default.
    """

    def __init__(self, console: Console, notes: Console | None = None, verbose: bool = False) -> None:
        self._console = console
        self._notes = notes or Console(stderr=True)
        self._verbose = verbose
        self._info = SessionInfo("", "", "")
        self._switches: dict[str, object] = {}

    def _tell(self, line: Text | str) -> None:
        self._notes.print(Text(line) if isinstance(line, str) else line, soft_wrap=True)

    def start(self, info: SessionInfo) -> None:
        self._info = info
        on = ", ".join((*info.senses, "voice" if info.voice else "no voice"))
        recording = ", recording" if info.recording else ""
        self._tell(f"duplex {clean(info.profile)}: {clean(info.model)}, {on}{recording}")

    def turn(self, micro_turn: MicroTurn, cost_ms: float, missed: int) -> None:
        if missed:
            self._tell(f"[{moment_text(micro_turn.at)}] missed {missed} (a tick took {cost_ms:.0f} ms)")
        if not self._verbose:
            return
        for percept in micro_turn.percepts:
            if percept.kind not in ("voice", "partial", "played", "begun", "sound"):
                words = f"{clean(percept.where)} {clean(percept.text)}".strip()
                self._tell(f"[{moment_text(percept.at)}] {percept.kind:<4}  {words}")
        for act in micro_turn.acts:
            if act.kind not in ("silent", "say"):
                self._tell(f"[{moment_text(micro_turn.at)}] {act.kind:<4}  {clean(act.text)}")
        if micro_turn.withheld:
            self._tell(f"[{moment_text(micro_turn.at)}] withheld: {clean(micro_turn.withheld)}")

    def meters(self, mic_dbfs: float, voice_dbfs: float, speaking: bool, user_speaking: bool) -> None:
        """Nothing: levels are no lines."""

    def partial(self, text: str) -> None:
        """Nothing: unstable words would be printed again and again."""

    def note(self, text: str) -> None:
        self._tell(clean(text))

    def state(self, switches: Switches) -> None:
        told = {
            "paused": switches.paused,
            "muted": switches.muted,
            "snoozed": switches.snoozed_until is not None,
            "recording": switches.recording,
        }
        if self._switches:
            for name, value in told.items():
                if value != self._switches[name]:
                    self._tell(name if value else f"no longer {name}")
        self._switches = dict(told)

    def remark(self, at: float, text: str, kind: str, p: float | None) -> None:
        self._console.print(remark_line(at, text, kind), soft_wrap=True)

    def finish(self, summary: dict[str, Any]) -> None:
        for line in summary_lines(summary, self._info):
            self._tell(line)

    def close(self) -> None:
        """Nothing is held."""
