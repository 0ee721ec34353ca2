"""The live picture of a session on a terminal."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TextIO

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.text import Text

from duplex_cli import clock
from duplex_cli.display.board import Board
from duplex_cli.display.frame import frame
from duplex_cli.display.glyphs import ASCII, UNICODE, Glyphs, clean
from duplex_cli.display.info import SessionInfo
from duplex_cli.display.plain import remark_line, summary_lines
from duplex_cli.session.watcher import Switches
from duplex_cli.stream import MicroTurn

FRAME_S = 1 / 8
"""Least real time between two pictures, seconds: words are read no faster, and each costs milliseconds."""

LAST_REMARKS = 20
"""Remarks repeated below the summary when the live picture has gone."""


class _Strays(io.TextIOBase):
    """Stands for sys.stderr while the picture is up: lines become notes and are printed again at the end."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._rest = ""
        self.lines: list[str] = []

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self.lines.append(line)
            if line.strip():
                self._board.tell(line)
        return len(text)

    def unfinished(self) -> Iterable[str]:
        """All lines, with the last one even where its end is missing."""
        return [*self.lines, self._rest] if self._rest else self.lines


class LiveView:
    """A picture on the terminal's alternate screen, overwritten in place, never cleared: it does not flicker.

    It is drawn from the calls themselves, at most every FRAME_S; there is no thread. The terminal must stay
    in cbreak (not raw) mode, which keeps line ends as they are.
    """

    def __init__(self, console: Console, profile_name: str = "", glyphs: Glyphs | None = None) -> None:
        self._console = console
        self._glyphs = glyphs or (UNICODE if "utf" in console.encoding.lower() else ASCII)
        self.board = Board(SessionInfo("", profile_name, ""))
        self._live: Live | None = None
        self._drawn_at = 0.0
        self._strays: _Strays | None = None
        self._stderr: TextIO | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width, height = options.max_width, options.height or options.size.height
        for line in frame(self.board, width, height, self._glyphs):
            yield from line.render(console, end="\n")  # of the right width already: no wrapping to pay for

    def start(self, info: SessionInfo) -> None:
        self.board.info = info
        self.board.switches = replace(self.board.switches, recording=info.recording)
        if self._live is not None:
            return
        if not self._console.stderr and sys.stderr.isatty():
            self._strays, self._stderr = _Strays(self.board), sys.stderr
            sys.stderr = self._strays
        live = Live(
            self,
            console=self._console,
            screen=True,
            auto_refresh=False,
            redirect_stdout=False,
            redirect_stderr=False,
            vertical_overflow="crop",
        )
        self._live = live
        live.start(refresh=True)

    def _draw(self, at_once: bool = False) -> None:
        now = clock.monotonic()
        if self._live is not None and (at_once or now - self._drawn_at >= FRAME_S):
            self._drawn_at = now
            self._live.refresh()

    def turn(self, micro_turn: MicroTurn, cost_ms: float, missed: int) -> None:
        self.board.turn(micro_turn, cost_ms, missed)
        self._draw()

    def meters(self, mic_dbfs: float, voice_dbfs: float, speaking: bool, user_speaking: bool) -> None:
        board = self.board
        board.mic_dbfs, board.voice_dbfs = mic_dbfs, voice_dbfs
        board.speaking, board.user_speaking = speaking, user_speaking
        self._draw()

    def partial(self, text: str) -> None:
        self.board.partial = clean(text)
        self._draw()

    def note(self, text: str) -> None:
        self.board.tell(text)
        self._draw(at_once=True)

    def state(self, switches: Switches) -> None:
        before, words = self.board.switches, ("looking", "privacy", "echo")
        self.board.switches = replace(switches, **{name: clean(getattr(switches, name)) for name in words})
        self._draw(at_once=switches.positions != before.positions)

    def remark(self, at: float, text: str, kind: str, p: float | None) -> None:
        self.board.remark(at, text, kind, p)
        self._draw()

    def finish(self, summary: dict[str, Any]) -> None:
        self.close()
        remarks = summary.get("remarks", [])
        if len(remarks) > LAST_REMARKS:
            self._console.print(
                Text(f"{len(remarks) - LAST_REMARKS} earlier remarks are in the journal", "dim")
            )
        for remark in remarks[-LAST_REMARKS:]:
            self._console.print(remark_line(remark["at"], remark["text"], remark.get("kind", "say")))
        for line in summary_lines(summary, self.board.info):
            self._console.print(line)

    def close(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None
        if self._stderr is not None and self._strays is not None:
            sys.stderr = self._stderr
            for line in self._strays.unfinished():
                print(line, file=sys.stderr)
            self._strays = self._stderr = None
