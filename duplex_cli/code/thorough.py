"""Everything that the same tools can say about a file, taste left out: what they could find at best."""

from __future__ import annotations

from duplex_cli.code import syntax, tools
from duplex_cli.code.document import Document

RUFF_ALL = "F,E7,E9,B,PL,RUF,SIM,ASYNC,DTZ,ERA,RET,TRY,PIE,S1"
SEVERITIES = ("error", "warning")


def messages(document: Document, *, types: bool) -> set[str]:
    """Rule and message of all that is found in a whole file, without line numbers."""
    wrong, _ = syntax.fault(document)
    if wrong is not None:
        return {f"{wrong.rule} {wrong.message}"}
    found = {
        "python": lambda: [*tools.ruff(document, RUFF_ALL), *(tools.pyright(document) if types else ())],
        "javascript": lambda: tools.oxlint(document, all_rules=True),
        "shell": lambda: tools.shellcheck(document, all_codes=True),
    }.get(document.language, list)()
    return {f"{f.rule} {f.message}" for f in found}
