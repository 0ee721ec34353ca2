"""The linters that are asked, each as one call: a document in, findings out.

Each tool is asked only for rules that nearly always mean a bug; matters of taste, and what is merely unused
while somebody is still typing, are left out. A tool that is not installed is not asked.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duplex_cli.code.document import Document, Language
from duplex_cli.paths import runtime_dir

TIMEOUT_S = 20.0
"""A tool that takes longer is given up: pyright needs 2 to 6 s on a loaded machine, the others under one."""

SYNTAX = "syntax"


_RULES: dict[str, list[Any]] = tomllib.loads(
    (Path(__file__).parent / "rules.toml").read_text(encoding="utf-8")
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault that a tool found."""

    line: int
    """Number of the line in the file."""
    rule: str
    message: str
    """In a few words, fit to be spoken."""


Check = Callable[[Document], list[Finding]]


def installed(name: str) -> str | None:
    """Path of a tool: beside this Python, or anywhere on the path."""
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.is_file() else shutil.which(name)


def available() -> dict[Language, list[str]]:
    """Names of the tools that are there, by language; for `duplex doctor` and the head of a session."""
    wanted: dict[Language, tuple[str, ...]] = {
        "python": ("ruff", "basedpyright", "pyright"),
        "javascript": ("oxlint",),
        "shell": ("bash", "shellcheck"),
    }
    return {language: [n for n in names if installed(n)] for language, names in wanted.items()}


def checks(language: Language, *, types: bool) -> list[Check]:
    """The checks of a language that can be run here; `types` adds a type checker, which takes seconds."""
    there = available().get(language, [])
    out: list[Check] = []
    if "ruff" in there:
        out.append(ruff)
    if types and language == "python" and (set(there) & {"basedpyright", "pyright"}):
        out.append(pyright)
    if "oxlint" in there:
        out.append(oxlint)
    if "shellcheck" in there:
        out.append(shellcheck)
    return out


def ruff(document: Document, rules: str = "") -> list[Finding]:
    """Python: pyflakes' and bugbear's rules on faults. Names are judged in whole files only."""
    chosen = rules or ",".join(_RULES["ruff"])
    options = ("--isolated", "--quiet", "--no-cache", "--preview", "--output-format=json")
    told = _run(
        ("ruff", "check", *options, f"--select={chosen}", f"--stdin-filename={document.name}", "-"),
        document.text,
    )
    found = [
        Finding(row["location"]["row"] + document.first - 1, row["code"] or SYNTAX, spoken(row["message"]))
        for row in _json(told) or ()
    ]
    return [f for f in found if document.whole or f.rule not in ("F821", "F822")]


def oxlint(document: Document, all_rules: bool = False) -> list[Finding]:
    """JavaScript and TypeScript. Names are judged in whole files only."""
    rules = [r for r in _RULES["oxlint"] if document.whole or r != "no-undef"]
    config = {
        "env": {"browser": True, "node": True, "es2024": True},
        "categories": dict.fromkeys(("correctness", "suspicious"), "error" if all_rules else "off"),
        "rules": dict.fromkeys(rules, "error"),
    }
    found = []
    with _room() as room:
        (room / "rules.json").write_text(json.dumps(config))
        (room / _plain(document.name)).write_text(document.text, encoding="utf-8")
        told = _run(
            ("oxlint", "-c", str(room / "rules.json"), "--no-ignore", "-f", "json", _plain(document.name)),
            "",
            room,
        )
    for row in (_json(told) or {}).get("diagnostics", ()):
        rule = re.search(r"\((.+)\)", row.get("code") or "")
        labels = [label["span"]["line"] for label in row.get("labels") or ({"span": {"line": 1}},)]
        # A rule's labels are the declaration and the place of the fault: either may be the line just written.
        for line in dict.fromkeys(reversed(labels) if rule else labels[:1]):
            found.append(
                Finding(line + document.first - 1, rule[1] if rule else SYNTAX, spoken(row["message"]))
            )
    return found


def shellcheck(document: Document, all_codes: bool = False) -> list[Finding]:
    """Shell, by its own severities error and warning and a list of codes that mean faults."""
    shell = "sh" if document.lines and re.match(r"#!.*\b(?:ba|da|k|a)?sh\b", document.lines[0]) else "bash"
    told = _run(("shellcheck", "-f", "json1", *(() if shell == "sh" else ("-s", "bash")), "-"), document.text)
    found = []
    for row in (_json(told) or {}).get("comments", ()):
        if not all_codes and row["code"] not in _RULES["shellcheck"]:
            continue
        if row["code"] == 2154 and not document.whole:
            continue
        rule = SYNTAX if row["code"] < 2000 and row["level"] == "error" else f"SC{row['code']}"
        found.append(Finding(row["line"] + document.first - 1, rule, spoken(row["message"])))
    return found


def pyright(document: Document) -> list[Finding]:
    """Python's types: wrong attributes, calls, arguments. Whole files only."""
    if not document.whole:
        return []
    with _room() as room:
        path = room / _plain(document.name)
        path.write_text(document.text, encoding="utf-8")
        program = "basedpyright" if installed("basedpyright") else "pyright"
        told = _run((program, "--outputjson", "--pythonpath", sys.executable, str(path)), "", room)
    return [
        Finding(row["range"]["start"]["line"] + 1, row["rule"], spoken(row["message"]))
        for row in (_json(told) or {}).get("generalDiagnostics", ())
        if row.get("rule") in _RULES["pyright"] and row["severity"] == "error"
    ]


def spoken(message: str) -> str:
    """The first sentence of a tool's message, without its quotes and marks."""
    first = re.split(r"(?<=[^.])\.(?:\s|$)|\n|: did you mean", message.strip())[0]
    return re.sub(r"[`\"“”]", "", first).strip()


def unique(findings: Iterable[Finding]) -> list[Finding]:
    """One finding a line, the first: tools repeat each other, and one fault often makes several findings."""
    kept: dict[int, Finding] = {}
    for finding in findings:
        kept.setdefault(finding.line, finding)
    return sorted(kept.values(), key=lambda f: f.line)


@contextmanager
def _room() -> Iterator[Path]:
    """A folder for one run; only its owner may look into it."""
    with tempfile.TemporaryDirectory(dir=runtime_dir()) as name:
        yield Path(name)


def _plain(name: str) -> str:
    """A file name that no tool takes for an option or another folder."""
    return re.sub(r"[^\w.]", "_", Path(name).name).lstrip(".") or "code"


def _run(command: tuple[str, ...], text: str, folder: Path | None = None) -> str:
    """What a tool prints; empty if it fails to answer in time."""
    program = installed(command[0])
    if program is None:
        return ""
    try:
        done = subprocess.run(
            [program, *command[1:]],
            input=text,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            cwd=folder,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return ""
    return done.stdout


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
