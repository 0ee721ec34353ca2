"""The interaction model on a real llama-server, cut off again and again: no micro-turn lost, none doubled."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tiny_gemma import write_tiny

from duplex_cli import clock
from duplex_cli.errors import UserError
from duplex_cli.interaction.engine import EngineSettings
from duplex_cli.interaction.model import InteractionModel, StepRequest
from duplex_cli.interaction.remote import RemoteModel
from duplex_cli.profile import check
from duplex_cli.session import remote_mind
from duplex_cli.session.journal import Journal, read
from duplex_cli.session.remote_mind import RemoteMind
from duplex_cli.session.state import Mind, State
from duplex_cli.session.tick import tick
from duplex_cli.stream import TICK_S, Percept

TASK = "Help the user with reminders."
CUTS = 50
ROUND = 24
"""Ticks from cut to cut: long enough for an act that is under way to end before the link is taken up."""


class Link:
    """A relay to the server that can be cut: open connections are closed, new ones refused."""

    def __init__(self, port: int) -> None:
        self._target, self._cut = port, False
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self) -> None:
        self._cut = True
        for one in self._open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open.clear()

    def mend(self) -> None:
        self._cut = False

    def close(self) -> None:
        self.cut()
        self._listener.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if self._cut:
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self._target))
                self._open += [near, far]
                for a, b in ((near, far), (far, near)):
                    threading.Thread(target=self._pump, args=(a, b), daemon=True).start()

    @staticmethod
    def _pump(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("far") / "tiny.gguf"
    write_tiny(path, layers=6)
    return path


@pytest.fixture(scope="module")
def server(model: Path) -> Iterator[str]:
    script = str(Path(__file__).parent / "llama_server.py")
    process = subprocess.Popen(
        [sys.executable, script, str(model), "2"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.kill()
    process.wait()


def test_a_slot_decides_and_words_as_the_same_model_here(
    model: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("duplex_cli.interaction.remote.EXCHANGE_S", 20.0)
    # A model of random weights spreads its probability over all pieces: all of them are asked for.
    monkeypatch.setattr("duplex_cli.interaction.remote.LIKELY", 1000)
    far = RemoteModel(server, 0, model, TASK)
    near = InteractionModel(model, TASK, EngineSettings(threads=1))
    for moment in ("1 hear remind me to stretch", "2 hear every ten seconds", "4 pause"):
        request = StepRequest(moment=moment, threshold=0.3, budget=6, force="say")
        a, b = far.step(request), near.step(request)
        assert (a.kind, a.text) == (b.kind, b.text)
        assert a.gate is not None
        assert b.gate is not None
        assert a.gate.silent == pytest.approx(b.gate.silent, abs=0.05)
        far.abandon()
        near.abandon()
    far.retract()
    far.close()
    near.close()


def test_a_server_that_is_not_there_or_runs_another_model_is_one_line(
    model: Path, server: str, models: dict[str, Path]
) -> None:
    with pytest.raises(UserError, match="no llama-server at"):
        RemoteModel("http://127.0.0.1:9", 0, model, TASK)
    with pytest.raises(UserError, match="runs another model"):
        RemoteModel(server, 0, models["duplex-270m"], TASK)


def percepts(index: int) -> list[Percept]:
    """What is perceived in the tick of that number: words in most, now and then a pause or a line seen."""
    at = (index + 0.5) * TICK_S
    if index % 7 == 6:
        return [Percept(at, "pause")]
    if index % 5 == 4:
        return [Percept(at, "see", f"x = {index}", where=f"a.py:{index}")]
    return [Percept(at, "hear", f"word{index}")] if index % 2 else []


def run(mind: Mind, ticks: int, folder: Path, between: Any = None) -> dict[str, Any]:
    """A session of so many ticks with its journal; `between(index)` is called before each."""
    profile = check({"name": "far", "task": TASK, "gate": {"threshold": 0.9, "seen": 0.9}}, "far")
    journal = Journal(folder, {"session": folder.name, "started": 0.0}, audio=False)
    state = State(profile=profile, mind=mind, day_s=0.0)
    longest = 0.0
    for index in range(ticks):
        if between is not None:
            between(index)
        started = clock.precise()
        state, turn = tick(state, percepts(index), round((index + 1) * TICK_S, 4))
        longest = max(longest, clock.precise() - started)
        journal.turn(turn, 0.0)
    journal.close({})
    return {"turns": read(folder).turns, "longest": longest}


def test_fifty_disconnects_lose_no_micro_turn_and_double_none(
    model: Path, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUPLEX_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(remote_mind, "RETRY_S", 0.0)
    link = Link(int(server.rpartition(":")[2]))
    kwargs = {"path": model, "task": TASK, "settings": EngineSettings(threads=1)}
    notes: list[str] = []
    # The patience of the test is that of a busy CI machine; what is timed is told, not asserted.
    mind = RemoteMind(f"http://127.0.0.1:{link.port}", 1, kwargs, 1, notes.append, patience_s=5.0)
    mind.wait_ready()

    def between(index: int) -> None:
        if index % ROUND == 5:
            link.cut()
        elif index % ROUND == 8:
            link.mend()
        elif index % ROUND > 8:
            give_up = clock.monotonic() + 60.0
            while not mind.linked and not mind.acting:  # the far slot reads the thread again
                assert clock.monotonic() < give_up
                mind._come_back()
                clock.pause(0.01)

    cut = run(mind, ROUND * CUTS, tmp_path / "cut", between)
    assert mind.losses >= CUTS  # a machine so busy that an answer takes five seconds loses it once more
    assert sum("lost" in note for note in notes) == mind.losses
    assert sum("is back" in note for note in notes) == mind.losses
    lines = mind.lines
    mind.close()
    link.close()

    here = InteractionModel(model, TASK, EngineSettings(threads=1))
    whole = run(here, ROUND * CUTS, tmp_path / "whole")
    here.close()
    # The journals tell the same: every micro-turn once, with what was perceived in it, in order.
    assert [t["index"] for t in cut["turns"]] == list(range(ROUND * CUTS))
    seen = [(t["index"], t["at"], t.get("percepts")) for t in cut["turns"]]
    assert seen == [(t["index"], t["at"], t.get("percepts")) for t in whole["turns"]]
    # And so does the thread that both models have read: each moment that was put to the model, once.
    asked = [t for t in whole["turns"] if t.get("gate")]
    assert len(lines) == len(asked)
    words = [w for moment, _ in lines for w in moment.split() if w.startswith("word")]
    assert words == [p.text for n in range(ROUND * CUTS) for p in percepts(n) if p.kind == "hear"]


def test_a_call_that_the_link_cut_in_two_is_worded_whole_by_the_local_model(
    model: Path, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUPLEX_HOME", str(tmp_path / "home"))
    link = Link(int(server.rpartition(":")[2]))
    kwargs = {"path": model, "task": TASK, "settings": EngineSettings(threads=1)}
    mind = RemoteMind(f"http://127.0.0.1:{link.port}", 1, kwargs, 1, print, patience_s=5.0)
    mind.wait_ready()
    first = mind.step(StepRequest(moment="1 hear hello", threshold=0.1, budget=3, force="call"))
    assert not first.last
    link.cut()
    rest = mind.step(StepRequest(moment=None, threshold=0.1, budget=3))
    assert rest.last
    near = InteractionModel(model, TASK, EngineSettings(threads=1))
    whole = near.step(StepRequest(moment="1 hear hello", threshold=0.1, budget=64, force="call"))
    assert first.text + rest.text == whole.text
    assert mind.lines == [("1 hear hello", "call" + whole.text)]
    near.close()
    mind.close()
    link.close()
