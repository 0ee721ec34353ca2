"""Findings about code being written: told once, not while it is half typed, withdrawn when it is mended."""

from __future__ import annotations

from pathlib import Path

import pytest

from duplex_cli.clock import monotonic, pause
from duplex_cli.code import syntax
from duplex_cli.code.document import Document, edited, from_rows
from duplex_cli.code.review import Reviewer
from duplex_cli.session.code_host import CodeHost
from duplex_cli.session.evidence import Evidence, absorb, next_remark
from duplex_cli.stream import Percept

PYTHON = ("import math", "", "", "def area(radius):", "    return math.pi * radius**2", "")


def doc(*lines: str, name: str = "shape.py") -> Document:
    return Document(name, lines)


def told(reviewer: Reviewer, at: float) -> list[tuple[int, str, bool]]:
    return [(t.line, t.message, t.fixed) for t in reviewer.review(at)]


def test_a_fault_is_told_after_a_pause_once_and_withdrawn_when_mended() -> None:
    reviewer = Reviewer(types=False)
    reviewer.show(doc(*PYTHON), 0.0)
    assert told(reviewer, 5.0) == []
    wrong = (*PYTHON[:4], "    return math.pi * raduis**2", "")
    reviewer.show(doc(*wrong), 6.0)
    assert told(reviewer, 6.2) == []
    assert told(reviewer, 8.0) == [(5, "Undefined name raduis", False)]
    assert told(reviewer, 9.0) == []
    reviewer.show(doc("# shapes", *wrong), 10.0)  # moved down, not new
    assert told(reviewer, 12.0) == []
    reviewer.show(doc("# shapes", *PYTHON), 13.0)
    assert told(reviewer, 15.0) == [(5, "Undefined name raduis", True)]
    reviewer.show(doc("# shapes", *wrong), 16.0)
    assert told(reviewer, 18.0) == [(6, "Undefined name raduis", False)]


def test_what_stood_there_before_is_no_news() -> None:
    reviewer = Reviewer(types=False)
    old = ("x = undefined_thing", "y = 2")
    reviewer.show(doc(*old), 0.0)
    reviewer.show(doc(*old, "z = 3"), 1.0)
    assert told(reviewer, 4.0) == []


@pytest.mark.parametrize(
    ("name", "before", "typed"),
    [
        ("a.py", ("def f(a):", "    return a"), "x = f(["),
        ("a.py", ("def f(a):", "    return a"), "def g(a, b):"),
        ("a.py", ("def f(a):", "    return a"), 'text = """begins'),
        ("a.py", ("def f(a):", "    return a"), "x = 'half"),
        ("a.js", ("const a = 1;",), "function g(b) {"),
        ("a.js", ("const a = 1;",), "const b = [1,"),
        ("a.sh", ("a=1",), 'if [ -n "$1" ]; then'),
        ("a.sh", ("a=1",), 'for x in "$@"; do'),
    ],
)
def test_half_typed_code_is_left_alone_for_good(name: str, before: tuple[str, ...], typed: str) -> None:
    reviewer = Reviewer(types=False)
    reviewer.show(doc(*before, name=name), 0.0)
    reviewer.show(doc(*before, typed, name=name), 1.0)
    assert [told(reviewer, at) for at in (1.2, 3.0, 9.0, 60.0)] == [[]] * 4


@pytest.mark.parametrize(
    ("name", "before", "typed", "line"),
    [
        ("a.py", ("def f(a):", "    return a"), ("for i in range(3)", "    f(i)"), 3),
        ("a.py", ("def f(a):", "    return a"), ("x = f(1", "y = 2"), 3),
        ("a.js", ("const a = 1;",), ("a = 2;", ""), 2),
        ("a.js", ("const a = 1;",), ("console.log(b);", ""), 2),
        ("a.js", ("const a = 1;",), ("if (a = 2) { throw a; }", ""), 2),
        ("a.sh", ("a=1",), ('if [ "$a" = 1]; then echo; fi', ""), 2),
        ("a.sh", ("a=1",), ("b = 2", ""), 2),
    ],
)
def test_faults_of_three_languages(
    name: str, before: tuple[str, ...], typed: tuple[str, ...], line: int
) -> None:
    reviewer = Reviewer(types=False)
    reviewer.show(doc(*before, name=name), 0.0)
    reviewer.show(doc(*before, *typed, name=name), 1.0)
    found = told(reviewer, 4.0)
    assert found and found[0][0] == line, found


