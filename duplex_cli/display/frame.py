"""One picture of the terminal view: a board drawn into exactly `height` lines of `width` columns.

Pure: it reads no clock and no terminal, so every size can be tested.
"""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text

from duplex_cli.display.board import Board
from duplex_cli.display.glyphs import TICK_MS, Glyphs, duration_text, level_bar, spark
from duplex_cli.display.parts import Draw, fit, hears, line_of, says, sees, spread

ROOMY_COLUMNS = 60
"""From this width on two things stand on one line of the header; below, each has its own."""

GATE_ROWS = 20
"""From this height on the gate has a line of its own."""

WIDE_COLUMNS = 116
"""From this width on what is perceived stands beside what is said."""

LOUD_DBFS = -6.0
"""From here a level is drawn as too loud: speech peaks this near to full scale clip."""

DEAR_MS = 0.7 * TICK_MS
"""A tick from here on is drawn as a warning: the rest of the tick is no longer a safe reserve."""


def _what_is_on(board: Board, glyphs: Glyphs) -> Text:
    """The state a person must never have to guess: who is recorded, muted, paused."""
    out = line_of()
    if board.switches.recording:
        out.append(f"{glyphs.on} rec  ", style="bold red")
    if board.switches.paused:
        out.append("PAUSED  ", style="bold yellow")
    if board.switches.muted:
        out.append("MUTED  ", style="bold yellow")
    if board.switches.snoozed_until is not None and board.switches.snoozed_until > board.now:
        left = duration_text(board.switches.snoozed_until - board.now + 0.999)
        out.append(f"snoozed {left}  ", style="bold yellow")
    return out.append(duration_text(board.now), style="bold")


def header(board: Board, width: int, glyphs: Glyphs) -> list[Text]:
    """Who runs, what is on and where it stands."""
    info = board.info
    title = line_of(("duplex ", "bold cyan"), (info.profile, "bold"))
    on = [(name, "green") for name in info.senses]
    on.append(("voice", "green") if info.voice else ("voice off", "dim"))
    senses = line_of()
    for number, part in enumerate(on):
        senses.append(f" {glyphs.dot} " if number else "", style="dim").append(*part)
    for extra, style in ((board.switches.privacy, "yellow"), (board.switches.echo, "dim")):
        if extra:
            senses.append(f" {glyphs.dot} ", style="dim").append(extra, style=style)
    model = line_of((info.model, "dim"))
    state = _what_is_on(board, glyphs)
    if width < ROOMY_COLUMNS:
        return [spread(title, state, width, glyphs), fit(senses, width, glyphs)]
    return [spread(title, state, width, glyphs), spread(senses, model, width, glyphs)]


def meter(name: str, dbfs: float, active: bool, told: str, width: int, glyphs: Glyphs) -> Text:
    """A level with its name, bar and figure; `told` stands behind it while `active`."""
    level = f"{dbfs:4.0f} dB" if dbfs > -100 else "   - dB"
    tail = f" {told}" if width >= 36 else ""
    room = max(4, width - 6 - len(level) - 1 - len(tail))
    filled, rest = level_bar(dbfs, room, glyphs)
    colour = "red" if dbfs >= LOUD_DBFS else ("green" if active else "blue")
    tail_style = "bold green" if active else "dim"
    return fit(
        line_of((f"{name:<6}", "bold"), (filled, colour), (rest, "bright_black"), (f" {level}", "dim"),
              (tail if active else " " * len(tail), tail_style)),
        width,
        glyphs,
    )  # fmt: skip


def meters(board: Board, width: int, glyphs: Glyphs) -> list[Text]:
    """Both levels, side by side where there is room."""
    mic = ("mic", board.mic_dbfs, board.user_speaking, "speech")
    voice = ("voice", board.voice_dbfs, board.speaking, "speaks")
    if width < ROOMY_COLUMNS:
        return [meter(*mic, width, glyphs), meter(*voice, width, glyphs)]
    half = (width - 3) // 2
    left = meter(*mic, half, glyphs)
    return [fit(left.append("   ").append_text(meter(*voice, half, glyphs)), width, glyphs)]


