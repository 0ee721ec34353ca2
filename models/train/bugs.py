"""Real lines of code, some with a bug put in; remarks only for the bugs.

Every snippet is a run of consecutive lines of a real file, shown with its place. The operators name the
trouble in a few words. A file is wholly on one side of the split.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from models.train.corpora import held_out, source_files
from models.train.streams import Pick, Stream

Mutant = tuple[str, str]  # (the line with the bug, the remark)

FILES = {"python": ("report.py", "main.py", "app.py", "utils.py", "server.py", "test_api.py", "models.py",
    "shop.py"),
         "javascript": ("index.js", "app.js", "cart.js", "main.ts", "api.js", "menu.js"),
         "shell": ("deploy.sh", "backup.sh", "build.sh", "install.sh", "run.sh")}  # fmt: skip
KEYWORDS = {
    "python": ("return", "import", "print", "class", "while", "self", "None", "True", "False", "append",
        "except", "range", "lambda", "raise",
               "isinstance", "join", "split", "length", "format", "yield", "continue"),
    "javascript": ("return", "function", "const", "length", "require", "module", "exports", "import",
    "forEach", "console", "document", "push",
                   "undefined", "typeof", "await", "async", "export", "prototype", "Promise"),
    "shell": ("echo", "export", "then", "done", "exit", "return", "function", "while", "case", "esac",
    "shift", "local", "chmod", "mkdir"),
}  # fmt: skip
NAMES = ("items", "values", "rows", "users", "names", "scores", "lines", "words", "prices", "nodes", "orders",
    "pixels", "tokens", "files",
         "results", "data", "points", "books", "events", "messages", "colors", "parts", "keys",
         "cards")  # fmt: skip
CALLS = (
    "total",
    "average",
    "merge",
    "parse",
    "load",
    "count",
    "find",
    "update",
    "scan",
    "collect",
    "render",
    "check",
    "save",
    "send",
)

# Bugs that real files cannot be relied on to have a place for: (line, remark), {n} a name, {f} a function.
PLANTED: dict[str, tuple[tuple[str, str], ...]] = {
    "python": (
        ("for i in range(len({n}) + 1):", "That loop runs one past the end of {n}."),
        ("for i in range(0, len({n}) + 1):", "That loop runs one past the end of {n}."),
        ("    print({n}[len({n})])", "That index is one past the end of {n}."),
        ("last = {n}[len({n})]", "That index is one past the end of {n}."),
        ("while i <= len({n}):", "That loop runs one past the end of {n}."),
        ("def {f}({n}=[]):", "{n} is a mutable default argument."),
        ("def {f}(self, {n}={{}}):", "{n} is a mutable default argument."),
        ("{n} = {n}.append(x)", "append returns None, so {n} is lost."),
        ("{n} = {n}.sort()", "sort returns None, so {n} is lost."),
        ("if {n} is 5:", "Use == instead of is to compare values."),
        ('if name is "{n}":', "Use == instead of is to compare values."),
        ("if {n} = None:", "That is an assignment, it needs two equal signs."),
        ("while {n} = 0:", "That is an assignment, it needs two equal signs."),
        ("if x = 3:", "That is an assignment, it needs two equal signs."),
        ("except:", "A bare except hides every error."),
        ("except: pass", "A bare except hides every error."),
        ('print("there are " + len({n}))', "You cannot add a number to a string."),
        ('message = "count: " + len({n})', "You cannot add a number to a string."),
        ('print("hello {{name}}")', "The f before the string is missing."),
        ("i++", "Python has no plus plus, use += 1."),
        ("count =+ 1", "That should be plus equals, not equals plus."),
        ("total =+ {n}[i]", "That should be plus equals, not equals plus."),
        ("else if {n}:", "Python spells that elif."),
        ("if {n} && ready:", "Python spells that and."),
        ("if {n} || ready:", "Python spells that or."),
        ("if {n} == null:", "Python spells that None."),
        ("if {n} === 3:", "Python compares with two equal signs."),
        ("average = sum({n}) / 0", "That divides by zero."),
        ("assert({n}, 'empty')", "Asserting a tuple is always true."),
        ("    return {n}.length", "Use len, a list has no length attribute."),
        ("while True print({n})", "A colon is missing."),
        ("while i < len({n}) print({n}[i])", "A colon is missing."),
        ("def {f}({n})", "A colon is missing at the end."),
        ("for x in {n}", "A colon is missing at the end."),
        ("if len({n}) > 3", "A colon is missing at the end."),
        ("class {n}", "A colon is missing at the end."),
        ('print("{f} done)', "A closing quote is missing."),
        ("print({f}({n})", "A closing parenthesis is missing."),
        ("x = int(input('age: ')", "A closing parenthesis is missing."),
        ("{n} = [1, 2, 3", "A closing bracket is missing."),
        ("for {n} in range(10) {{", "Python uses a colon, not a brace."),
    ),
    "javascript": (
        ("for (let i = 0; i <= {n}.length; i++) {{", "That loop runs one past the end of {n}."),
        ("for (var i = 0; i <= {n}.length; i++) {{", "That loop runs one past the end of {n}."),
        ("if ({n} = 3) {{", "That is an assignment, it needs more equal signs."),
        ("if (user = null) {{", "That is an assignment, it needs more equal signs."),
        ("while ({n} = false) {{", "That is an assignment, it needs more equal signs."),
        ("console.log({n}[{n}.length])", "That index is one past the end of {n}."),
        ("const last = {n}[{n}.length];", "That index is one past the end of {n}."),
        ("count =+ 1;", "That should be plus equals, not equals plus."),
        ("elif ({n}) {{", "JavaScript spells that else if."),
        ("let x = None;", "JavaScript spells that null."),
        ("const ok = True;", "JavaScript spells that true."),
        ("if (x === NaN) {{", "NaN equals nothing, use Number.isNaN."),
        ("console.log({f}({n});", "A closing parenthesis is missing."),
        ("const {n} = [1, 2, 3;", "A closing bracket is missing."),
        ('const name = "{n};', "A closing quote is missing."),
        ("if ({n}.length > 3 {{", "A closing parenthesis is missing."),
        ("def {f}({n}) {{", "JavaScript spells that function."),
        ("{n}.length()", "length is a property, not a function."),
        ("const {n};", "A const needs a value."),
    ),
    "shell": (
        ('if [ "${n}" = 1]; then', "There must be a space before the closing bracket."),
        ('if [-f "${n}" ]; then', "There must be a space after the opening bracket."),
        ("if [$x -eq 1 ]; then", "There must be a space after the opening bracket."),
        ("{n} = 5", "No spaces around the equals sign in shell."),
        ('{n} = "$1"', "No spaces around the equals sign in shell."),
        ("${n}=5", "Assign without the dollar sign."),
        ("rm -rf $BUILD/", "Quote that variable, if it is empty you delete everything."),
        ("rm -rf $DIR/*", "Quote that variable, if it is empty you delete everything."),
        ('echo "done', "A closing quote is missing."),
        ("echo 'finished {n}", "A closing quote is missing."),
        ("else if [ -z $1 ]; then", "Shell spells that elif."),
        ("for f in *.txt do", "A semicolon is missing before do."),
        ("while true do", "A semicolon is missing before do."),
        ("if [ -f $1 ] then", "A semicolon is missing before then."),
        ("if [ $x == 1 ] {{", "Shell uses then and fi, not braces."),
    ),
}  # fmt: skip
TWINS: dict[str, tuple[str, ...]] = {
    "python": (
        "for i in range(len({n})):", "if {n} is None:", "def {f}({n}=None):", "while i < len({n}):",
        "return len({n})", "except ValueError:",
        "print({n}[-1])", "last = {n}[len({n}) - 1]", "if x == 5:", "{n}.append(x)", "{n}.sort()",
        "total += {n}[i]", "for x in {n}:",
        'print(f"hello {{name}}")', "count += 1", "elif {n}:", "if {n} and ready:", "if {n} or ready:",
        "with open(path) as f:", "i += 1",
        "def {f}(self, {n}):", "assert {n}, 'empty'", "x = int(input('age: '))", "{n} = [1, 2, 3]", "{n} = [",
        "result = {f}(", "pass",
        'print("there are", len({n}))', "for i in range(1, len({n}) + 1):  # 1-based on purpose",
        "class {n}:", "while True:", "if not {n}:",
        "except (KeyError, ValueError):", "x = {n}[0] if {n} else None", "for i, x in enumerate({n}):",
        "# if {n} = None:", "{n}: list[int] = []",
    ),
    "javascript": (
        "for (let i = 0; i < {n}.length; i++) {{", "if ({n} === 3) {{", "const last = {n}[{n}.length - 1];",
        "count += 1;", "}} else if ({n}) {{",
        "let x = null;", "const ok = true;", "console.log({f}({n}));", "const {n} = [1, 2, 3];",
        "if (Number.isNaN(x)) {{", "{n}.forEach((x) => {{",
        "function {f}({n}) {{", "return {n}.map((x) => x + 1);", "for (const x of {n}) {{", "}}", "}});",
        "const {n} = [", "let {n};",
        "while ({n}.length) {{", "i++;", "// if ({n} = 3)", "export default {f};", "await {f}({n});",
        "const {{ {n} }} = props;",
    ),
    "shell": (
        'if [ "${n}" = 1 ]; then', 'if [ -f "${n}" ]; then', "{n}=5", '{n}="$1"', 'rm -rf "${{BUILD:?}}/"',
        'echo "done"', "elif [ -z \"$1\" ]; then",
        "for f in *.txt; do", "while true; do", "done", "fi", "then", "set -e", "exit 0", "{n}=$(ls | wc -l)",
        'export {n}="$HOME/bin"',
    ),
}  # fmt: skip
LINTER = (
    ("{file}:{line}: undefined name '{n}'", "{n} is not defined."),
    ("{file}:{line} F821 undefined name '{n}'", "{n} is not defined."),
    ("'{n}' imported but unused", "{n} is imported but never used."),
    ("{file}:{line}:5: F401 '{n}' imported but unused", "{n} is imported but never used."),
    ("NameError: name '{n}' is not defined", "{n} is not defined."),
    ("TypeError: {n} is not a function", "{n} is not a function."),
    ("ReferenceError: {n} is not defined", "{n} is not defined."),
    ("{file}:{line}: unexpected indent", "The indentation of line {line} is wrong."),
    ("KeyError: '{n}'", "The key {n} does not exist."),
    ("AttributeError: 'NoneType' object has no attribute '{n}'", "Something is None where you read {n}."),
    ("IndexError: list index out of range", "An index is out of range."),
    ("ZeroDivisionError: division by zero", "Something divides by zero."),
    ("ModuleNotFoundError: No module named '{n}'", "The module {n} is not installed."),
    ("warning: unused variable '{n}'", "{n} is never used."),
    ("error TS2304: Cannot find name '{n}'.", "{n} is not defined."),
)  # fmt: skip


def misspell(word: str, p: Pick) -> str:
    """Two neighbouring letters swapped, or one left out."""
    for _ in range(9):
        k = p.random.randrange(1, len(word) - 1)
        out = word[:k] + word[k + 1] + word[k] + word[k + 2 :] if p.maybe(0.7) else word[:k] + word[k + 1 :]
        if out != word:
            return out
    return word[:-1]


def mutate(line: str, before: list[str], language: str, p: Pick) -> Mutant | None:
    """A bug put into the real `line`, or None where no operator fits."""
    found: list[Mutant] = []
    code = line.strip()
    if code.startswith(("#", "//", "*", '"', "'")):
        return None
    if language == "python" and re.match(r"(if|while|elif) ", code) and " == " in code:
        found.append((line.replace(" == ", " = ", 1), "That is an assignment, it needs two equal signs."))
    if (
        language == "python"
        and re.match(r"(if|for|while|def|class|elif|else|try|with)\b.*:$", code)
        and code.count("(") == code.count(")")
    ):
        found.append((line[:-1], "A colon is missing at the end."))
    if language == "javascript" and re.match(r"(\} else )?(if|while) ?\(", code) and " === " in code:
        found.append((line.replace(" === ", " = ", 1), "That is an assignment, it needs more equal signs."))
    if over := re.search(r"range\(len\((\w+)\)\)", code):
        found.append(
            (
                line.replace(over.group(), f"range(len({over.group(1)}) + 1)"),
                f"That loop runs one past the end of {over.group(1)}.",
            )
        )
    if over := re.search(r" < (\w+)\.length;", code):
        found.append(
            (
                line.replace(over.group(), f" <= {over.group(1)}.length;"),
                f"That loop runs one past the end of {over.group(1)}.",
            )
        )
    if language == "shell" and re.search(r"[\"\w] \]", code) and "[[" not in code:
        found.append(
            (
                re.sub(r"([\"\w]) \]", r"\1]", line, count=1),
                "There must be a space before the closing bracket.",
            )
        )
    if language == "shell" and re.match(r"[A-Za-z_]+=\S", code) and " " not in code.split("=")[0]:
        found.append((line.replace("=", " = ", 1), "No spaces around the equals sign in shell."))
    if re.search(r"\w\)[;:]?$", code) and code.count("(") == code.count(")") and language != "shell":
        k = line.rindex(")")
        found.append((line[:k] + line[k + 1 :], "A closing parenthesis is missing."))
    if code.count('"') == 2 and "'" not in code and language != "shell":
        k = line.rindex('"')
        found.append((line[:k] + line[k + 1 :], "A closing quote is missing."))
    if " += " in code and p.maybe(0.7):
        found.append((line.replace(" += ", " =+ ", 1), "That should be plus equals, not equals plus."))
    spelled = [w for w in KEYWORDS[language] if re.search(rf"\b{w}\b", code)]
    if spelled and p.maybe(0.6):
        word = p.random.choice(spelled)
        wrong = misspell(word, p)
        found.append(
            (re.sub(rf"\b{word}\b", wrong, line, count=1), f"{wrong} is misspelled, it should be {word}.")
        )
    known = {w for row in before for w in re.findall(r"\b[a-z_]{5,14}\b", row)}
    own = [
        w
        for w in re.findall(r"\b[a-z_]{5,14}\b", code)
        if w in known and w not in KEYWORDS[language] and "_" not in w[:1]
    ]
    if own and p.maybe(0.6):
        word = p.random.choice(own)
        wrong = misspell(word, p)
        found.append(
            (re.sub(rf"\b{word}\b", wrong, line, count=1), f"{wrong} is misspelled, it should be {word}.")
        )
    return p.random.choice(found) if found else None


@cache
def real_lines(path: Path) -> list[str]:
    return [line.rstrip().expandtabs(4) for line in path.read_text(errors="ignore").splitlines()]


def snippet(p: Pick, language: str) -> list[str]:
    """3 to 8 consecutive lines of a real file."""
    files = [f for f in source_files(language) if held_out(f.name) == p.test] or source_files(language)
    for _ in range(30):
        lines = real_lines(p.random.choice(files))
        if len(lines) < 20:
            continue
        k = p.random.randrange(4, len(lines) - 9)
        rows = [row for row in lines[k : k + p.random.randint(3, 8)] if row.strip() and len(row) < 110]
        if len(rows) >= 3:
            return rows
    return list(TWINS[language][:3])


def planted(p: Pick, language: str) -> Mutant:
    line, remark = p.of(PLANTED[language])
    slots = {"n": p.of(NAMES), "f": p.of(CALLS)}
    return line.format(**slots), remark.format(**slots)


def twin(p: Pick, language: str) -> str:
    return p.of(TWINS[language]).format(n=p.of(NAMES), f=p.of(CALLS))


def half_typed(line: str, p: Pick) -> str:
    """The line as it looks while it is being typed: up to 60 % of it."""
    start = len(line) - len(line.lstrip())
    return line[: start + max(2, int((len(line) - start) * p.random.uniform(0.2, 0.6)))].rstrip()


def code(s: Stream, noise: Callable[[Stream], None], *, told: bool) -> None:
    """Typing and scrolling through code. `told`: whether the task asks for bugs to be named."""
    p = s.pick
    language = p.random.choices(["python", "javascript", "shell"], [6, 3, 1.5])[0]
    if not source_files(language):
        language = "python"
    name = p.random.choice(FILES[language])
    style = p.random.choice(["file", "file", "line", "none"])

    def place(n: int) -> str:
        return {"file": f"{name}:{n}", "line": f"line {n}", "none": ""}[style]

    number = p.random.randint(1, 200)
    for _ in range(p.random.randint(2, 4)):
        rows = snippet(p, language)
        if p.maybe(0.45):
            at = p.random.randrange(len(rows) + 1)
            indent = re.match(r" *", rows[at - 1] if at else rows[0])
            rows.insert(at, (indent.group() if indent else "") + twin(p, language))
        bug_at, remark, fixed = -1, "", ""
        if p.maybe(0.62):
            order = list(range(len(rows)))
            p.random.shuffle(order)
            for k in order:
                mutant = mutate(rows[k], rows[:k], language, p) if p.maybe(0.75) else None
                if mutant:
                    fixed, (rows[k], remark), bug_at = rows[k], mutant, k
                    break
            else:
                bug_at = p.random.randrange(len(rows) + 1)
                line, remark = planted(p, language)
                fixed = twin(p, language)
                rows.insert(bug_at, line)
        for k, row in enumerate(rows):
            number += 1
            if p.maybe(0.15) and len(row.strip()) > 12:
                s.see(half_typed(row, p), place(number))
            typed = k == bug_at
            s.see(
                row.strip(),
                place(number),
                f"say {remark}" if typed and told else None,
                "bug" if typed and told else "",
                gap=p.random.choice([0.3, 1.5, 4]),
            )
            if typed and p.maybe(0.3):
                s.wait(1.0, 5.0)
                s.see(fixed.strip(), place(number))
        if p.maybe(0.3):
            noise(s)
        if p.maybe(0.12):
            text, remark = p.of(LINTER)
            slots = {"n": p.of(NAMES), "file": name, "line": number}
            s.see(
                text.format(**slots),
                p.random.choice(["terminal", "problems", ""]),
                f"say {remark.format(**slots)}" if told else None,
                "lint" if told else "",
            )
        number += p.random.randint(0, 30)
