"""The three parts of the view: what is heard, what is seen, what is said. Pure, each of any size."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from duplex_cli.display.board import Board, Line
from duplex_cli.display.glyphs import Glyphs, moment_text

Draw = Callable[[Board, int, int, Glyphs], list[Text]]


def line_of(*parts: tuple[str, str] | Text | str) -> Text:
    return Text.assemble(*parts, no_wrap=True, overflow="crop", end="")


def fit(line: Text, width: int, glyphs: Glyphs) -> Text:
    """`line` cut or padded to `width` columns."""
    if line.cell_len > width:
        line.truncate(max(0, width - cell_len(glyphs.ellipsis)))
        line.append(glyphs.ellipsis[:width], style="dim")
    line.pad_right(max(0, width - line.cell_len))
    return line


def spread(left: Text, right: Text, width: int, glyphs: Glyphs) -> Text:
    """Two texts at both ends of a line; the left one gives way."""
    right = fit(right, min(width, right.cell_len), glyphs)
    left = fit(left, max(0, width - right.cell_len - 1), glyphs)
    if left.cell_len:
        left.append(" ")
    return fit(left.append_text(right), width, glyphs)


def wrap(text: str, width: int) -> list[str]:
    """`text` in pieces of at most `width` columns, broken at spaces where there are any."""
    lines: list[str] = []
    current = ""
    for word in text.split(" "):
        joined = f"{current} {word}" if current else word
        if cell_len(joined) <= width:
            current = joined
            continue
        if current:
            lines.append(current)
        while cell_len(word) > width:
            head = set_cell_size(word, width).rstrip()
            if not head:  # a double-width character in a single column
                return [*lines, ""]
            lines.append(head)
            word = word[len(head) :]
        current = word
    lines.append(current)
    return lines


def timed(line: Line, mark: Text, text: str, style: str, width: int, tail: Text | None = None) -> list[Text]:
    """A dated entry: time, mark, then the text wrapped under itself, `tail` at the end of its last line."""
    stamp = f"{moment_text(line.at)} " if width >= 30 else ""
    indent = len(stamp) + mark.cell_len
    tail_room = tail.cell_len + 1 if tail else 0
    pieces = wrap(text, max(1, width - indent - tail_room))
    out: list[Text] = []
    for number, piece in enumerate(pieces):
        head = line_of((stamp, "dim"), mark.copy()) if number == 0 else line_of(" " * indent)
        out.append(head.append(piece, style=style))
    if tail:
        last = out[-1]
        last.pad_right(max(1, width - tail.cell_len - last.cell_len))
        last.append_text(tail)
    return out


def newest(entries: Iterable[list[Text]], height: int) -> list[Text]:
    """The newest lines of entries given newest first, oldest on top."""
    lines: list[Text] = []
    for entry in entries:
        lines = entry + lines
        if len(lines) >= height:
            break
    return lines[-height:] if height > 0 else []


def hears(board: Board, width: int, height: int, glyphs: Glyphs) -> list[Text]:
    """Words committed, with those not yet stable dim behind them."""
    if not board.heard and not board.partial:
        what = "nothing yet" if board.info.hears else "not listening"
        return [line_of((what, "dim italic"))]
    entries: list[list[Text]] = []
    lines = list(board.heard)
    blank = Text("")
    if board.partial and not (lines and lines[-1].open):
        lines.append(Line(board.now, "", open=True))
    for number, line in enumerate(reversed(lines)):
        partial = board.partial if number == 0 and line.open else ""
        words = f"{line.text} {partial}".strip()
        entry = timed(line, blank, words, "" if number == 0 else "dim", width)
        _dim_partial(entry, partial)
        entries.append(entry)
    return newest(entries, height)


def _dim_partial(entry: list[Text], partial: str) -> None:
    """Mark the last `partial` of the wrapped entry as unstable; wrapping drops only spaces."""
    left = len(partial.replace(" ", ""))
    for line in reversed(entry):
        position = len(line.plain)
        while left and position > 0 and len(line.plain[:position].strip()) > 0:
            position -= 1
            left -= line.plain[position] != " "
        line.stylize("dim italic", position)
        if not left:
            return


def sees(board: Board, width: int, height: int, glyphs: Glyphs) -> list[Text]:
    """Changed lines with their place, movements and answers of tools."""
    if not board.seen:
        what = "nothing has changed yet" if board.info.sees else "not looking"
        return [line_of((what, "dim italic"))]
    entries: list[list[Text]] = []
    for line in reversed(board.seen):
        stamp = f"{moment_text(line.at)} " if width >= 30 else ""
        place = f"{line.where} " if line.where else ""
        shown = line_of((stamp, "dim"), (place, "magenta"), (line.text, "" if not entries else "dim"))
        entries.append([fit(shown, width, glyphs)])
        if len(entries) >= height:
            break
    return newest(entries, height)


_DONE_STYLES = {"withheld": "dim", "cut": "red", "call": "magenta", "delegate": "magenta"}


def says(board: Board, width: int, height: int, glyphs: Glyphs) -> list[Text]:
    """Remarks and what else was done, newest at the bottom."""
    if not board.said:
        return [line_of(("silent so far", "dim italic"))]
    last_remark = next((line for line in reversed(board.said) if line.remark), None)

    def entry(line: Line) -> list[Text]:
        mark = line_of(f"{glyphs.kinds.get(line.kind, glyphs.other)} ")
        if not line.remark:
            style = _DONE_STYLES.get(line.kind, "dim")
            mark.stylize(style)
            told_alone = line.kind in ("withheld", "cut")
            words = line.text if told_alone else f"{line.kind} {line.text}".strip()
            return timed(line, mark, words, style, width)
        mark.stylize("yellow" if line.kind == "due" else "bold green")
        if line.kind not in glyphs.kinds and width >= 50:
            mark.append(f"{line.kind} ", style="green")
        tail = None
        if line.p is not None and width >= 40:
            tail = line_of((f"{line.p:.0%}".rjust(4), "cyan"))
        return timed(line, mark, line.text, "bold" if line is last_remark else "", width, tail)

    return newest((entry(line) for line in reversed(board.said)), height)
