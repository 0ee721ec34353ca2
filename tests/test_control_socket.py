"""The control socket with real sockets and processes."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from duplex_cli import paths
from duplex_cli.cli.ctl import ctl
from duplex_cli.control import cards, client
from duplex_cli.control.commands import Action, Command, CommandQueue, Snapshot, Steering, parse
from duplex_cli.control.panel import ControlPanel
from duplex_cli.control.socket import MAX_LINE, ControlServer
from duplex_cli.errors import UserError

unix_only = pytest.mark.skipif(sys.platform == "win32", reason="Unix sockets")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DUPLEX_HOME", str(tmp_path))
    monkeypatch.delenv("DISPLAY", raising=False)
    return tmp_path


def run_ctl(*arguments: str):
    app = typer.Typer()
    app.command()(ctl)
    return CliRunner().invoke(app, list(arguments))


@pytest.mark.parametrize("transport", [pytest.param("unix", marks=unix_only), "tcp"])
def test_commands_reach_the_session_and_are_answered(transport):
    told = Snapshot(Steering(muted=True), 12.0, {"profile": "watch"})
    with ControlServer("one", snapshot=lambda: told, transport=transport) as server:
        card = client.choose()
        assert client.send(card, parse("snooze 10")) == {
            "ok": True,
            "session": "one",
            "state": "snoozed, muted",
        }
        assert client.send(card, parse("stop"))["state"] == "stopping"
        status = client.status(card)
        assert status == {"ok": True, "session": "one", "state": "muted", "profile": "watch"}
        assert server.drain() == [Command(Action.SNOOZE, 10), Command(Action.STOP)]
        assert server.drain() == []
    assert client.running() == [] and list(paths.runtime_dir().iterdir()) == []


@unix_only
def test_folder_socket_and_card_are_for_the_owner_only():
    with ControlServer("one") as server:
        folder = paths.runtime_dir()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(Path(server.card.path).stat().st_mode) == 0o600
        assert stat.S_IMODE((folder / "one.json").stat().st_mode) == 0o600


@unix_only
@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root to become another user"
)
def test_another_user_gets_no_answer_even_where_modes_would_let_them(monkeypatch):
    """The doors are opened on purpose, so that what refuses is the kernel's word on who it is."""
    with tempfile.TemporaryDirectory() as open_house:
        monkeypatch.setenv("DUPLEX_HOME", open_house)
        with ControlServer("one") as server:
            target = Path(server.card.path)
            Path(open_house).chmod(0o755)
            target.parent.chmod(0o755)
            target.chmod(0o666)
            answers = [ask_as_other(target, other) for other in (True, False)]
            assert [int(a.stdout or -1) > 0 for a in answers] == [False, True], answers
            assert answers[0].returncode == 0, answers[0].stderr
            assert server.drain() == [Command(Action.STOP)]


def ask_as_other(target: Path, other: bool) -> subprocess.CompletedProcess[str]:
    """Send "stop" from a process of the user nobody, or of this one; it prints the bytes of the answer."""
    script = (
        "import os, socket, sys\n"
        "if int(sys.argv[2]): os.setgid(65534); os.setuid(65534)\n"
        "s = socket.socket(socket.AF_UNIX); s.settimeout(5); s.connect(sys.argv[1])\n"
        'try:\n    s.sendall(b\'{"command": "stop"}\\n\'); print(len(s.recv(100)))\n'
        "except (BrokenPipeError, ConnectionResetError): print(0)\n"
    )
    command = [sys.executable, "-c", script, str(target), str(int(other))]
    return subprocess.run(command, capture_output=True, text=True, timeout=20)


def test_a_tcp_session_answers_only_who_has_read_the_card():
    with ControlServer("one", transport="tcp") as server, server.card.connect() as connection:
        stream = connection.makefile("rwb")
        for request in ({"command": "stop"}, {"command": "stop", "token": "guess"}, {"command": "status"}):
            stream.write(json.dumps(request).encode() + b"\n")
            stream.flush()
            answer = json.loads(stream.readline())
            assert answer == {"ok": False, "error": "wrong token; ask as the user who started the session"}
        assert server.drain() == []


def test_bad_requests_are_answered_in_one_line_and_the_next_is_heard():
    with ControlServer("one", transport="tcp" if sys.platform == "win32" else "unix") as server:
        for line, error in [
            (b"hello\n", "not JSON"),
            (b"\xff\xfe\n", "not JSON"),
            (b"[1]\n", "a JSON object"),
            (b'{"command": "fly"}\n', "unknown command 'fly'"),
            (b'{"command": "snooze", "minutes": "x"}\n', "not a number of minutes"),
            (b"{}\n", "names no command"),
        ]:
            answer = server.answer(line)
            assert answer["ok"] is False and error in answer["error"], answer
        with server.card.connect() as rude:
            rude.sendall(b"x" * (MAX_LINE + 10))
            assert rude.recv(10) in (b"",)
        with server.card.connect() as silent:  # one that never asks does not keep others from it
            assert client.status(client.choose())["ok"]
            assert silent.fileno() >= 0


