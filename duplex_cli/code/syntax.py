"""Is this beginning of a file wrong, or only not finished? Half-typed code is no bug."""

from __future__ import annotations

import ast
import re
import subprocess
import warnings

from duplex_cli.code.document import Document
from duplex_cli.code.tools import SYNTAX, Finding, installed, oxlint, spoken

ALLOW_INCOMPLETE = 0x4000
"""CPython's flag PyCF_ALLOW_INCOMPLETE_INPUT (Include/cpython/compile.h), which codeop uses as well."""

_UNFINISHED = re.compile(
    r"incomplete input|but found EOF|unexpected end of (?:file|input)|unexpected EOF|here-document",
    re.IGNORECASE,
)
_UNCLOSED = re.compile(r"unterminated", re.IGNORECASE)
"""Unfinished on the last line only: a string of this kind ends with its line."""


def fault(document: Document, last: int | None = None) -> tuple[Finding | None, bool]:
    """(what is wrong in the lines up to number `last`, whether they are merely unfinished).

    (None, False) is code that can be parsed. Without `last` all lines are judged, and what is
    unfinished then is wrong too.
    """
    count = len(document.lines) if last is None else last - document.first + 1
    part = Document(document.name, document.lines[:count], document.first)
    judge = {"python": _python, "javascript": _javascript, "shell": _shell}.get(document.language)
    found = judge(part) if judge else None
    if found is None:
        return None, False
    if last is not None and (
        _UNFINISHED.search(found.message)
        or found.line > last
        or (found.line == last and _UNCLOSED.search(found.message))
    ):
        return None, True
    return found, False


def _python(part: Document) -> Finding | None:
    source = part.text if part.whole else _dedented(part)
    if source is None:
        return None
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(source, part.name, "exec", flags=ALLOW_INCOMPLETE | ast.PyCF_ONLY_AST, dont_inherit=True)
    except SyntaxError as error:
        line = min(error.lineno or 1, len(part.lines)) + part.first - 1
        return Finding(line, SYNTAX, spoken(error.msg or "invalid syntax"))
    except ValueError:
        return None  # null bytes: no text that a person types
    return None


def _dedented(part: Document) -> str | None:
    """A piece out of the middle of a file, from its first line without indentation on."""
    start = next(
        (n for n, line in enumerate(part.lines) if re.match(r"(?:def|class|async|@|import|from)\b", line)),
        None,
    )
    return None if start is None else "\n" * start + "\n".join(part.lines[start:]) + "\n"


def _javascript(part: Document) -> Finding | None:
    return next((f for f in oxlint(part) if f.rule == SYNTAX), None)


def _shell(part: Document) -> Finding | None:
    program = installed("bash")
    if program is None:
        return None
    done = subprocess.run(
        [program, "-n", "/dev/stdin"],
        input=part.text,
        capture_output=True,
        text=True,
        timeout=5.0,
        check=False,
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
    )
    for row in done.stderr.splitlines():
        if told := re.search(r"line (\d+): (?:warning: )?(.+)", row):
            return Finding(min(int(told[1]), len(part.lines)) + part.first - 1, SYNTAX, spoken(told[2]))
    return None
