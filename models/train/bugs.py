"""Code on the screen: remarks for the bugs in it, and silence for all the rest that a screen shows.

data/bugs.tsv pairs every line that has a bug with the same line without it, after the same context; both are
shown equally often. data/clean_code.tsv has what looks odd and is right, data/terminal.tsv what tools print,
data/screen_text.tsv what is no code at all. Real files (snippets.py) add the look of long code.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from models.train.corpora import table
from models.train.mutate import mutate
from models.train.plain import AHEAD, plain, renamed
from models.train.snippets import NAMES, balance, snippet
from models.train.streams import Pick, Stream

LANGUAGES = {"python": 50, "javascript": 24, "shell": 9, "sql": 5, "html": 4, "c": 5, "java": 3}
"""Weights, about the number of rows that each language has."""
KINDS = {"plain": 48, "bug": 12, "twin": 10, "clean": 10, "real": 10, "terminal": 8, "screen": 8}
"""Weights of what a session shows next; about one line in six is to be spoken about, more than half of
them for a bug that everybody makes (plain.py)."""
BUGGY = 0.55
"""Of the plain excerpts; they have a line or two besides the one that matters."""
DRILL_CHARS = 780
"""Of the moments and acts of a drill: some 420 tokens, which is what a sample holds."""
LOOK_SHARE = 0.35
"""Share of excerpts whose lines come in one look, as when a file is opened; the others are typed."""
ROWS_OF_A_LOOK = 12
"""The eyes tell at most this many changed lines in one look."""
_BY_LANGUAGE = re.compile(
    r"Python|JavaScript|Parentheses are missing around|printer|negative index|rows\.at|have no|xor"
    r"|needs a value\."
)
"""Remarks that hold in one language only: not made where nothing on the screen tells the language."""


@dataclass(frozen=True)
class Excerpt:
    """Lines that belong together, of which `bug` (if any) is the place of the wrong one."""

    rows: tuple[str, ...]
    bug: int = -1
    remark: str = ""
    fixed: str = ""


@cache
def rows_of(name: str, language: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a table whose first field is `language`, without that field."""
    return tuple(row[1:] for row in table(name) if row[0] == language)


@cache
def terminal_lines(*, told: bool) -> tuple[tuple[str, ...], ...]:
    """Rows (line, remark) of the terminal: those worth a remark, or the others."""
    return tuple(row for row in table("terminal") if bool(row[1]) == told)


def hand_written(p: Pick, language: str, *, bug: bool, named: bool) -> Excerpt:
    """A row of bugs.tsv with its bug, or its twin. `named`: whether a file name tells the language."""
    row = p.of(rows_of("bugs", language))
    while not named and _BY_LANGUAGE.search(row[2]):
        row = p.of(rows_of("bugs", language))
    if language != "sql":  # its remarks use the singular of a table's name
        row = renamed(row, row[2], p)
    before, wrong, remark, right = row
    rows = tuple(before.split(AHEAD)) if before else ()
    if bug:
        return Excerpt((*rows, wrong), len(rows), remark, right)
    return Excerpt((*rows, right))


def clean(p: Pick, language: str) -> Excerpt:
    before, line = p.of(rows_of("clean_code", language))
    return Excerpt((*(before.split(AHEAD) if before else ()), line))


def real(p: Pick, language: str) -> Excerpt:
    """Lines of a real file, half of the times with a bug in one of them, where an operator fits."""
    rows = [row.strip() for row in snippet(p, language)]
    if not rows:
        return clean(p, language)
    order = list(range(len(rows)))
    p.random.shuffle(order)
    for k in order if p.maybe(0.5) else ():
        if made := mutate(rows[k], rows[:k], language, p):
            fixed, (rows[k], remark) = rows[k], made
            return Excerpt(tuple(rows), k, remark, fixed)
    return Excerpt(tuple(rows))


def half_typed(line: str, p: Pick) -> str | None:
    """The line while it is being typed, cut within a word lest it look whole; None if too short."""
    inner = [k for k in range(3, int(len(line) * 0.6)) if line[k - 1].isalnum() and line[k].isalpha()]
    return line[: p.random.choice(inner)] if inner else None