@unix_only
def test_sockets_of_killed_sessions_are_removed():
    script = (
        "import os, signal; from duplex_cli.control.socket import ControlServer\n"
        "ControlServer('dead'); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], timeout=60, cwd=Path(__file__).parents[1])
    assert done.returncode == -9
    assert sorted(f.name for f in paths.runtime_dir().iterdir()) == ["dead.json", "dead.sock"]
    assert client.running() == [] and list(paths.runtime_dir().iterdir()) == []
    with ControlServer("dead"):
        assert [c.session for c in client.running()] == ["dead"]


def test_a_damaged_card_is_swept_away():
    (paths.runtime_dir() / "x.json").write_text("{half")
    (paths.runtime_dir() / "y.json").write_text('{"session": "y", "colour": 1}')
    assert client.running() == [] and list(paths.runtime_dir().iterdir()) == []


@unix_only
def test_a_long_home_still_fits_into_a_socket_address(home, monkeypatch):
    monkeypatch.setenv("DUPLEX_HOME", str(home / ("deep" * 30)))
    with ControlServer("one") as server:
        assert client.status(client.choose())["ok"]
        folder = Path(server.card.path).parent
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not folder.exists()


def test_two_sessions_of_one_name_or_a_bad_name_are_refused():
    with ControlServer("one"), pytest.raises(UserError, match="session one is running already; stop it with"):
        ControlServer("one")
    with pytest.raises(UserError, match="is not a session's name"):
        ControlServer("../one")


def test_a_session_that_hangs_is_named_with_its_process(monkeypatch):
    monkeypatch.setattr(cards, "TIMEOUT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        card = cards.Card("deaf", 4711, port=deaf.getsockname()[1], token="t")
        card.write()
        with pytest.raises(UserError, match="session deaf does not answer; end it with: kill 4711"):
            client.status(client.choose())


def test_a_loop_that_takes_no_commands_is_told():
    queue = CommandQueue()
    with ControlServer("one", queue=queue) as server:
        while queue.put(parse("mute")):
            pass
        assert (
            "does not take commands"
            in server.answer(json.dumps({"command": "mute", "token": server.card.token}).encode())["error"]
        )


def test_ctl_with_no_session():
    result = run_ctl("pause")
    assert isinstance(result.exception, UserError)
    assert str(result.exception) == "no session is running; start one with: duplex watch"


def test_ctl_steers_and_tells():
    with ControlPanel("one", use_keys=False, use_hotkeys=False, status={"profile": "watch"}) as panel:
        panel.tell({"seconds": 61.4, "paused": False, "muted": False, "snoozed_until": 0.0})
        assert run_ctl("status").output == "one: listening, 61 s, watch\n"
        assert run_ctl("snooze", "5").output == "one: snoozed\n"
        assert json.loads(run_ctl("toggle-mute", "--json").output) == {
            "ok": True,
            "session": "one",
            "state": "muted",
        }
        assert json.loads(run_ctl("status", "--json").output)["profile"] == "watch"
        assert panel.drain() == [("snooze", 5.0), ("mute", None)]
        panel.tell({"seconds": 62.0, "muted": True, "snoozed_until": 361.0})
        assert run_ctl("status").output == "one: snoozed, muted, 62 s, watch\n"
        panel.tell(
            {
                "seconds": 63.0,
                "reminders": ["stretch"],
                "cues": ['when "um": slow down'],
                "stopwatches": [{"name": "dishes", "seconds": 41.2}],
            }
        )
        assert run_ctl("status").output.splitlines() == [
            "one: listening, 63 s, watch",
            "  reminder: stretch",
            '  cue: when "um": slow down',
            "  stopwatch: dishes, 41 s",
        ]
        for arguments, error in [
            (("snooze", "soon"), "not a number of minutes"),
            (("fly",), "unknown command"),
            (("status", "now"), "leave it out"),
            (("pause", "--session", "two"), "no session 'two' is running; running are: one"),
        ]:
            assert error in str(run_ctl(*arguments).exception)


def test_ctl_with_several_sessions_wants_one_named():
    with ControlServer("alpha-1"), ControlServer("beta-1") as beta:
        assert "choose with --session one of: alpha-1, beta-1" in str(run_ctl("pause").exception)
        assert run_ctl("pause", "--session", "beta").output == "beta-1: paused\n"
        assert run_ctl("status").output.splitlines() == ["alpha-1: listening", "beta-1: listening"]
        assert beta.drain() == [parse("pause")]


def test_a_panel_resolves_toggles_within_one_drain():
    with ControlPanel("one", use_keys=False, use_hotkeys=False) as panel:
        for _ in range(3):
            client.send(client.choose(), parse("toggle-mute"))
        assert panel.drain() == [("mute", None), ("unmute", None), ("mute", None)]


def test_a_session_without_a_runtime_folder_runs_on(home, monkeypatch):
    blocked = home / "file"
    blocked.write_text("")
    monkeypatch.setenv("DUPLEX_HOME", str(blocked))
    with ControlPanel("one", use_keys=False, use_hotkeys=True) as panel:
        assert panel.drain() == [] and panel.help == ""
        assert panel.notes[0].startswith("duplex ctl cannot reach this session: ")
        if sys.platform == "linux":
            assert "no global hotkeys: there is no display" in panel.notes[1]
