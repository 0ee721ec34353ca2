"""Bugs put into real lines of code, only such as show in that line and the lines before it."""

from __future__ import annotations

import re
from collections.abc import Callable

from models.train.snippets import COMMENT, balance
from models.train.streams import Pick

Mutant = tuple[str, str]
"""(the line with the bug, the remark)"""
Operator = Callable[[str, list[str], Pick], Mutant | None]

SHORTEST_NAME = 6
"""Letters; in a shorter name a typo may well be another name."""
_STATEMENTS = {
    "python": ("return", "import", "while", "class", "raise", "from", "with", "elif"),
    "javascript": ("return", "import", "const", "function", "while", "export", "throw"),
    "shell": ("echo", "export", "return", "local", "shift", "while", "exit"),
}


def misspell(word: str, p: Pick) -> str | None:
    """Two different neighbouring inner letters swapped, or None where the word has none."""
    places = [k for k in range(1, len(word) - 1) if word[k] != word[k + 1]]
    if not places:
        return None
    k = p.random.choice(places)
    return word[:k] + word[k + 1] + word[k] + word[k + 2 :]


def assigns(code: str, before: list[str], p: Pick) -> Mutant | None:
    if m := re.fullmatch(r"(?:if|elif|while) ([\w.\[\]]+) == ([^=]+):", code):
        return code.replace(" == ", " = ", 1), f"{m[1]} = {m[2]} is an assignment; use ==."
    if m := re.fullmatch(r"(?:\} else )?(?:if|while) ?\(([\w.\[\]]+) === ([^=]+)\) \{", code):
        return code.replace(" === ", " = ", 1), f"{m[1]} = {m[2]} is an assignment; use ===."
    return None


def no_colon(code: str, before: list[str], p: Pick) -> Mutant | None:
    """Not after a string: its end would look like the end of anything."""
    if re.fullmatch(r"(for \w+ in|if|while|def|class|elif|with) .*[\w)]:", code) and balance(code) == 0:
        return code[:-1], "A colon is missing at the end."
    return None


def too_far(code: str, before: list[str], p: Pick) -> Mutant | None:
    if m := re.search(r"range\(len\(([\w.]+)\)\)", code):
        new = f"range(len({m[1]}) + 1)"
        return code.replace(m[0], new), f"{new} runs one past the end of {m[1]}."
    if m := re.search(r"\b(\w+) < ([\w.]+)\.length;", code):
        return code.replace(
            m[0], f"{m[1]} <= {m[2]}.length;"
        ), f"{m[1]} <= {m[2]}.length runs one past the end."
    return None


def plus(code: str, before: list[str], p: Pick) -> Mutant | None:
    if m := re.match(r"([\w.]+) \+= \d", code):
        return code.replace(" += ", " =+ ", 1), f"=+ just assigns; use {m[1]} +=."
    return None


def unclosed(code: str, before: list[str], p: Pick) -> Mutant | None:
    if re.fullmatch(
        r"def \w+\([\w, ]+\):|(\} else )?(if|while) \([^()]+\) \{|function \w+\([\w, ]+\) \{", code
    ):
        return re.sub(r"\)(:| \{)$", r"\1", code), "A closing parenthesis is missing."
    return None


def keyword(language: str) -> Operator:
    def operator(code: str, before: list[str], p: Pick) -> Mutant | None:
        word = next((w for w in _STATEMENTS[language] if code.startswith(f"{w} ")), None)
        wrong = misspell(word, p) if word else None
        return (
            (wrong + code[len(word) :], f"{wrong} is misspelled, it should be {word}.")
            if word and wrong
            else None
        )

    return operator


def name(code: str, before: list[str], p: Pick) -> Mutant | None:
    """A name that the lines before spell right, at least once; not one within a string or a longer name."""
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", "", code)
    known = {w for row in before for w in re.findall(rf"(?<![\w.]){'[a-z]'}{{{SHORTEST_NAME},14}}\b", row)}
    own = sorted(
        w
        for w in known
        if len(re.findall(rf"\b{w}\b", code)) == 1 and re.search(rf"(?<![\w.-]){w}(?![\w-])", bare)
    )
    own = [
        w
        for w in own
        if not re.search(rf"\b{w} ?(=(?!=)|:)|\b(import|def|function|const|let|class) {w}\b", code)
    ]
    word = p.random.choice(own) if own and re.search(r"[=([.]", code) else None  # not in prose
    wrong = misspell(word, p) if word else None
    if not word or not wrong:
        return None
    return re.sub(rf"\b{word}\b", wrong, code), f"{wrong} is misspelled, it should be {word}."


def bare_except(code: str, before: list[str], p: Pick) -> Mutant | None:
    return ("except:", "A bare except hides every error.") if re.match(r"except [\w.]+:$", code) else None


def foreign_elif(code: str, before: list[str], p: Pick) -> Mutant | None:
    if re.match(r"elif .*:$", code):
        return code.replace("elif", "else if", 1), "Python spells else if as elif."
    if re.match(r"\} else if \(", code):
        return code.replace("else if", "elif", 1), "JavaScript spells elif as else if."
    return None


def foreign_word(code: str, before: list[str], p: Pick) -> Mutant | None:
    for right, wrong, says in (
        (" = True", " = true", "Python writes True with a capital T."),
        (" = False", " = false", "Python writes False with a capital F."),
        (" = None", " = null", "Python spells null as None."),
        ("return None", "return null", "Python spells null as None."),
    ):
        if code.endswith(right):
            return code.removesuffix(right) + wrong, says
    return None


def shell_spaces(code: str, before: list[str], p: Pick) -> Mutant | None:
    if re.match(r"(if|while) \[ .*\" \];", code):
        return code.replace('" ];', '"];', 1), "A space is missing before the closing bracket."
    if re.match(r"(if|while) \[ -", code):
        return code.replace("[ -", "[-", 1), "A space is missing after the opening bracket."
    if re.fullmatch(r"[A-Za-z_]+=[\w\"./$-]+", code):
        return code.replace("=", " = ", 1), "No spaces around = in shell."
    return None


def shell_semicolon(code: str, before: list[str], p: Pick) -> Mutant | None:
    if m := re.match(r"(?:if|for|while) .*(; (then|do))$", code):
        return code.removesuffix(m[1]) + f" {m[2]}", f"A semicolon is missing before {m[2]}."
    return None


OPERATORS: dict[str, tuple[Operator, ...]] = {
    "python": (assigns, no_colon, too_far, plus, unclosed, keyword("python"), name, bare_except,
               foreign_elif, foreign_word),
    "javascript": (assigns, too_far, plus, unclosed, keyword("javascript"), name, foreign_elif),
    "shell": (shell_spaces, shell_semicolon, keyword("shell")),
}  # fmt: skip


def mutate(line: str, before: list[str], language: str, p: Pick) -> Mutant | None:
    """A bug in `line`, which follows the lines `before`; None where no operator fits."""
    code = line.strip()
    if code.startswith((*COMMENT, '"', "'")):
        return None
    operators = list(OPERATORS[language])
    p.random.shuffle(operators)
    return next((made for operator in operators if (made := operator(code, before, p))), None)
