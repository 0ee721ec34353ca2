"""Text as written -> text as an English voice should read it: code, file names, addresses, Markdown. Pure.

Ordinary prose (numbers, dates, money, abbreviations) is left as it is: the voice reads that well itself.
"""

from __future__ import annotations

import re
import unicodedata

_OPERATORS = {
    "===": "is identical to",
    "!==": "is not identical to",
    "**=": "to the power equals",
    "==": "equals",
    "!=": "is not equal to",
    "<=": "is at most",
    ">=": "is at least",
    "->": "to",
    "=>": "to",
    ":=": "becomes",
    "+=": "plus equals",
    "-=": "minus equals",
    "*=": "times equals",
    "/=": "divided equals",
    "**": "to the power of",
    "//": "floor divided by",
    "&&": "and",
    "||": "or",
    "++": "plus plus",
    "=": "equals",
    "<": "is less than",
    ">": "is greater than",
    "+": "plus",
    "-": "minus",
    "*": "times",
    "/": "divided by",
    "%": "modulo",
    "!": "not",
    "&": "and",
    "|": "or",
    "~": "not",
    "^": "x or",
    "@": "at",
    ".": "dot",
}

_SUFFIXES = {
    "py": "pie",
    "txt": "text",
    "json": "jason",
    "toml": "tommel",
    "yaml": "yammel",
    "yml": "yammel",
    "log": "log",
    "cfg": "config",
    "jpeg": "jay peg",
    "zip": "zip",
    "rs": "R S",
} | {
    letters: " ".join(letters.upper())
    for letters in re.findall(
        r"\w+", "js ts tsx jsx md html css csv sh c h cpp go rb ini pdf png xml sql ipynb"
    )
}
"""Endings that mark a word as a file name, and how people say them."""

_WORDS = {"str": "string", "idx": "index", "elif": "else if", "tmp": "temp", "fn": "function"}
"""Pieces of code that hibari would spell out."""

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*\)")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1(?!\w)")
_ITALIC = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=\S)\*(?![\w*])")
_LINE_START = re.compile(r"^[ \t]*(?:#{1,6}|[-*+•]|>)[ \t]+", re.MULTILINE)
_TICKED = re.compile(r"`+([^`]+)`+")
_ADDRESS = re.compile(r"\b(?:https?://|www\.)([^\s/,;]+?)(/[^\s]*?)?(?=[.,;:!?)]*(?:\s|$))")
_FILE = re.compile(
    r"(?<![\w/])((?:[\w~.-]+/)*[\w-]+(?:\.[\w-]+)*)\.(" + "|".join(_SUFFIXES) + r")\b(?!\.?\w|\()(?::(\d+))?"
)
_BRACKETS = r"(?:\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\[[^\[\]]*\])"
_CODE = re.compile(
    rf"(?<![\w@])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*{_BRACKETS}(?:{_BRACKETS}|\.[a-z_]\w*)*"  # len(x), x[i].f()
    r"|(?<![\w@])\w*[A-Za-z]\w*_\w+\b|(?<!\w)__?\w+\b"  # snake_case, _private
    r"|\b[a-z]+[A-Z]\w*\b"  # camelCase
    r"|\b[a-z]\w+(?:\.[a-z_]\w+)+\b"  # rows.append
)
_LONG_OPERATOR = re.compile("|".join(re.escape(o) for o in _OPERATORS if len(o) > 1))
_SPACED_OPERATOR = re.compile(r"(?<=\s)[=<>+*/%](?=[\s.,;:!?])|(?:(?<=\d\s)|(?<=\b\w\s))-(?=\s\w\b|\s\d)")
_TOKEN = re.compile(
    r"(?P<string>\"[^\"]*\"|'[^']*')|(?P<number>\d+(?:\.\d+)?)|(?P<name>[^\W\d]\w*)|(?P<operator>"
    + "|".join(re.escape(o) for o in _OPERATORS)
    + r")|(?P<mark>\S)"
)
_HUMP = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)")
_LATIN = re.compile(r"\b(e|i)\.\s?[ge]\.(?=[\s,:]|$)")
_SPACE_BEFORE_MARK = re.compile(r"\s+([,.;:!?])")


