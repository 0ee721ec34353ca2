"""The timeline page in a real browser: complete, quiet, readable, and deaf to hostile text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from display_browser import Page, browser
from display_sessions import HEADER, session, thumbnail

from duplex_cli.display.timeline import timeline_html
from duplex_cli.stream import Act, GateReading, MicroTurn, Percept, to_json

HOSTILE = [
    "<script>document.title='owned'</script>",
    "</script><script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "\"'`--><!--<script>",
    "\u202eright to left \u2067override",
    "مرحبا بالعالم — שלום עולם",
    "👩‍👩‍👧‍👦🏳️‍🌈 emoji \u2028 line separator \x1b[31m",
    "w" * 400,
    "{{ 7 * 7 }} {% raw %} ${alert(1)}",
]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with browser(tmp_path_factory.mktemp("chromium")) as opened:
        yield opened


FITS = "document.documentElement.scrollWidth <= innerWidth"


SMALL = """[...document.querySelectorAll('body *')]
    .filter(e => e.innerText && parseFloat(getComputedStyle(e).fontSize) < 11).length"""


DETAIL = "document.getElementById('detail').innerText"


def show(page: Page, tmp_path: Path, html: str, width: int = 1600, dark: bool = False) -> None:
    """Open the page and check what holds of every page: quiet, closed to the network, not too wide."""
    path = tmp_path / "timeline.html"
    path.write_text(html, encoding="utf-8")
    page.open(path, width, dark=dark)
    assert page.errors == []
    assert [url for url in page.requests if not url.startswith(("file:", "data:"))] == []
    assert page.value(FITS), "the page is wider than its window"
    assert page.value("innerWidth") == width


def ids(page: Page) -> list[str]:
    return page.value("[...document.querySelectorAll('#remarks > li')].map(e => e.id)")


@pytest.mark.parametrize("width", [400, 1600])
@pytest.mark.parametrize("dark", [False, True])
def test_a_session_is_shown_whole(page: Page, tmp_path: Path, width: int, dark: bool):
    turns, remarks = session(120)
    show(
        page, tmp_path, timeline_html(HEADER, turns, remarks, {"f.png": thumbnail("report.py")}), width, dark
    )
    assert ids(page) == [f"remark-{n}" for n in range(len(remarks))]
    assert len(remarks) > 3
    for remark in remarks:
        entry = page.value(f"document.getElementById('remark-{remark['remark']}').innerText")
        assert remark["text"] in entry
        assert "0.90" in entry
    totals = page.value("document.querySelector('.totals').innerText")
    assert "600" in totals
    assert "gemma-3-270m" in totals
    drawn = page.value("[...document.querySelectorAll('#view .lane')].map(e => e.className.slice(5))")
    assert drawn == ["heard", "seen", "due", "gate", "said", "held", "cost"]
    assert "leaves at eight" in page.value("document.querySelector('.lane.heard').innerText")
    assert page.value("document.querySelectorAll('.lane.seen img').length") > 0
    inked = page.value(
        "[...document.querySelectorAll('.lane canvas')].map(c => "
        "c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v))"
    )
    assert inked == [True, True], "the gate and the cost of ticks are drawn"
    assert page.value(SMALL) == 0, "nothing is set smaller than 11 px"
    background, ink = page.value(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    assert (sum(map(int, re.findall(r"\d+", background))) < sum(map(int, re.findall(r"\d+", ink)))) == dark


def test_choosing_a_moment_tells_its_lines_and_its_gate(page: Page, tmp_path: Path):
    percepts = (
        Percept(12.3, "hear", "every twenty"),
        Percept(12.35, "hear", "seconds"),
        Percept(12.3, "voice", "start"),
    )
    act = Act("call", "every twenty seconds: stretch")
    turn = MicroTurn(70, 12.4, percepts, (act,), GateReading(0.1, 0.05, 0.84, 0.01), "snoozed")
    read = {
        "index": 71,
        "at": 12.6,
        "cost_ms": 1,
        "percepts": [{"at": 12.5, "kind": "pause"}],
        "line": "12 pause>",
    }
    turns = [{"index": 61, "at": 12.2, "cost_ms": 9.5}, {**to_json(turn), "cost_ms": 81.6, "missed": 2}, read]
    show(page, tmp_path, timeline_html(HEADER, turns, []))
    page.value("document.getElementById('scroll').focus()")
    page.key("ArrowRight")
    told = page.value(DETAIL)
    for words in ("00:12.4", "micro-turn 70", "cost 82 ms of 200", "2 missed", "seconds", "0.840", "snoozed",
                  "12 hear every twenty seconds>", "every twenty seconds: stretch"):  # fmt: skip
        assert words in told, words
    assert "voice" not in told
    assert "as the protocol writes it" in told
    page.key("ArrowRight")
    told = page.value(DETAIL)
    assert "as the model read it" in told
    assert "12 pause>" in told
    page.key("ArrowLeft")
    page.key("ArrowLeft", modifiers=8)
    told = page.value(DETAIL)
    assert "micro-turn 61" in told
    assert "Nothing was put to the model." in told


def test_remarks_can_be_filtered_and_lead_to_their_moment(page: Page, tmp_path: Path):
    turns, remarks = session(600)
    show(page, tmp_path, timeline_html(HEADER, turns, remarks))
    last = remarks[-1]
    visible = "[...document.querySelectorAll('#remarks > li')].filter(e => !e.hidden).map(e => e.id)"
    page.value("document.getElementById('filter').focus()")
    page.send("Input.insertText", text=f"LINE remark {last['remark']}:")
    assert page.value(visible) == [f"remark-{last['remark']}"]
    assert page.value("document.getElementById('found').textContent") == "1"
    page.key("Tab")
    page.key("Enter", "\r")
    told = page.value(DETAIL)
    assert last["text"] in told
    assert page.value("document.getElementById('scroll').scrollLeft") > 1000
    assert last["text"] in page.value("document.querySelector('.lane.said').innerText")
    assert page.value("document.querySelector('#remarks .on').id") == f"remark-{last['remark']}"


def test_zoom_and_click(page: Page, tmp_path: Path):
    turns, remarks = session(300)
    show(page, tmp_path, timeline_html(HEADER, turns, remarks))
    page.value("document.getElementById('scroll').focus()")
    span = "document.getElementById('span').textContent"
    page.key("0", "0")
    assert page.value(span) == "00:00 – 05:00"
    for _ in range(6):
        page.key("+", "+")
    assert page.value(span) != "00:00 – 05:00"
    page.key("End")
    assert "05:00" in page.value(span)
    lane = "document.querySelector('.lane.cost').getBoundingClientRect()"
    box = page.value(f"(b => [b.left, b.top, b.width, b.height])({lane})")
    page.click(box[0] + box[2] / 2, box[1] + box[3] / 2)
    assert "micro-turn" in page.value("document.querySelector('#detail h3').innerText")
    said = "document.querySelector('.lane.said .item')"
    page.value(f"{said}.click()")
    page.settle()
    assert page.value("document.querySelectorAll('#remarks .on').length") == 1
    assert page.errors == []


@pytest.mark.parametrize("width", [400, 1600])
def test_an_empty_session(page: Page, tmp_path: Path, width: int):
    show(page, tmp_path, timeline_html({"session": "empty"}, [], []), width)
    page.value("document.getElementById('scroll').focus()")
    for key in ("ArrowRight", "ArrowLeft", "Home", "End"):
        page.key(key)
    page.key("+", "+")
    page.click(300, 300)
    assert "Nothing was said" in page.value("document.body.innerText")
    assert page.errors == []


@pytest.mark.parametrize("width", [400, 1600])
def test_hostile_text_stays_text(page: Page, tmp_path: Path, width: int):
    header = {
        "session": HOSTILE[0], "profile": HOSTILE[1], "task": HOSTILE[2], "model": HOSTILE[7],
        "machine": HOSTILE[7],
        "senses": [HOSTILE[3]], "settings": {HOSTILE[0]: HOSTILE[1], "x": HOSTILE},
    }  # fmt: skip
    turns, remarks = [], []
    for index, text in enumerate(HOSTILE):
        percepts = tuple(Percept(index * 2.0, kind, text, where=text, frame=text)
                         for kind in ("hear", "see", "due", "result", "cut"))  # fmt: skip
        acts = (Act("say", text, remark=index), Act("call", text))
        turn = MicroTurn(index, index * 2.0, percepts, acts, GateReading(0.2, 0.8), withheld=text)
        turns.append({**to_json(turn), "cost_ms": 20.0})
        remarks.append(
            {"at": index * 2.0, "end": index + 0.5, "text": text, "kind": text, "p": None, "remark": index}
        )
    media = {HOSTILE[0]: "javascript:alert(1)", HOSTILE[1]: "https://example.invalid/x.png"}
    show(page, tmp_path, timeline_html(header, turns, remarks, media), width)
    page.value("document.getElementById('scroll').focus()")
    for _ in HOSTILE:
        page.key("ArrowRight")
        assert page.value(FITS)
    assert page.errors == []
    assert "owned" not in page.value("document.title").replace(HOSTILE[0], "").replace(HOSTILE[1], "")
    assert page.value("document.scripts.length") == 2
    assert page.value("document.querySelectorAll('main img').length") == 0
    texts = page.value("[...document.querySelectorAll('#remarks .words')].map(e => e.textContent)")
    # An HTML parser may not keep control characters; everything else is the text as it was.
    assert [t.replace("\x1b", "").replace("\ufffd", "") for t in texts] == [
        t.replace("\x1b", "") for t in HOSTILE
    ]
    told = page.value("document.getElementById('detail').textContent")
    assert HOSTILE[-1] in told


def test_three_hours_stay_small_and_quick(page: Page, tmp_path: Path):
    turns, remarks = session(3 * 3600)
    html = timeline_html(HEADER, iter(turns), remarks, {"f.png": thumbnail("x")})
    assert len(html.encode()) < 5_000_000
    show(page, tmp_path, html, 400)
    assert len(ids(page)) == len(remarks) > 500
    page.value("document.getElementById('fit').click()")
    page.settle()
    assert page.value("document.getElementById('span').textContent") == "00:00 – 3:00:00"
    assert page.value("document.querySelectorAll('.lane *').length") < 3000, (
        "what cannot be told apart is drawn once"
    )
    page.value(f"document.querySelector('#remark-{len(remarks) - 1} button').click()")
    page.settle()
    assert remarks[-1]["text"] in page.value(DETAIL)
    assert page.errors == []
