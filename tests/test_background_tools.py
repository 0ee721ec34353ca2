"""Tools beside the tick: arguments by schema, real calls in threads and MCP servers, files and memory."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from duplex_cli import clock
from duplex_cli.background.arguments import Unfit, parse
from duplex_cli.background.files import Files
from duplex_cli.background.offer import Failed, Offer, Tool, offering_task, plain_name
from duplex_cli.background.recall import Recall, told
from duplex_cli.background.workbench import MOST_AT_ONCE, Workbench
from duplex_cli.errors import UserError
from duplex_cli.profile import ToolServer
from duplex_cli.session.journal import Journal
from duplex_cli.stream import Act, MicroTurn, Percept

SERVER = Path(__file__).parent / "mcp_server.py"


def offer(name: str = "do", required: tuple[str, ...] | None = None, **properties: dict) -> Offer:
    needed = list(properties) if required is None else list(required)
    return Offer(name, {"type": "object", "properties": properties, "required": needed}, "read")


TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("properties", "words", "given"),
    [
        ({"city": TEXT}, "Madrid, Spain", {"city": "Madrid, Spain"}),
        ({"to": TEXT, "text": TEXT}, "Anna, I'm late, sorry", {"to": "Anna", "text": "I'm late, sorry"}),
        ({"to": TEXT, "text": TEXT}, "text=hello, to=Bob", {"text": "hello", "to": "Bob"}),
        ({"city": TEXT}, '{"city": "Oslo"}', {"city": "Oslo"}),
        ({"level": {"type": "integer"}}, "thirty percent", {"level": 30}),
        ({"level": {"type": "number"}}, "2.5", {"level": 2.5}),
        ({"room": {"enum": ["Kitchen", "living-room"]}}, "living room", {"room": "living-room"}),
        ({"on": {"type": "boolean"}}, "on", {"on": True}),
        ({"items": {"type": "array"}}, "milk, bread and eggs", {"items": ["milk", "bread", "eggs"]}),
        ({}, "", {}),
    ],
)
def test_words_fill_the_arguments(properties: dict, words: str, given: dict) -> None:
    assert parse(offer(**properties), words) == given


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ({"to": TEXT, "text": TEXT}, "Anna"),
        ({"level": {"type": "integer"}}, "loud"),
        ({"level": {"type": "integer"}}, "between two and three hundred or 7"),
        ({"level": {"type": "integer", "maximum": 10}}, "eleven"),
        ({"room": {"enum": ["kitchen"]}}, "garden"),
        ({"city": {"type": "string", "minLength": 1}}, ""),
        ({}, "something"),
    ],
)
def test_what_does_not_fit_is_refused(properties: dict, words: str) -> None:
    with pytest.raises(Unfit):
        parse(offer(**properties), words)


def test_only_the_required_arguments_are_asked_of_a_small_model() -> None:
    many = offer("fetch", ("url",), max_length={"type": "integer"}, url=TEXT)
    assert many.signature == "fetch(url)"
    assert offering_task("Help.", [many], True) == (
        "Help. You may ask the background model. Tools: fetch(url)."
    )
    assert plain_name("Read-File") == "read_file"


def answers(name: str, run: Callable[[dict, threading.Event], str], timeout_s: float = 5.0) -> Tool:
    return Tool(offer(name, (), words=TEXT), run, timeout_s)


def gathered(bench: Workbench, count: int) -> list[Percept]:
    told: list[Percept] = []
    give_up = clock.monotonic() + 120.0  # a busy machine takes long to start processes
    while len(told) < count:
        assert clock.monotonic() < give_up
        told += bench.gather(1.0, wait=False)
        clock.pause(0.01)
    return told


def test_calls_run_at_once_fail_in_words_and_time_out() -> None:
    def fail(_given: dict, _stop: threading.Event) -> str:
        raise Failed("no such city")

    def hang(_given: dict, stop: threading.Event) -> str:
        stop.wait()
        return "too late"

    bench = Workbench(
        [answers("echo", lambda given, _: given["words"]), answers("fail", fail), answers("hang", hang, 0.3)]
    )
    bench.begin(1, "hang", "x", 0.0)
    bench.begin(2, "fail", "x", 0.0)
    bench.begin(3, "echo", "hello", 0.0)
    bench.begin(4, "nothing", "x", 0.0)
    texts = {p.where: p.text for p in gathered(bench, 4)}
    assert texts == {
        "1": "no answer within 0.3 seconds",
        "2": "no such city",
        "3": "hello",
        "4": "there is no tool nothing",
    }
    assert not bench.busy


def test_a_cancelled_call_is_told_to_stop_and_answers_nothing() -> None:
    stopped = threading.Event()

    def hang(_given: dict, stop: threading.Event) -> str:
        stop.wait()
        stopped.set()
        return "late"

    bench = Workbench([answers("hang", hang)])
    for number in range(MOST_AT_ONCE + 1):
        bench.begin(number, "hang", "x", 0.0)
    (refused,) = bench.gather(0.0, wait=False)
    assert refused.where == str(MOST_AT_ONCE)
    for number in range(MOST_AT_ONCE):
        bench.cancel(number)
    assert stopped.wait(5.0)
    assert not bench.busy
    assert bench.gather(99.0, wait=False) == []


def test_in_simulated_time_an_answer_comes_when_it_would_have() -> None:
    quick = Tool(offer("quick", (), words=TEXT), lambda _g, _s: "there", takes_s=2.0)
    bench = Workbench([quick])
    bench.begin(1, "quick", "x", 10.0)
    assert bench.gather(11.8, wait=True) == []
    assert bench.gather(12.0, wait=True) == [Percept(12.0, "result", "there", where="1")]


@pytest.mark.parametrize("over", ["stdio", "http"])
def test_a_real_mcp_server_is_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, over: str) -> None:
    from duplex_cli.background.servers import Servers

    monkeypatch.setenv("DUPLEX_HOME", str(tmp_path))
    monkeypatch.setenv("DUPLEX_TEST_WORD", "rain")
    process = None
    server = ToolServer(
        command=(sys.executable, str(SERVER)), env=("DUPLEX_TEST_WORD",), levels={"weather": "read"}
    )
    if over == "http":
        process = subprocess.Popen(
            [sys.executable, str(SERVER), "--http"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        server = ToolServer(url=process.stdout.readline().strip(), levels={"weather": "read"})
    try:
        servers = Servers({"sky": server})
        bench = Workbench(servers.tools)
        assert {name: tool.offer.level for name, tool in bench.tools.items()} == {
            "weather": "read",
            "set_level": "outside",
            "wait": "outside",
        }
        bench.begin(1, "weather", "Madrid", 0.0)
        bench.begin(2, "set_level", "thirty percent", 0.0)
        bench.begin(3, "wait", "60", 0.0)
        texts = {p.where: p.text for p in gathered(bench, 2)}
        assert texts == {"1": "rain in Madrid", "2": "level 30"}
        bench.cancel(3)
        servers.close()
    finally:
        if process is not None:
            process.kill()
            process.wait()


def test_a_server_that_is_not_there_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from duplex_cli.background.servers import Servers

    monkeypatch.setenv("DUPLEX_HOME", str(tmp_path))
    with pytest.raises(UserError, match=r"^tools\.gone: .*; check its command or url$"):
        Servers({"gone": ToolServer(command=(str(tmp_path / "nothing"),))})
    with pytest.raises(UserError, match=r"^tools\.sky: it has no tool tides; it has set_level"):
        Servers({"sky": ToolServer(command=(sys.executable, str(SERVER)), only=("tides",))})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "notes.txt").write_text("Buy milk.\nThe Budget is 400 euros.\n")
    (tmp_path / "in" / "deep" / "report_final.md").write_text("# Report\n\nAll is well.\n")
    (tmp_path / "in" / "blob.bin").write_bytes(bytes(range(256)))
    (tmp_path / "secret.txt").write_text("the budget is secret")
    (tmp_path / "in" / "link.txt").symlink_to(tmp_path / "secret.txt")
    return tmp_path / "in"


def test_files_are_found_read_and_searched_by_name_as_said(folder: Path) -> None:
    files, stop = Files([folder]), threading.Event()
    assert files.find("report final dot markdown", stop) == "deep/report_final.md"
    assert files.find("the notes", stop) == "notes.txt"
    assert files.find("holiday pictures", stop) == "not found"
    assert files.read("notes dot text", stop).startswith("notes.txt, 2 lines\nBuy milk.")
    assert files.search("budget euros", stop) == "notes.txt:2 The Budget is 400 euros."
    with pytest.raises(Failed, match=r"^blob.bin is no text$"):
        files.read("blob.bin", stop)


def test_nothing_outside_the_named_folders_is_read(folder: Path) -> None:
    files, stop = Files([folder]), threading.Event()
    assert "secret" not in files.search("budget", stop)
    with pytest.raises(Failed):
        files.read("link.txt", stop)
    with pytest.raises(Failed):
        files.read("../secret.txt", stop)


def record(root: Path, name: str, started: float, *turns: MicroTurn) -> None:
    journal = Journal(root / name, {"session": name, "started": started}, audio=False)
    for turn in turns:
        journal.turn(turn, 1.0)
    journal.close({})


def spoken(index: int, at: float, words: str) -> MicroTurn:
    pieces = [Percept(at, "hear", word) for word in words.split()]
    return MicroTurn(index, at, (*pieces, Percept(at, "pause")))


def test_what_was_heard_seen_and_said_is_found_again(tmp_path: Path) -> None:
    record(
        tmp_path,
        "old",
        1000.0,
        spoken(0, 2.0, "we agreed on four hundred euros for the garden"),
        MicroTurn(1, 4.0, (Percept(4.0, "see", "invoice number 4410", "mail:3"),)),
        MicroTurn(2, 6.0, acts=(Act("say", "Canberra is the capital.", remark=0),)),
    )
    record(tmp_path, "now", 5000.0, spoken(0, 3.0, "what did we say about the garden"))
    recall = Recall(tmp_path, own="now")
    (hit,) = recall.search("the garden euros")
    assert (hit["kind"], hit["session"], hit["wall"]) == ("heard", "old", 1002.0)
    assert told([hit], now=1062.0) == ("60 seconds ago heard: we agreed on four hundred euros for the garden")
    assert [h["kind"] for h in recall.search("invoices")] == ["seen"]
    assert [h["kind"] for h in recall.search("capital")] == ["said"]
    assert recall.search("zeppelin") == []
    # The request is the session's last utterance, and no answer to itself.
    assert [h["session"] for h in recall.search("garden")] == ["old"]


def test_the_index_follows_journals_that_grow_and_go(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "live", {"session": "live", "started": 0.0}, audio=False)
    recall = Recall(tmp_path)
    journal.turn(spoken(0, 1.0, "the plumber comes on Monday"), 1.0)
    assert len(recall.search("plumber")) == 1
    journal.turn(spoken(1, 5.0, "no the plumber comes on Friday"), 1.0)
    assert len(recall.search("plumber")) == 2
    journal.close({})
    for file in (tmp_path / "live").iterdir():
        file.unlink()
    assert recall.search("plumber") == []


def test_builtin_tools_work_in_their_own_process_and_a_cancelled_search_ends(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from duplex_cli.session.tool_host import BuiltinTools

    monkeypatch.setenv("DUPLEX_HOME", str(tmp_path / "home"))
    for n in range(300):
        (folder / f"long{n}.txt").write_text("word " * 100_000)
    builtin = BuiltinTools(["find_file", "search_files", "recall"], [folder], "now", 30.0)
    bench = Workbench(builtin.tools)
    bench.begin(1, "search_files", "zeppelin", 0.0)
    clock.pause(0.5)
    bench.cancel(1)
    bench.begin(2, "find_file", "the notes", 0.0)
    bench.begin(3, "recall", "anything", 0.0)
    assert {p.where: p.text for p in gathered(bench, 2)} == {"2": "notes.txt", "3": "nothing found"}
    bench.close()
    builtin.close()


def test_file_tools_need_a_folder(tmp_path: Path) -> None:
    from duplex_cli.background.builtin import builtin_offers

    with pytest.raises(UserError, match="add --path FOLDER"):
        builtin_offers(["find_file"], [])
    with pytest.raises(UserError, match="is no folder"):
        builtin_offers(["recall"], [tmp_path / "gone"])
    assert [offer.signature for offer in builtin_offers(["recall"], [])] == ["recall(words)"]