def plain(text: str) -> str:
    """Without Markdown and pictographs, on one line: what a voice of any language can read."""
    text = _LINE_START.sub("", _LINK.sub(r"\1", text))
    text = _ITALIC.sub(r"\1", _BOLD.sub(r"\2", text))
    text = "".join(c for c in text if unicodedata.category(c) not in ("So", "Sk", "Cs", "Cf") or c in "°`^")
    return " ".join(text.split())


def spoken_form(text: str) -> str:
    """English text with its code, file names and addresses in words that can be spoken.

    `len(rows) + 1` -> "len of rows plus 1", report.py:12 -> "report dot pie line 12",
    snake_case -> "snake case", https://example.org/x -> "example dot org".
    """
    kept: list[str] = []

    def keep(words: str) -> str:
        """Put spoken words out of reach of the later rules."""
        kept.append(words)
        return f" \ue000{len(kept) - 1}\ue001 "

    text = "".join(map(_ascii_number, text))
    text = plain(_TICKED.sub(lambda m: keep(_code(m.group(1))), text))
    text = _ADDRESS.sub(lambda m: keep(m.group(1).removeprefix("www.").replace(".", " dot ")), text)
    text = _FILE.sub(lambda m: keep(_file(m)), text)
    text = _CODE.sub(lambda m: keep(_code(m.group())), text)
    text = _LATIN.sub(lambda m: "for example" if m.group(1) == "e" else "that is", text)
    text = _LONG_OPERATOR.sub(lambda m: f" {_OPERATORS[m.group()]} ", text)
    text = _SPACED_OPERATOR.sub(lambda m: _OPERATORS[m.group()], text)
    text = re.sub("\ue000(\\d+)\ue001", lambda m: kept[int(m.group(1))], text)
    # [word](/sounds/) is hibari's notation for pronunciations: nothing we are given may use it.
    text = re.sub(r"[\[\]{}`]", " ", text)
    return _SPACE_BEFORE_MARK.sub(r"\1", " ".join(text.split()))


def _ascii_number(char: str) -> str:
    """hibari takes any Unicode digit for a number and then fails to read one that is not decimal."""
    if char.isascii() or not char.isnumeric() or char in "½¼¾²³":
        return char
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    value = unicodedata.numeric(char)
    return f" {value:g} " if value == int(value) and unicodedata.category(char) != "Lo" else " "


def _file(match: re.Match[str]) -> str:
    stem, suffix, line = match.groups()
    names = [_code(n) for n in re.split(r"[/~-]+", stem) if n]
    words = f"{' slash '.join(names)} dot {_SUFFIXES[suffix]}"
    return f"{words} line {line}" if line else words


def _code(text: str) -> str:
    """Code in words: brackets become "of" and "at", operators their names, identifiers their parts."""
    if match := _FILE.fullmatch(text.strip()):
        return _file(match)
    out: list[str] = []
    after_name = False
    for token in _TOKEN.finditer(text):
        kind, piece = token.lastgroup, token.group()
        if kind == "name":
            out.append(_identifier(piece))
        elif kind == "string":
            out.append(piece[1:-1])
        elif kind == "number":
            out.append(piece)
        elif kind == "operator":
            out.append(_OPERATORS[piece])
        elif piece == "(" and after_name and not text[token.end() :].lstrip().startswith(")"):
            out.append("of")
        elif piece == "[" and after_name:
            out.append("at")
        elif piece == ",":
            out.append(",")
        after_name = kind == "name" or piece in ")]"
    return " ".join(" ".join(out).split()).replace(" ,", ",")


def _identifier(name: str) -> str:
    parts = [p for chunk in name.split("_") for p in _HUMP.split(chunk) if p]
    return " ".join(_WORDS.get(p, p) for p in parts)