def costs(board: Board, width: int, glyphs: Glyphs) -> Text:
    """What the last ticks cost, and how late they were."""
    out = line_of(("ticks ", "bold"))
    if width < ROOMY_COLUMNS:
        figures = f" {board.p50:.0f}/{board.p99:.0f} ms"
    else:
        figures = f" p50 {board.p50:.0f} p99 {board.p99:.0f} of {TICK_MS:.0f} ms"
    missed = f" {glyphs.dot} {board.missed} missed"
    room = max(0, min(len(board.recent), width - 6 - len(figures) - len(missed)))
    for cost, lost, _ in list(board.recent)[len(board.recent) - room :]:
        style = "bold red" if lost or cost >= TICK_MS else "yellow" if cost >= DEAR_MS else "green"
        out.append(glyphs.missed if lost else spark(cost, TICK_MS, glyphs), style=style)
    out.append(figures, style="dim")
    out.append(missed, style="bold red" if board.missed else "dim")
    return fit(out, width, glyphs)


def gate(board: Board, width: int, glyphs: Glyphs) -> Text:
    """How near the model was to speaking at the last ticks; a dot where it was not asked."""
    out = line_of(("speak ", "bold"))
    room = max(0, min(len(board.recent), width - 26))
    asked = [p for *_, p in board.recent if p is not None]
    for *_, p in list(board.recent)[len(board.recent) - room :]:
        if p is None:
            out.append(glyphs.dot, style="bright_black")
        else:
            out.append(spark(p, 1.0, glyphs), style="bold cyan" if p >= 0.5 else "cyan")
    out.append(f" p {asked[-1]:.2f}" if asked else " not asked yet", style="dim")
    return fit(out, width, glyphs)


def part(
    title: str, aside: str, draw: Draw, board: Board, width: int, height: int, glyphs: Glyphs
) -> list[Text]:
    """One part of exactly `height` lines under a titled rule."""
    if height <= 0:
        return []
    head = line_of((title, "bold cyan"), " ")
    if aside and width > len(title) + 12:
        head.append_text(fit(line_of((aside, "dim")), min(cell_len(aside), width - len(title) - 4), glyphs))
        head.append(" ")
    head.append(glyphs.rule * max(0, width - head.cell_len), style="bright_black")
    rows = height - 1
    drawn = draw(board, width, rows, glyphs)[-rows:] if rows else []
    return [fit(head, width, glyphs), *drawn, *(line_of() for _ in range(rows - len(drawn)))]


def _stacked(board: Board, width: int, height: int, glyphs: Glyphs) -> list[Text]:
    """The three parts one below the other; what is said has the most room."""
    shown: list[tuple[str, str, Draw, float]] = []
    if board.hears and height >= 4:
        shown.append(("hears", "", hears, 0.24))
    if board.sees and height >= 2 * (len(shown) + 2):
        shown.append(("sees", board.switches.looking, sees, 0.31))
    out: list[Text] = []
    for title, aside, draw, share in shown:
        out += part(title, aside, draw, board, width, max(2, round(height * share)), glyphs)
    return out + part("says", "", says, board, width, height - len(out), glyphs)


def _beside(board: Board, width: int, height: int, glyphs: Glyphs) -> list[Text]:
    """What is perceived on the left, what is said on the right."""
    half = (width - 3) // 2
    top = 0 if not board.hears else height if not board.sees else height * 2 // 5
    left = part("hears", "", hears, board, half, top, glyphs)
    left += part("sees", board.switches.looking, sees, board, half, height - top, glyphs)
    right = part("says", "", says, board, width - half - 3, height, glyphs)
    return [fit(a, half, glyphs).append("   ").append_text(b) for a, b in zip(left, right, strict=True)]


def frame(board: Board, width: int, height: int, glyphs: Glyphs) -> list[Text]:
    """The whole view: exactly `height` lines, each exactly `width` columns (at least 1 by 1)."""
    top = header(board, width, glyphs)
    if height >= 12:
        top += meters(board, width, glyphs)
    bottom = [costs(board, width, glyphs)]
    if height >= GATE_ROWS:
        bottom.insert(0, gate(board, width, glyphs))
    if board.current_note:
        bottom.append(line_of(("! ", "bold yellow"), (board.current_note, "yellow")))
    elif height >= 12:
        bottom.append(line_of((board.info.keys, "dim")))
    if height >= GATE_ROWS:
        bottom.insert(0, line_of((glyphs.rule * width, "bright_black")))
    if height < 6:
        top, bottom = top[:1], []
    room = height - len(top) - len(bottom)
    wide = width >= WIDE_COLUMNS and (board.hears or board.sees)
    middle = (_beside if wide else _stacked)(board, width, room, glyphs)
    return [fit(line, width, glyphs) for line in (top + middle + bottom)[:height]]
