"""Everyday bugs in plain lines of code: typos, = for ==, a colon or bracket left out, one step too far.

A line of data/plain_lines.tsv (or the right line of a row of bugs.tsv) is shown as it is or with one such
bug, so that only the bug itself tells the two apart. Only such bugs are made as show in the line and in what
stands above it.
"""

from __future__ import annotations

import re
from functools import cache

from models.train.corpora import table
from models.train.mutate import (
    Mutant,
    Operator,
    foreign_elif,
    misspell,
    name,
    no_colon,
    plus,
    shell_semicolon,
    shell_spaces,
    too_far,
    unclosed,
)
from models.train.snippets import COMMENT, balance
from models.train.streams import Pick

CLOSE_SHARE = 0.2
"""Of lines, those written without spaces around the operators, as many people do."""
KNOWN_SHARE = 0.75
"""Of mistyped words, those mistyped as people are known to; the others have two letters swapped."""
AHEAD = " ⏎ "
RENAMED = (
    "users", "names", "scores", "words", "rows", "numbers", "files", "prices", "players", "cards", "letters",
    "guests", "students", "orders", "points", "tasks", "books", "songs", "cities", "coins", "votes", "jobs",
    "pages", "tags", "photos", "animals", "recipes", "trains", "plants", "tickets", "rooms", "bills", "teams",
    "labels", "shapes", "sizes", "events", "nodes", "grades", "temps",
)  # fmt: skip
"""Names that may stand for one another without changing whether a line is right."""
_ABOUT_SPELLING = re.compile(r"misspell|should be|not defined|swapped|is called|called like|Use \w+\.items")


def renamed(fields: tuple[str, ...], remark: str, p: Pick) -> tuple[str, ...]:
    """The same fields with one of the interchangeable names in them changed throughout, sometimes."""
    text = AHEAD.join(fields)
    code = AHEAD.join((*fields[:2], *fields[3:]))  # "in whole numbers" of a remark names nothing
    mine = [n for n in RENAMED if re.search(rf"\b{n}\b", code) and not re.search(rf"[./]{n}\b|\b{n}\(", text)]
    if not mine or _ABOUT_SPELLING.search(remark) or p.maybe(0.5):
        return fields
    old = p.random.choice(mine)
    new = p.random.choice([n for n in RENAMED if n not in text])
    return tuple(re.sub(rf"\b{old}\b", new, field) for field in fields)


