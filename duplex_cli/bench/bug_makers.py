"""Bugs of one line, as people make them, put into our own functions with a fixed seed."""

from __future__ import annotations

import keyword
import random
import re
from collections.abc import Callable
from pathlib import Path

from duplex_cli.code.document import Language

DATA = Path(__file__).parent / "data" / "bugs"
SUFFIX: dict[Language, str] = {"python": "py", "javascript": "js", "shell": "sh"}

Maker = Callable[[str, str, random.Random], str | None]
"""(line, whole text, lots) -> the line with a bug, or None where this bug does not fit."""

_WORDS: dict[Language, frozenset[str]] = {
    "python": frozenset(
        (*keyword.kwlist, "str", "int", "float", "bool", "list", "dict", "self", "print", "len")
    ),
    "javascript": frozenset(
        (
            *(
                "const",
                "let",
                "function",
                "return",
                "if",
                "else",
                "for",
                "of",
                "while",
                "new",
                "class",
                "export",
            ),
            *("import", "async", "await", "throw", "this", "null", "undefined", "typeof", "number", "string"),
            *("true", "false", "break", "continue", "in"),
        )
    ),
    "shell": frozenset(
        (
            *(
                "if",
                "then",
                "else",
                "fi",
                "for",
                "in",
                "do",
                "done",
                "while",
                "until",
                "case",
                "esac",
                "local",
            ),
            *("return", "exit", "echo", "set", "shift"),
        )
    ),
}


def functions(language: Language) -> list[list[str]]:
    """Our own files of this language, as lines."""
    text = (DATA / f"{language}.txt").read_text(encoding="utf-8")
    return [part.strip("\n").split("\n") for part in text.split("\n-----\n")]


def makers(language: Language) -> dict[str, Maker]:
    """All bugs that are made in a language, by name."""
    return {"python": _PYTHON, "javascript": _JAVASCRIPT, "shell": _SHELL}[language]  # type: ignore[index]


def _swapped(word: str, lots: random.Random) -> str | None:
    places = [n for n in range(1, len(word) - 1) if word[n] != word[n + 1]]
    if not places:
        return None
    n = lots.choice(places)
    return word[:n] + word[n + 1] + word[n] + word[n + 2 :]


def _misspelled(pattern: str, language: Language) -> Maker:
    """Two letters of a name swapped, of those that `pattern` finds; never in a string or of a keyword."""

    def make(line: str, text: str, lots: random.Random) -> str | None:
        quoted = (
            [m.span() for m in re.finditer(r"\"[^\"]*\"|'[^']*'|`[^`]*`", line)]
            if language != "shell"
            else []
        )
        found = [
            m
            for m in re.finditer(pattern, line)
            if m[1] not in _WORDS[language] and not any(a <= m.start(1) < b for a, b in quoted)
        ]
        if not found:
            return None
        m = lots.choice(found)
        wrong = _swapped(m[1], lots)
        if wrong is None or re.search(rf"\b{re.escape(wrong)}\b", text):
            return None
        return line[: m.start(1)] + wrong + line[m.end(1) :]

    return make


def _replaced(pattern: str, new: str) -> Maker:
    """The first match of `pattern` replaced."""

    def make(line: str, text: str, lots: random.Random) -> str | None:
        made = re.sub(pattern, new, line, count=1)
        return made if made != line else None

    return make


def _keyword(language: Language) -> Maker:
    def make(line: str, text: str, lots: random.Random) -> str | None:
        word = re.match(r"\s*(\w+)", line)
        if word is None or word[1] not in _WORDS[language] or len(word[1]) < 4:
            return None
        wrong = _swapped(word[1], lots)
        return line[: word.start(1)] + wrong + line[word.end(1) :] if wrong else None

    return make


def _constant(line: str, text: str, lots: random.Random) -> str | None:
    """`let` of a variable that is written again becomes `const`."""
    m = re.match(r"(\s*)let (\w+)( = .+)", line)
    if m is None or not re.search(rf"(?m)^\s*{m[2]} (?:[-+]?=) ", text):
        return None
    return f"{m[1]}const {m[2]}{m[3]}"


