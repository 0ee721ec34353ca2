"""Watches documents being edited and says what the tools found in what was just written.

In session time, no threads: `show` tells how a document stands, `review` runs the tools in their time.
What stood there before the user began is no news; the line being typed is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from duplex_cli.code import syntax
from duplex_cli.code.document import Document, edited
from duplex_cli.code.tools import Check, Finding, checks, unique

PAUSE_S = 1.5
"""A line is taken for written when nothing has changed for so long, seconds, or when work goes on elsewhere.
Typists pause 0.2-0.3 s between words, and longer to think: what is unfinished by its grammar waits on."""

MOVED_S = 0.3
"""After work has moved on the tools wait for so long, seconds: an editor's own reformatting comes with it."""

LONG_PAUSE_S = 5.0
"""Lines among old ones that leave a file unparsable are a fault after so long a rest, seconds."""


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as it is put to the session."""

    file: str
    line: int
    message: str
    code: str
    """The line as it stands, without indentation."""
    fixed: bool = False
    """It is no longer there: not to be said any more."""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.file, self.message, self.code


@dataclass(slots=True)
class _File:
    document: Document
    whole: bool = True
    """It could be parsed when it was last judged."""
    known: set[tuple[str, str, str]] = field(default_factory=set)
    """Faults that need not be told: they stood there before, or were told."""
    told: dict[tuple[str, str, str], Told] = field(default_factory=dict)
    new: dict[int, bool] = field(default_factory=dict)
    """Lines written since the last review; whether the line existed before."""
    written: set[int] = field(default_factory=set)
    """All lines written since the first sight. Others are not this user's doing, or not this day's."""
    current: int = 0
    """The line being typed."""
    changed_at: float = 0.0
    moved_at: float | None = None
    judged: bool = True
    """Nothing has changed since the tools were last run."""
    waiting: bool = False
    """What was written is unfinished: look again after a long pause."""


class Reviewer:
    """One for a session. `types` adds the type checker."""

    def __init__(self, *, types: bool = True) -> None:
        self._types = types
        self._files: dict[str, _File] = {}
        self._checks: dict[str, list[Check]] = {}

    def show(self, document: Document, at_s: float) -> None:
        """The document as it stands at session time `at_s`. Its first sight is what was there before."""
        if not document.language:
            return
        known = self._files.get(document.name)
        if known is None:
            self._files[document.name] = self._first_sight(document, at_s)
            return
        changed, moved = edited(known.document, document)
        if not changed and len(document.lines) == len(known.document.lines):
            return
        grown = len(document.lines) - len(known.document.lines)
        new = {moved[n]: old for n, old in known.new.items() if n in moved}
        known.written = {moved[n] for n in known.written if n in moved} | changed
        for number in changed:
            new[number] = new.get(number, grown <= 0)
        latest = max(changed, default=moved.get(known.current, known.current))
        if known.current and latest != moved.get(known.current, known.current):
            known.moved_at = at_s
        known.document, known.new, known.current = document, new, latest
        known.changed_at, known.judged, known.waiting = at_s, False, False

    def review(self, at_s: float) -> list[Told]:
        """Faults newly found, and those told before that are gone. Runs the tools, so it may take seconds."""
        out: list[Told] = []
        for file in self._files.values():
            paused = at_s - file.changed_at >= PAUSE_S
            moved = file.moved_at is not None and at_s - file.moved_at >= MOVED_S
            late = file.waiting and at_s - file.changed_at >= LONG_PAUSE_S
            if late or (not file.judged and (paused or moved)):
                out += self._judge(file, paused, late)
        return out

    def _first_sight(self, document: Document, at_s: float) -> _File:
        file = _File(document, changed_at=at_s)
        wrong, _ = syntax.fault(document)
        file.whole = wrong is None
        found = [wrong] if wrong is not None else self._lint(document)
        file.known = {self._told(document, f).key for f in found}
        return file

    def _judge(self, file: _File, paused: bool, late: bool) -> list[Told]:
        document = file.document
        done = {n for n in file.new if paused or n != file.current}
        file.moved_at = None
        file.judged, file.waiting = paused, False
        wrong, _ = syntax.fault(document)
        if wrong is not None:
            return self._unparsable(file, wrong, done, late)
        file.whole = True
        all_found = self._lint(document)
        found = [
            f for f in all_found if f.line in file.written and (f.line in done or f.line not in file.new)
        ]
        out = self._gone(file, {self._told(document, f).key for f in all_found})
        for number in done:
            del file.new[number]
        return out + self._news(file, found)

    def _unparsable(self, file: _File, wrong: Finding, done: set[int], late: bool) -> list[Told]:
        """Faults of grammar: one is told if the lines written so far show it, whatever follows them."""
        out: list[Told] = []
        if not done:
            return out
        last = max(done)
        shown, unfinished = syntax.fault(file.document, last)
        if shown is None and unfinished and file.whole:
            # The lines below were there before: a line that was changed among them has broken the file.
            old = [n for n, existed in file.new.items() if existed and n in done and n <= wrong.line]
            if old and (late or file.current not in old):
                shown = replace(wrong, line=max(old)) if wrong.line not in old else wrong
            elif late and any(file.document.lines[last - file.document.first + 1 :]):
                shown = wrong  # new lines among old ones, and long at rest
            else:
                file.waiting = not late
        if shown is not None and shown.line not in file.written:
            shown = replace(shown, line=last)  # seen where it shows: at the end of what was written
        if shown is not None:
            out = self._news(file, [shown])
            file.whole = False
            for number in done:
                del file.new[number]
        return out

    def _lint(self, document: Document) -> list[Finding]:
        language = document.language
        if language not in self._checks:
            self._checks[language] = checks(language, types=self._types)
        return unique(finding for check in self._checks[language] for finding in check(document))

    def _news(self, file: _File, found: list[Finding]) -> list[Told]:
        out = []
        for finding in found:
            told = self._told(file.document, finding)
            again = any(told.message == other.message for other in file.told.values())
            if told.key in file.known or again:
                continue
            file.known.add(told.key)
            file.told[told.key] = told
            out.append(told)
        return out

    def _gone(self, file: _File, there: set[tuple[str, str, str]]) -> list[Told]:
        """What was told and is not found any more; found again, it is news again."""
        out = [replace(told, fixed=True) for key, told in file.told.items() if key not in there]
        for told in out:
            del file.told[told.key]
            file.known.discard(told.key)
        return out

    def _told(self, document: Document, finding: Finding) -> Told:
        return Told(document.name, finding.line, finding.message, document.line(finding.line))
