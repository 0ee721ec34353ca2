"""Runs of consecutive lines of real files, of which a careful reader would flag none.

A snippet that begins in the middle of a string, or holds a line that looks like one of the bugs we name
(a real bare `except:`, prose that begins with "for"), would contradict the bug rows: it is passed over.
"""

from __future__ import annotations

import re
from functools import cache

from models.train.corpora import Source, held_out, source_files
from models.train.streams import Pick

NAMES = {
    "python": ("report.py", "main.py", "app.py", "utils.py", "server.py", "test_api.py", "models.py",
        "shop.py", "game.py", "solve.py", "a.py", "homework.py", "bank.py", "views.py", "src/cart.py"),
    "javascript": ("index.js", "app.js", "cart.js", "main.ts", "api.js", "menu.js", "App.jsx", "server.js"),
    "shell": ("deploy.sh", "backup.sh", "build.sh", "install.sh", "run.sh", "ci/test.sh"),
    "sql": ("query.sql", "schema.sql", "report.sql", "migrate.sql"),
    "html": ("index.html", "about.html", "shop.html", "menu.html"),
    "c": ("main.c", "list.c", "game.c", "parse.c"),
    "java": ("Main.java", "Cart.java", "Dog.java", "App.java"),
}  # fmt: skip
"""File names in which the eyes may have found the lines."""

LONGEST_ROW = 100
"""Characters; protocol.MAX_PERCEPT_CHARS is 160, and long lines only cost training tokens."""
SHORTEST_FILE = 20
TRIES = 80

COMMENT = ("#", "//", "/*", "*", "--", "<!--", '"""', "'''")
_OPENS_BLOCK = re.compile(r"(if|for|while|with|class|def|elif|else|try|except|async|finally)\b")
_GOES_ON = re.compile(r"([(\[{,\\+*/%=|&?:.-]|\b(and|or|not|in|is|if|else|return|import))$")
_TELLS = {
    "python": re.compile(
        r"except\s*:|except (Base)?Exception:\s*pass|[=!]= None|\bis (not )?[\"'\d(]|\beval\(|\bexec\("
        r"|^print [^(]"
        r"|def .*=\s*(\[\]|\{\}|list\(\)|dict\(\)|set\(\))|while (True|1): ?pass|shell=True|verify=False"
        r"|pickle\.loads|^(list|dict|str|sum|max|min|input|len|print|set|type|id|file) = |has_key|, e:$"
        r"|(password|secret|token|key) = [\"']\w|=[+-] |\^ ?2\b|(^|\W)(null|true|false|undefined)\b|&&|\|\|"
        r"|\b(execute|system)\(.*(%|\+)|;$"
    ),
    "javascript": re.compile(
        r"catch ?\(\w+\) ?\{ ?\}|<= \w+\.length|\beval\(|innerHTML|forEach\(async"
        r"|(if|while) ?\([^=!<>]*[^=!<>]=[^=>]"
        r"|[!=]==? NaN|\) ?;\s*\{|\b(None|True|False|elif)\b|(password|secret|token|key) = [\"']\w|=[+-] "
        r"|for ?\(.*\);$"
        r"|typeof \w+ ===? ?[^\"']|parseInt\(\w+\)\.|\[\w+\.length\]"
    ),
    "shell": re.compile(
        r"rm -\w*r|chmod .*777|^\$\w+=|\w+ = |^\w+= \S|^\w+ =|\[\S*[^\s\[]\]|\[[\"$-]|echo '[^']*\$|else if"
        r"|cd [^|&]*;|\[ .* [<>] |export PATH=[^$]*$|curl .*\| *(sudo )?(ba)?sh|^\s*`|; *$"
    ),
}  # fmt: skip


def balance(text: str) -> int:
    """Brackets opened minus brackets closed in `text`, those in one-line strings left out."""
    bare = re.sub(r"\\.|\"[^\"]*\"|'[^']*'|`[^`]*`", "", text)
    return sum(bare.count(c) for c in "([{") - sum(bare.count(c) for c in ")]}")


def fine(rows: list[str], language: str) -> bool:
    """Whether a careful reader of just these lines would flag none of them."""
    depth = 0
    for row in rows:
        code = row.strip()
        if len(row) > LONGEST_ROW:
            return False
        if code.startswith(COMMENT):
            continue
        if _TELLS[language].search(code) or (
            (code.count('"') % 2 or code.count("'") % 2) and '"""' not in code
        ):
            return False
        opened = balance(code)
        depth = max(depth + opened, 0)
        if opened > 0 and not _GOES_ON.search(code):
            return False
        if opened < 0 and depth == 0 and not code.startswith((")", "]", "}")):
            return False
        prose = re.match(r"[A-Za-z][a-z]* [a-z]+ [a-z]+ [a-z]+", code)
        if language == "python" and (prose or (_OPENS_BLOCK.match(code) and not block_is_whole(code))):
            return False
    return True


def block_is_whole(code: str) -> bool:
    """Whether a Python line that opens a block has its colon, or visibly goes on in the next line."""
    return ":" in code or bool(_GOES_ON.search(code))


@cache
def starts(source: Source) -> tuple[int, ...]:
    """Where a paragraph of code begins, outside of strings and comments that span lines."""
    lines = source.lines
    out: list[int] = []
    inside = False
    for k, line in enumerate(lines[:-6]):
        if not inside and k > 3 and line and not lines[k - 1] and not line.strip().startswith(COMMENT):
            out.append(k)
        toggles = line.count('"""') + line.count("'''")
        inside ^= bool(toggles % 2)
        if "/*" in line or "*/" in line:
            inside = line.rfind("/*") > line.rfind("*/")
        if "<<" in line and source.suffix != ".py":
            break  # a here-document: what follows may be any text
    return tuple(out)


def snippet(p: Pick, language: str) -> list[str]:
    """2 to 5 consecutive lines of a real file."""
    if language not in _TELLS:
        return []
    every = source_files(language)
    files = [f for f in every if held_out(f.name) == p.test] or every
    for _ in range(TRIES if files else 0):
        source = p.random.choice(files)
        lines = source.lines
        begin = starts(source)
        if len(lines) < SHORTEST_FILE or not begin:
            continue
        k = p.random.choice(begin)
        rows = [row for row in lines[k : k + p.random.randint(2, 5)] if row]
        if len(rows) >= 2 and fine(rows, language):
            return rows
    return []