_PYTHON: dict[str, Maker] = {
    "name": _misspelled(r"(?<![\w.])([a-z_]{5,})\b(?!\s*=[^=]|\s*:|\()", "python"),
    "attribute": _misspelled(r"\.([a-z_]{4,})\b", "python"),
    "keyword": _keyword("python"),
    "colon": _replaced(r"^(\s*(?:for|if|while|def|class|with|elif|else)\b.*):$", r"\1"),
    "parenthesis": _replaced(r"^(\s*(?!#).*\w\(.*)\)(:?)$", r"\1\2"),
    "assignment": _replaced(r"^(\s*(?:if|while|elif) .*)==", r"\1="),
    "comparison": _replaced(r"^(\s*[\w.\[\]]+) = (?!=)", r"\1 == "),
    "quote": _replaced(r"(\"[^\"]*)\"", r"\1"),
    "identity": _replaced(r"(?<=\w) == (?=\"|\d)", " is "),
    "one too far": _replaced(r"range\(len\((\w+)\)\)", r"range(len(\1) + 1)"),
    "operator": _replaced(r"(?<=\w) \+= ", " =+ "),
    "sign": _replaced(r"(?<=\w) < (?=\w)", " > "),
    "logic": _replaced(r" or (?=\w)", " and "),
    "arguments": _replaced(r"(\w\([\w.]+), [\w.=]+\)", r"\1)"),
    "text and number": _replaced(r" \+ (\w+)$", r" + 1"),
}
_JAVASCRIPT: dict[str, Maker] = {
    "name": _misspelled(r"(?<![\w.$])([a-z]\w{4,})\b(?!\s*=[^=]|\s*:|\()", "javascript"),
    "attribute": _misspelled(r"\.([a-z]\w{3,})\b", "javascript"),
    "keyword": _keyword("javascript"),
    "parenthesis": _replaced(r"^(.*\(.*)\)(;|\s*\{)$", r"\1\2"),
    "assignment": _replaced(r"^(\s*(?:\} else )?if \(.*)===", r"\1="),
    "comparison": _replaced(r"^(\s*(?:this\.)?[\w.\[\]]+) = (.+;)$", r"\1 === \2"),
    "constant": _constant,
    "not a number": _replaced(r"Number\.isNaN\((\w+)\)", r"\1 === NaN"),
    "type": _replaced(r"typeof (\w+) !== \"number\"", r'typeof \1 !== "nubmer"'),
    "brace": _replaced(r"^(\s*(?:if|for|while)\b.*)\s\{$", r"\1"),
    "quote": _replaced(r"(\"[^\"]*)\"", r"\1"),
    "one too far": _replaced(r"< (\w+(?:\.\w+)*)\.length;", r"<= \1.length;"),
    "operator": _replaced(r"(?<=\w) \+= ", " =+ "),
    "itself": _replaced(r"^(\s*)(this\.\w+) = \w+;", r"\1\2 = \2;"),
    "sign": _replaced(r"(?<=\w) > (?=\w)", " < "),
    "await": _replaced(r"await ", ""),
}
_SHELL: dict[str, Maker] = {
    "name": _misspelled(r"\$\{?([a-z_]{4,})\b", "shell"),
    "keyword": _keyword("shell"),
    "bracket": _replaced(r" \](?=;| )", "]"),
    "opening": _replaced(r"\[ (?=[!\"$-])", "["),
    "spaces": _replaced(r"^(\s*)([a-z_]+)=(?=\S)", r"\1\2 = "),
    "dollar": _replaced(r"^(\s*)([a-z_]+)=(?=\S)", r"\1$\2="),
    "quote": _replaced(r"(\"[^\"]*)\"", r"\1"),
    "semicolon": _replaced(r";( then| do)$", r"\1"),
    "number": _replaced(r" -g[te] ", " > "),
    "ending": _replaced(r"^(\s*)(?:fi|done|esac)$", r"\1end"),
    "brace": _replaced(r"^(\s*\w+\(\)) \{$", r"\1"),
    "equals": _replaced(r" = (?=\S+ \])", "="),
    "logic": _replaced(r"\|\|", "&&"),
    "digits": _replaced(r"^(\s*)local ([a-z_]+)=(.*)", r"\1local \2 \3"),
}