class Screen:
    """One file, or one window of it, that a session looks at."""

    def __init__(self, s: Stream, language: str, *, told: bool) -> None:
        p = s.pick
        self.s, self.language, self.told = s, language, told
        self.name = p.random.choice(NAMES[language])
        self.style = p.random.choice(["file", "file", "file", "line", "none"])
        if s.style.dense:  # a place costs as much as a short line
            self.style = p.random.choice(["file", "line", "none", "none"])
        if language in ("shell", "c", "java"):  # much of it would be right in another language
            self.style = "file"
        self.number = p.random.randint(1, 120)
        self.said: set[str] = set()

    def place(self, number: int) -> str:
        return {"file": f"{self.name}:{number}", "line": f"line {number}", "none": ""}[self.style]

    def act(self, remark: str) -> str | None:
        return f"say {remark}" if remark and self.told else None

    def written(self, *, bug: bool) -> Excerpt:
        """A hand-written excerpt; without its bug where that was told before, and so is not told again."""
        p = self.s.pick
        excerpt = hand_written(p, self.language, bug=bug, named=self.style == "file")
        if bug and excerpt.rows[excerpt.bug] in self.said:
            return Excerpt((*excerpt.rows[: excerpt.bug], excerpt.fixed))
        return excerpt

    def everyday(self) -> Excerpt:
        """A plain line, about every second time with a bug in it that was not told before."""
        p = self.s.pick
        rows, right, remark = plain(p, self.language, bug=p.maybe(BUGGY))
        fields = (AHEAD.join(rows[:-1]), rows[-1], remark, right)
        before, last, remark, right = renamed(fields, remark, p)
        above = tuple(before.split(AHEAD)) if before else ()
        if not remark or last in self.said:
            return Excerpt((*above, right))
        return Excerpt((*above, last), len(above), remark, right)

    def widened(self, excerpt: Excerpt) -> Excerpt:
        """`excerpt` amid other lines of the same file, as much as one look holds."""
        p = self.s.pick
        above = self.written(bug=False).rows
        below = clean(p, self.language).rows if p.maybe(0.5) else ()
        rows = (*above, *excerpt.rows, *below)
        if (
            len(rows) > ROWS_OF_A_LOOK
            or above[-1].endswith((":", "{", "do", "then"))
            or balance(" ".join(above))
        ):
            return excerpt
        bug = excerpt.bug + len(above) if excerpt.bug >= 0 else -1
        return Excerpt(rows, bug, excerpt.remark, excerpt.fixed)

    def show(self, excerpt: Excerpt) -> None:
        """The lines of `excerpt`, in one look or typed one after the other."""
        p = self.s.pick
        look = p.maybe(LOOK_SHARE / 2 if self.s.style.dense else LOOK_SHARE)
        if look and p.maybe(0.3):
            excerpt = self.widened(excerpt)
        if excerpt.bug >= 0:
            self.said.add(excerpt.rows[excerpt.bug])
        first = self.number + 1
        self.number += len(excerpt.rows)
        if (
            not look
            and p.maybe(0.08)
            and 1 < len(excerpt.rows) <= 3
            and excerpt.bug in (-1, len(excerpt.rows) - 1)
        ):
            row = " ".join(excerpt.rows)
            self.s.see(row, self.place(first), self.act(excerpt.remark), "bug" if excerpt.remark else "")
        elif look:
            self.look(excerpt, first)
        else:
            self.type(excerpt, first)
        if excerpt.bug >= 0:
            self.after(excerpt, first + excerpt.bug)
        self.number += p.random.choice([1, 1, 2, p.random.randint(2, 30)])

    def look(self, excerpt: Excerpt, first: int) -> None:
        s = self.s
        s.wait(0.5, 4.0)
        for k, row in enumerate(excerpt.rows[:ROWS_OF_A_LOOK]):
            act = self.act(excerpt.remark) if k == excerpt.bug else None
            s.put("see", row, act, "bug" if act else "", self.place(first + k))

    def type(self, excerpt: Excerpt, first: int) -> None:
        s, p = self.s, self.s.pick
        for k, row in enumerate(excerpt.rows):
            part = half_typed(row, p) if p.maybe(0.04 if s.style.dense else 0.12) else None
            if part:
                s.see(part, self.place(first + k))
            act = self.act(excerpt.remark) if k == excerpt.bug else None
            gap = p.random.choice([0.3, 1.5, 4])
            s.see(row, self.place(first + k), act, "bug" if act else "", gap=gap)

    def after(self, excerpt: Excerpt, number: int) -> None:
        """What was told is not told again: the user mends the line, or it comes into view once more."""
        s, p = self.s, self.s.pick
        x = p.random.random() * (2 if s.style.dense else 1)
        if x < 0.3:
            s.wait(1.0, 5.0)
            part = half_typed(excerpt.fixed, p) if p.maybe(0.2) else None
            if part:
                s.see(part, self.place(number))
            s.see(excerpt.fixed, self.place(number))
        elif x < 0.45:
            s.wait(1.0, 8.0)
            s.see(excerpt.rows[excerpt.bug], self.place(number))

    def mended_in_time(self) -> None:
        """A bug that was half-typed and never finished."""
        p = self.s.pick
        excerpt = self.written(bug=True)
        if excerpt.bug < 0:
            self.show(excerpt)
            return
        self.number += 1
        for row in excerpt.rows[: excerpt.bug]:
            self.s.see(row, self.place(self.number))
            self.number += 1
        if part := half_typed(excerpt.rows[excerpt.bug], p):
            self.s.see(part, self.place(self.number))
        self.s.see(excerpt.fixed, self.place(self.number))

    def terminal(self) -> None:
        """What a tool printed: an error with its traceback, or what is of no import."""
        s, p = self.s, self.s.pick
        where = p.random.choice(["terminal", "problems", "output", "", "", ""])
        text, remark = p.of(terminal_lines(told=p.maybe(0.55)))
        if text in self.said:
            return
        self.said.add(text)
        if re.match(r"\w+Error: ", text) and self.language == "python" and p.maybe(0.4):
            s.see("Traceback (most recent call last):", where)
            s.see(f'File "{self.name}", line {self.number}, in <module>', where, gap=0.3)
        s.see(text, where, self.act(remark), "lint" if remark and self.told else "")
        if remark and p.maybe(0.12):
            s.wait(1.0, 6.0)
            s.see(text, where)


