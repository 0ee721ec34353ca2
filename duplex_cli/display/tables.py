"""Tables for people: the list of sessions, and the figures of a bench."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from duplex_cli.display.glyphs import clean, duration_text

UNITS = {"_ms": "ms", "_s": "s", "_mb": "MB", "_db": "dB", "_dbfs": "dBFS", "_hz": "Hz", "_percent": "%"}
"""Endings of keys that tell the unit of a figure."""


def _table(title: str = "") -> Table:
    return Table(
        title=Text(title) if title else None,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_edge=False,
        padding=(0, 1, 0, 0),
        header_style="bold",
    )


def _count(value: object) -> str:
    """A number of things, given as a number or as the things themselves."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return str(len(value))
    return "" if value is None else str(value)


def sessions_table(sessions: Sequence[Mapping[str, Any]]) -> RenderableType:
    """The sessions there are, in the order given.

    Each has "session" and, as far as known, "profile", "started" (unix seconds), "seconds", "remarks"
    (a number or a list), "missed_ticks", "size_mb" and "note" (such as "still running", "ended abruptly").
    """
    if not sessions:
        return Text("No sessions yet; duplex demo makes one.")
    table = _table()
    table.add_column("session", no_wrap=True, style="cyan")
    table.add_column("profile")
    table.add_column("started", no_wrap=True)
    for name in ("length", "remarks", "missed", "MB"):
        table.add_column(name, justify="right", no_wrap=True)
    noted = any(session.get("note") for session in sessions)
    if noted:
        table.add_column("")
    for session in sessions:
        started, seconds, missed = session.get("started"), session.get("seconds"), session.get("missed_ticks")
        begun = datetime.fromtimestamp(float(started), UTC).astimezone() if started is not None else None
        size = session.get("size_mb")
        cells = [
            Text(clean(str(session["session"]))),
            Text(clean(str(session.get("profile") or ""))),
            Text(begun.strftime("%Y-%m-%d %H:%M") if begun else ""),
            Text(duration_text(float(seconds)) if seconds is not None else ""),
            Text(_count(session.get("remarks"))),
            Text(_count(missed), style="red" if missed else ""),
            Text(f"{size:.1f}" if size is not None else ""),
        ]
        if noted:
            cells.append(Text(clean(str(session.get("note") or "")), style="yellow"))
        table.add_row(*cells)
    return table


def _figure(value: object) -> str:
    """One value: four significant digits are more than any of our measurements hold."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    if isinstance(value, int):
        return f"{value:,}"
    if value is None:
        return "–"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_figure(one) for one in value)
    return clean(str(value))


def _name(key: str) -> str:
    """A key as words, with its unit behind: "tick_ms" is "tick, ms"."""
    for ending, unit in UNITS.items():
        if key.endswith(ending) and key != ending:
            return f"{key.removesuffix(ending).replace('_', ' ')}, {unit}"
    return key.replace("_", " ")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


class _Sorted:
    """The figures sorted by shape: single ones, rows of the same columns, lists of records."""

    def __init__(self) -> None:
        self.single: list[tuple[str, object]] = []
        self.rows: dict[tuple[str, ...], list[tuple[str, Mapping[str, Any]]]] = {}
        self.records: list[tuple[str, Sequence[Mapping[str, Any]]]] = []

    def add(self, figures: Mapping[str, Any], prefix: str = "") -> None:
        """Sort in all figures of a mapping; those of nested ones under "outer inner" names."""
        for key, value in figures.items():
            name = f"{prefix}{_name(str(key))}"
            if isinstance(value, Mapping):
                values = list(value.values())
                if not values:
                    self.single.append((name, None))
                elif any(map(_is_number, values)) and all(_is_number(one) or one is None for one in values):
                    self.rows.setdefault(tuple(map(str, value)), []).append((name, value))
                else:
                    self.add(value, f"{name} ")
            elif isinstance(value, Sequence) and value and all(isinstance(one, Mapping) for one in value):
                self.records.append((name, value))
            else:
                self.single.append((name, value))


def figures_table(figures: Mapping[str, Any], title: str = "") -> RenderableType:
    """Any nested JSON-like object of figures as tables a person can read.

    Single values stand one below the other; mappings with the same keys ("p50", "p95"...) become the rows of
    one table; a list of mappings becomes a table with a row for each. Nothing is left out.
    """
    found = _Sorted()
    found.add(figures)
    parts: list[RenderableType] = []
    if title:
        parts.append(Text(title, style="bold"))
    if found.single:
        grid = Table.grid(padding=(0, 3))
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column(overflow="fold")
        for name, value in found.single:
            grid.add_row(Text(name), Text(_figure(value)))
        parts.append(grid)
    for columns, rows in found.rows.items():
        table = _table()
        table.add_column("", no_wrap=True)
        for column in columns:
            table.add_column(Text(_name(column)), justify="right", no_wrap=True)
        for name, row in rows:
            table.add_row(Text(name), *(Text(_figure(row[column])) for column in row))
        parts.append(table)
    for name, records in found.records:
        table = _table(name)
        columns = tuple(dict.fromkeys(key for record in records for key in record))
        for column in columns:
            numeric = all(_is_number(record.get(column, 0)) for record in records)
            table.add_column(
                Text(_name(str(column))), justify="right" if numeric else "left", overflow="fold"
            )
        for record in records:
            table.add_row(*(Text(_figure(record[key]) if key in record else "") for key in columns))
        parts.append(table)
    return Group(*parts)