def test_a_line_is_judged_when_work_moves_on() -> None:
    reviewer = Reviewer(types=False)
    reviewer.show(doc("a = 1"), 0.0)
    reviewer.show(doc("a = 1", "b = c"), 1.0)
    assert told(reviewer, 1.5) == []
    reviewer.show(doc("a = 1", "b = c", "d = "), 2.0)
    assert told(reviewer, 2.5) == []  # the file cannot be parsed yet, and so far nothing is wrong
    reviewer.show(doc("a = 1", "b = c", "d = 4"), 2.6)
    assert told(reviewer, 4.2) == [(2, "Undefined name c", False)]


def test_names_are_not_judged_where_the_top_of_the_file_is_out_of_sight() -> None:
    reviewer = Reviewer(types=False)
    rows = {n: f"value_{n} = {n}" for n in range(40, 50)}
    page = from_rows("a.py", rows)
    assert page is not None and page.first == 40
    reviewer.show(page, 0.0)
    later = from_rows("a.py", {**rows, 50: "total = somewhere_above + 1", 51: "if total is 5: pass"})
    assert later is not None
    reviewer.show(later, 1.0)
    assert [line for line, *_ in told(reviewer, 4.0)] == [51]


def test_rows_of_the_screen_become_a_document() -> None:
    document = from_rows("a.py", {1: "import os", 4: "def f():", 5: "    return os"})
    assert document == doc("import os", "", "", "def f():", "    return os", name="a.py")
    assert from_rows("a.py", {}) is None
    changed, moved = edited(doc("a", "b", "c"), doc("a", "x", "b", "c"))
    assert changed == {2} and moved == {1: 1, 2: 3, 3: 4}
    assert syntax.fault(doc("a = 1")) == (None, False)


def test_files_of_a_folder_are_watched(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "node_modules").mkdir()
    file = tmp_path / "src" / "tool.py"
    file.write_text("import os\n\nprint(os.getcwd())\n")
    host = CodeHost(tmp_path, types=False)
    file.write_text("import os\n\nprint(os.getcwd())\nprint(naem)\n")
    (tmp_path / "node_modules" / "x.js").write_text("a = b;\n")
    found: list[Percept] = []
    give_up, at = monotonic() + 20, 0.0
    while not found and monotonic() < give_up:
        pause(0.05)
        at += 1.0
        found = host.review(at, None)[1]
    assert [(p.kind, p.where, p.text) for p in found] == [
        ("finding", "src/tool.py:4", "Undefined name naem | print(naem)")
    ]
    host.close()


def finding(
    where: str = "a.py:3", text: str = "Undefined name c | b = c", at: float = 1.0, kind="finding"
) -> Percept:
    return Percept(at, kind, text, where=where)


def test_a_fault_that_is_mended_before_it_is_said_is_withdrawn() -> None:
    waiting = absorb(Evidence(), [finding()], "", 1.0)
    assert len(waiting.waiting) == 1
    assert absorb(waiting, [finding(kind="fixed")], "", 2.0).waiting == ()
    assert absorb(waiting, [], "", 100.0).waiting == ()  # stale


@pytest.mark.parametrize(
    ("heard", "silenced"), [("i know", True), ("ignore that", True), ("the weather is fine", False)]
)
def test_i_know_silences_a_fault_for_good(heard: str, silenced: bool) -> None:
    evidence, words, line = next_remark(absorb(Evidence(), [finding()], "", 1.0), 2.0)
    assert words == "a.py line 3: Undefined name c." and line == "a.py:3 | b = c"
    evidence = absorb(evidence, [Percept(5.0, "hear", heard)], heard, 5.0)
    again = absorb(evidence, [finding("a.py:9", "Undefined name c | d = c")], "", 9.0)
    assert (again.waiting == ()) is silenced