def drill(view: Screen) -> None:
    """One line after the other, every third with a bug, hardly anything else."""
    s, p = view.s, view.s.pick
    while sum(len(i.percept.text) + 8 + len(i.act or "") for i in s.items) < DRILL_CHARS:
        x = p.random.random()
        if x < 0.8:
            view.show(view.everyday())
        elif x < 0.88:
            view.show(view.written(bug=p.maybe(0.6)))
        elif x < 0.93:
            view.show(clean(p, view.language))
        elif x < 0.97:
            view.terminal()
        else:
            s.see(p.of(table("screen_text"))[0], "")


def code(s: Stream, noise: Callable[[Stream], None], *, told: bool) -> None:
    """Typing and scrolling through code. `told`: whether the task asks for bugs to be named."""
    p = s.pick
    language = p.random.choices(list(LANGUAGES), list(LANGUAGES.values()))[0]
    view = Screen(s, language, told=told)
    if s.style.dense:
        drill(view)
        return
    for _ in range(s.style.several(p.random, 6, 11)):
        kind = p.random.choices(list(KINDS), list(KINDS.values()))[0]
        if kind == "plain":
            view.show(view.everyday())
        elif kind == "bug":
            view.show(view.written(bug=True))
        elif kind == "twin":
            if p.maybe(0.12):
                view.mended_in_time()
            else:
                view.show(view.written(bug=False))
        elif kind == "clean":
            view.show(clean(p, language))
        elif kind == "real":
            view.show(real(p, language))
        elif kind == "terminal":
            view.terminal()
        else:
            where = p.random.choice(
                ["", "", "browser", "mail", "chat", "notes.txt:4", view.place(view.number)]
            )
            s.see(p.of(table("screen_text"))[0], where)
        if p.maybe(0.2):
            noise(s)
