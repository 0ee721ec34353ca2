"""The background mind: its context package, an engine by URL, a local model in its own process."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from tiny_gemma import write_tiny

from duplex_cli import clock
from duplex_cli.background.engines import UrlEngine
from duplex_cli.background.mind import ASK, Thoughts, mind_tool
from duplex_cli.background.minutes import KEPT_S, Minutes
from duplex_cli.background.offer import Failed
from duplex_cli.background.workbench import Workbench
from duplex_cli.errors import UserError
from duplex_cli.profile import BackgroundMind, check
from duplex_cli.session.helpers import hire
from duplex_cli.session.thinking import LocalEngine
from duplex_cli.stream import Act, MicroTurn, Percept

QUESTION = [{"role": "user", "content": "why is the sky blue"}]


class Engine(BaseHTTPRequestHandler):
    """Speaks the stream of /v1/chat/completions, word by word; hangs in the middle if asked to be slow."""

    asked: ClassVar[list[dict[str, Any]]] = []
    slow: ClassVar[threading.Event | None] = None

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Engine.asked.append({"path": self.path, "key": self.headers.get("Authorization"), **body})
        self.send_response(200 if body.get("model") != "gone" else 404)
        self.end_headers()
        for word in ("Short", " waves", " scatter", " most."):
            piece = {"choices": [{"delta": {"content": word}}]}
            self.wfile.write(f"data: {json.dumps(piece)}\n\n".encode())
            self.wfile.flush()
            if Engine.slow is not None:
                Engine.slow.wait(5.0)
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, format: str, *args: object) -> None:
        """No lines in the test's output."""


@pytest.fixture
def url() -> Iterator[str]:
    Engine.asked, Engine.slow = [], None
    server = ThreadingHTTPServer(("127.0.0.1", 0), Engine)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()


def test_an_engine_by_url_streams_and_gets_its_key(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", "s3cret")
    engine = UrlEngine(url, "big", "SOME_KEY")
    pieces = list(engine.stream(QUESTION, 32, threading.Event()))
    assert pieces == ["Short", " waves", " scatter", " most."]
    (asked,) = Engine.asked
    assert asked["path"] == "/v1/chat/completions"
    assert asked["key"] == "Bearer s3cret"
    assert (asked["model"], asked["max_tokens"], asked["messages"]) == ("big", 32, QUESTION)


def test_an_engine_that_is_gone_or_refuses_is_a_line(url: str) -> None:
    with pytest.raises(Failed, match="404"):
        list(UrlEngine(url, "gone").stream(QUESTION, 8, threading.Event()))
    with pytest.raises(Failed, match="cannot be reached"):
        list(UrlEngine("http://127.0.0.1:9/v1", "").stream(QUESTION, 8, threading.Event()))


def test_the_answer_grows_and_a_dropped_one_stops(url: str) -> None:
    thoughts, minutes = Thoughts(), Minutes("Help.")
    bench = Workbench([mind_tool(UrlEngine(url, ""), minutes, BackgroundMind(url=url), thoughts)])
    bench.begin(1, ASK, "why is the sky blue", 0.0)
    (answer,) = bench.gather(0.0, wait=True) or bench.gather(9.0, wait=True)
    assert answer.text == "Short waves scatter most."
    assert thoughts.take() == {"why is the sky blue": "Short waves scatter most."}
    Engine.slow = threading.Event()
    bench.begin(2, ASK, "and the sea", 0.0)
    give_up = clock.monotonic() + 5.0
    while not (grown := thoughts.take()):
        assert clock.monotonic() < give_up
        clock.pause(0.01)
    assert grown["and the sea"].startswith("Short")
    bench.cancel(2)
    Engine.slow.set()
    assert bench.gather(9.0, wait=False) == []
    bench.begin(3, ASK, "and the grass", 0.0)  # the engine is free again
    assert [p.where for p in bench.gather(99.0, wait=True)] == ["3"]


def test_the_context_package_is_the_last_minutes_and_the_screen() -> None:
    minutes = Minutes("Help the user.")
    minutes.take(MicroTurn(0, 1.0, (Percept(1.0, "hear", "an old remark"),)))
    late = KEPT_S + 10.0
    for n, word in enumerate("our train leaves at eight".split()):  # noqa: SIM905
        minutes.take(MicroTurn(n, late + n, (Percept(late + n, "hear", word),)))
    minutes.take(MicroTurn(9, late + 9, acts=(Act("say", "At eight, noted."),)))
    for text in ("x = 1", "x = 2"):
        minutes.take(MicroTurn(10, late + 10, (Percept(late + 10, "see", text, where="a.py:3"),)))
    system, user = minutes.package("how long do we have")
    assert system["role"] == "system"
    assert user["content"] == (
        "Task of the assistant: Help the user.\n\n"
        "Said:\nuser: our train leaves at eight\nassistant: At eight, noted.\n\n"
        "Screen:\na.py:3 x = 2\n\n"
        "Question: how long do we have"
    )


def test_a_local_model_thinks_in_its_own_process_and_comes_back_after_a_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUPLEX_HOME", str(tmp_path))
    write_tiny(tmp_path / "mind.gguf")
    notes: list[str] = []
    engine = LocalEngine(tmp_path / "mind.gguf", 512, 1, notes.append)
    try:
        stop = threading.Event()
        assert "".join(engine.stream(QUESTION, 12, stop))
        pid = engine.worker.pid
        assert pid is not None
        if hasattr(os, "getpriority"):
            assert os.getpriority(os.PRIO_PROCESS, pid) - os.getpriority(os.PRIO_PROCESS, 0) >= 4
        pieces = engine.stream(QUESTION, 200, stop)
        next(pieces)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(Failed, match="ask again"):
            list(pieces)
        assert len(notes) == 1
        assert "".join(engine.stream(QUESTION, 12, stop))
        with pytest.raises(Failed, match="cannot answer"):
            list(engine.stream([{"role": "user", "content": "x " * 2000}], 12, stop))
    finally:
        engine.close()


def test_a_profile_with_nobody_to_ask_offers_nothing() -> None:
    hired = hire(check({"name": "t", "task": "Help."}, "t"), "s", None, print)
    assert (hired.help, hired.task) == (None, "Help.")
    named = check({"name": "t", "task": "Help.", "background": {"url": "http://127.0.0.1:9/v1"}}, "t")
    hired = hire(named, "s", None, print)
    assert hired.help is not None
    assert hired.task == "Help. You may ask the background model."
    hired.help.close()
    with pytest.raises(UserError, match="keep the one to be asked"):
        check({"name": "t", "task": "Help.", "background": {"url": "u", "model": "m"}}, "t")