@cache
def typos(language: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(word, how people mistype it) of keywords and builtins of `language`."""
    return tuple((r[1], tuple(r[2].split("|"))) for r in table("code_words") if language in r[0].split(","))


def mistyped(language: str) -> Operator:
    """A keyword or builtin misspelt, not within a string."""

    def operator(code: str, before: list[str], p: Pick) -> Mutant | None:
        bare = re.sub(r"\"[^\"]*\"|'[^']*'|`[^`]*`", lambda m: "_" * len(m[0]), code)
        fit = [(w, how) for w, how in typos(language) if len(re.findall(rf"\b{w}\b", bare)) == 1]
        if not fit:
            return None
        word, known = p.random.choice(fit)
        swapped = misspell(word, p)
        wrong = p.random.choice(known) if not swapped or p.maybe(KNOWN_SHARE) else swapped
        at = re.search(rf"\b{word}\b", bare)
        if at is None or re.search(rf"\b{re.escape(wrong)}\b", " ".join((*before, code))):
            return None
        return (
            f"{code[: at.start()]}{wrong}{code[at.end() :]}",
            f"{wrong} is misspelled, it should be {word}.",
        )

    return operator


def assigns(code: str, before: list[str], p: Pick) -> Mutant | None:
    """= for == in a Python condition."""
    if m := re.match(r"(?:if|elif|while) (([\w.\[\]()]+) == ([^=:]+)):", code):
        wrong = f"{m[2]} = {m[3]}"
        return code.replace(m[1], wrong, 1), f"{wrong} is an assignment; use ==."
    return None


def assigns_in_c(code: str, before: list[str], p: Pick) -> Mutant | None:
    """= for == or === in a condition in parentheses."""
    if m := re.match(r"(?:\} else )?(?:if|while) ?\((([\w.\[\]]+) (===?) ([^=()]+))\)", code):
        wrong = f"{m[2]} = {m[4]}"
        return code.replace(m[1], wrong, 1), f"{wrong} is an assignment; use {m[3]}."
    return None


def no_quote(code: str, before: list[str], p: Pick) -> Mutant | None:
    """The closing quote of the only string left out."""
    if code.count('"') != 2 or "'" in code or "`" in code:
        return None
    if not re.search(r"\"(\)?;?|\)\)|\]; then| \}|:)?$", code):
        return None
    k = code.rindex('"')
    return code[:k] + code[k + 1 :], "A closing quote is missing."


def no_bracket(code: str, before: list[str], p: Pick) -> Mutant | None:
    """The last bracket of a line left out that is otherwise whole."""
    for sign, says in ((")", "parenthesis"), ("]", "bracket"), ("}", "brace")):
        m = re.search(r"= \{.*(\})(;?)$" if sign == "}" else rf"(\{sign})(;?)$", code)
        if m and balance(code) == 0 and not code.startswith(sign):
            return code[: m.start(1)] + m[2], f"A closing {says} is missing."
    return None


def too_long(code: str, before: list[str], p: Pick) -> Mutant | None:
    """`<` made `<=` before a length."""
    if m := re.search(r"\b(\w+) < len\((\w+)\)", code):
        return code.replace(m[0], f"{m[1]} <= len({m[2]})"), f"{m[1]} <= len({m[2]}) runs one past the end."
    if m := re.search(r"\b(\w+) < (\w+)\.length\)", code):
        return code.replace(
            m[0], f"{m[1]} <= {m[2]}.length)"
        ), f"{m[1]} <= {m[2]}.length runs one past the end."
    return None


def shared_default(code: str, before: list[str], p: Pick) -> Mutant | None:
    if m := re.match(r"def .*\b(\w+)=None\):$", code):
        wrong = f"{m[1]}={p.random.choice(['[]', '[]', '{}'])}"
        return code.replace(f"{m[1]}=None", wrong), f"{wrong} is a mutable default shared between calls."
    return None


def by_zero(code: str, before: list[str], p: Pick) -> Mutant | None:
    if m := re.search(r" / (len\(\w+\)|[\w.]+)(?=;?$|\)?;?$)", code):
        return code[: m.start()] + " / 0" + code[m.end() :], "That divides by zero."
    return None


def wrong_case(code: str, before: list[str], p: Pick) -> Mutant | None:
    """A constant as the other language writes it."""
    if m := re.search(r"\b(True|False)\b(?=\)?:?$)", code):
        word = m[1].lower()
        return code[: m.start()] + word + code[m.end() :], f"Python writes {m[1]} with a capital {m[1][0]}."
    return None


def wrong_capital(code: str, before: list[str], p: Pick) -> Mutant | None:
    if m := re.search(r"\b(true|false)\b(?=\)*;?$)", code):
        word = m[1].capitalize()
        return code[: m.start()] + word + code[m.end() :], f"JavaScript writes {m[1]} in lower case."
    return None


def rm_all(code: str, before: list[str], p: Pick) -> Mutant | None:
    if code.startswith("rm -rf "):
        var = p.of(_FOLDERS)
        end = p.random.choice(["/", "/*", "/*"])
        return f"rm -rf ${var}{end}", f"If {var} is empty, that deletes everything."
    return None


def shell_name(code: str, before: list[str], p: Pick) -> Mutant | None:
    """A variable set just above, misspelt where it is used."""
    known = {m[1] for row in before for m in re.finditer(r"^(\w{4,})=", row)}
    word = next((w for w in sorted(known) if f"${w}" in code), None)
    wrong = misspell(word, p) if word else None
    if not word or not wrong:
        return None
    return code.replace(f"${word}", f"${wrong}"), f"{wrong} is misspelled, it should be {word}."


_FOLDERS = (
    "DIR", "BUILD", "OUT", "TMP", "TARGET", "BACKUP", "CACHE", "DEST", "WORK", "OUTPUT", "HOME_DIR", "LOGS",
    "build_dir", "tmp", "folder", "path", "dir", "cache_dir", "ROOT", "DATA",
)  # fmt: skip

OPERATORS: dict[str, dict[Operator, int]] = {
    "python": {mistyped("python"): 26, name: 10, assigns: 12, no_colon: 14, no_quote: 7, no_bracket: 7,
               unclosed: 3, too_far: 6, too_long: 6, shared_default: 6, by_zero: 5, plus: 6, wrong_case: 6,
               foreign_elif: 3},
    "javascript": {mistyped("javascript"): 26, name: 8, assigns_in_c: 17, no_quote: 7,
                   no_bracket: 8, unclosed: 6, too_far: 8, too_long: 6, by_zero: 4, plus: 6,
                   wrong_capital: 5, foreign_elif: 3},
    "shell": {mistyped("shell"): 20, shell_spaces: 20, shell_semicolon: 10, no_quote: 8, rm_all: 12,
              shell_name: 10},
    "sql": {mistyped("sql"): 1},
    "html": {mistyped("html"): 1},
    "c": {mistyped("c"): 10, assigns_in_c: 10, plus: 4, no_quote: 3, too_far: 4},
    "java": {mistyped("java"): 10, assigns_in_c: 10, plus: 4, no_quote: 3, too_far: 4},
}  # fmt: skip


@cache
def _lines(language: str) -> tuple[tuple[str, str], ...]:
    """(context, right line) of the plain lines and of the bug rows that are no less plain."""
    plain = [(row[1], row[2]) for row in table("plain_lines") if row[0] == language]
    twins = [(row[1], row[4]) for row in table("bugs") if row[0] == language and len(row[4]) < 60]
    return tuple(dict.fromkeys((*plain, *twins)))


@cache
def _fitting(language: str, kind: int) -> tuple[tuple[str, str], ...]:
    """The lines into which the operator number `kind` of `language` can put its bug."""
    operator = list(OPERATORS[language])[kind]
    p = Pick(0, False)  # whether an operator fits hangs on the line alone
    return tuple(
        (context, right)
        for context, right in _lines(language)
        if (not right.startswith(COMMENT) or right.startswith("#include"))
        and operator(right, context.split(AHEAD) if context else [], p)
    )


def plain(p: Pick, language: str, *, bug: bool) -> tuple[tuple[str, ...], str, str]:
    """(lines, the last one as it should be, what to say of it). Without `bug` the lines of each kind are as
    frequent as with it, so that no shape of a line tells anything."""
    operators = OPERATORS[language]
    kind = p.random.choices(range(len(operators)), list(operators.values()))[0]
    context, right = p.of(_fitting(language, kind) or _lines(language))
    before = context.split(AHEAD) if context else []
    line, remark = (list(operators)[kind](right, before, p) if bug else None) or (right, "")
    if language in CLOSE and p.maybe(CLOSE_SHARE):
        head, told, rest = remark.partition(" is an ") if " is an " in remark else remark.partition(" runs ")
        line, right, remark = close(line), close(right), close(head) + told + rest if told else remark
    return (*before, line), right, remark


CLOSE = frozenset({"python", "javascript", "c", "java"})
"""Languages in which the spaces around operators mean nothing."""


def close(code: str) -> str:
    """`code` without the spaces around its operators, strings left alone."""
    parts = re.split(r"(\"[^\"]*\"?|'[^']*'?|`[^`]*`?)", code)
    return "".join(
        part if k % 2 else re.sub(r" ([=<>!+*/%-]=?=?) (?=\S)", r"\1", part + "\0").removesuffix("\0")
        for k, part in enumerate(parts)
    )
