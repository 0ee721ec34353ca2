"""Draws the picture of the terminal view for the README: `python -m duplex_cli.display.picture OUT.svg`.

The example goes through the same calls as a live session, so the picture cannot promise what is not there.
"""

from __future__ import annotations

import io
import math
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme

from duplex_cli.control.keys import HELP
from duplex_cli.display.glyphs import UNICODE
from duplex_cli.display.info import SessionInfo
from duplex_cli.display.live import LiveView
from duplex_cli.session.watcher import Switches
from duplex_cli.stream import TICK_S, Act, GateReading, MicroTurn, Percept

COLUMNS, ROWS = 92, 26
"""Size of the pictured terminal: as wide as a README column shows sharply."""

THEME = TerminalTheme(
    (20, 23, 31),
    (216, 220, 230),
    [(46, 52, 64), (242, 115, 127), (142, 207, 132), (233, 196, 106), (110, 168, 254), (203, 153, 240),
     (102, 204, 221), (216, 220, 230)],
    [(88, 97, 117), (255, 140, 150), (166, 227, 156), (247, 216, 140), (143, 190, 255), (220, 180, 250),
     (140, 225, 238), (245, 247, 250)],
)  # fmt: skip

SVG = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: "Cascadia Mono", "Fira Code", Menlo, Consolas, monospace;
 font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: system-ui, sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
"""rich's own template loads a font over the network; this one takes what the reader has."""

_EVENTS: list[tuple[float, Percept]] = [
    (2.0, Percept(2.0, "see", "def mean(values):", "report.py:11")),
    (2.0, Percept(2.0, "see", "    return sum(values) / len(value)", "report.py:12")),
    (6.8, Percept(6.7, "hear", "remind me to stretch")),
    (8.0, Percept(7.9, "hear", "every twenty seconds")),
    (8.4, Percept(8.4, "pause")),
    (16.2, Percept(16.1, "see", "rows = load(path)[1:]", "report.py:18")),
    (21.4, Percept(21.3, "see", 'subject = "Quaterly figures"', "mail.py:4")),
    (27.0, Percept(26.8, "hear", "so the train leaves at eight")),
    (28.2, Percept(28.0, "due", "stretch")),
    (30.2, Percept(30.1, "hear", "and we change in")),
]
_ACTS: dict[float, Act] = {8.6: Act("call", "every twenty seconds: stretch")}
_REMARKS: list[tuple[float, str, str, float | None]] = [
    (2.6, "Line 12 says len(value), but the list is called values.", "say", 0.94),
    (21.8, "Quarterly needs an r: the mail's subject has “Quaterly”.", "say", 0.88),
    (28.4, "Time to stretch.", "due", 0.99),
]
_END_S = 30.8


def example(view: LiveView) -> None:
    """Feed `view` half a minute of a session."""
    view.start(
        SessionInfo(
            session="2026-11-22-0914",
            profile="watch",
            model="gemma-3-270m + adapter",
            senses=("mic", "screen"),
            voice=True,
            recording=True,
            keys=HELP,
        )
    )
    view.state(Switches(recording=True, looking="monitor 1, 2560 × 1440", privacy="2 windows left out"))
    for index in range(round(_END_S / TICK_S) + 1):
        at = round((index + 1) * TICK_S, 1)
        before = round(at - TICK_S, 1)
        percepts = tuple(p for told, p in _EVENTS if before < told <= at)
        acts = tuple(act for told, act in _ACTS.items() if before < told <= at)
        made = [remark for remark in _REMARKS if before < remark[0] <= at]
        say = made[0][3] or 0.0 if made else 0.02 + 0.1 * (1 + math.sin(index * 1.7))
        asked = bool(percepts or acts or made)
        gate = GateReading(silent=round(1 - say, 3), say=round(say, 3)) if asked else None
        cost = 14 + 9 * (1 + math.sin(index * 0.9)) + (38 if asked else 0) + (45 if made else 0)
        view.turn(MicroTurn(index, at, percepts, acts, gate), cost, 0)
        for remark in made:
            view.remark(*remark)
    view.meters(mic_dbfs=-23.0, voice_dbfs=-120.0, speaking=False, user_speaking=True)
    view.partial("Lyon at around")


def picture() -> str:
    """The example session as an SVG of the terminal."""
    console = Console(
        record=True,
        file=io.StringIO(),
        width=COLUMNS,
        height=ROWS,
        force_terminal=True,
        color_system="truecolor",
        legacy_windows=False,
    )
    silent = Console(file=io.StringIO(), width=COLUMNS, height=ROWS)
    view = LiveView(silent, "watch", UNICODE)
    example(view)
    view.close()
    console.print(view, end="", height=ROWS)
    return console.export_svg(title="duplex watch", theme=THEME, code_format=SVG, unique_id="duplex")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(picture(), encoding="utf-8")
