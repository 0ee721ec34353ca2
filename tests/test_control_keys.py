"""Terminal keys on a real pseudo-terminal, hotkeys on a real X server."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from programs import require

from duplex_cli.control.commands import Action, Command
from duplex_cli.control.hotkeys import obstacle
from duplex_cli.control.keys import Keys, commands_in

if sys.platform == "win32":
    pytest.skip("pseudo-terminals", allow_module_level=True)

import pty
import select
import termios

ROOT = Path(__file__).parents[1]


def test_keys_stand_for_commands():
    assert commands_in("m") == [Command(Action.TOGGLE_MUTE)]
    assert commands_in("Ps") == [Command(Action.TOGGLE_PAUSE), Command(Action.SNOOZE)]
    assert commands_in("q") == [Command(Action.STOP)]
    assert commands_in("xyz ?") == []


@pytest.mark.parametrize(
    "typed",
    ["\x1b[A\x1b[B", "\x1bOP", "\x1bm", "\x1b[1;5S", "\x1b", "please quit"],
    ids=["arrows", "F1", "Alt-m", "Ctrl-F4", "escape", "a pasted sentence"],
)
def test_what_is_no_single_key_is_ignored(typed: str):
    assert commands_in(typed) == []


SCRIPT = """
import sys, threading
from duplex_cli.control.keys import Keys
done = threading.Event()
def put(command):
    print("got", command.action, flush=True)
    if command.action == "stop":
        done.set()
keys = Keys(put, lambda: print("got help", flush=True))
print("active", keys.active, flush=True)
if "close" in sys.argv:
    done.wait(20)
    keys.close()
    print("closed", flush=True)
else:
    done.wait(20)
    raise RuntimeError("a crash")
"""


class Terminal:
    """A process on a pseudo-terminal of its own."""

    def __init__(self, *arguments: str) -> None:
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(ROOT)
            os.execv(sys.executable, [sys.executable, "-c", SCRIPT, *arguments])
        self.seen = ""

    def until(self, pattern: str) -> None:
        """Read until `pattern` has come; fails after 20 s without a byte."""
        while not re.search(pattern, self.seen):
            assert self._more(), self.seen

    def until_end(self) -> None:
        """Read until the process has closed its side."""
        while self._more():
            pass

    def _more(self) -> bool:
        assert select.select([self.fd], [], [], 20)[0], self.seen
        try:
            data = os.read(self.fd, 1000)
        except OSError:  # Linux's end of a pseudo-terminal
            return False
        self.seen += data.decode()
        return bool(data)

    def type(self, text: str) -> None:
        os.write(self.fd, text.encode())

    def canonical_and_echo(self) -> bool:
        flags = termios.tcgetattr(self.fd)[3]
        return bool(flags & termios.ICANON and flags & termios.ECHO)

    def end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


@pytest.mark.parametrize("ending", ["close", "crash"])
def test_keys_are_read_one_by_one_and_the_terminal_is_put_back(ending: str):
    terminal = Terminal(ending)
    try:
        assert terminal.canonical_and_echo()
        terminal.until("active True")
        assert not terminal.canonical_and_echo()
        for key, answer in (("m", "got toggle-mute"), ("?", "got help"), ("s", "got snooze")):
            terminal.type(key)
            terminal.until(answer)
        terminal.type("q")
        terminal.until("got stop")
        terminal.until("closed" if ending == "close" else "RuntimeError: a crash")
        terminal.until_end()  # atexit runs after the traceback
        assert "mq" not in terminal.seen  # nothing is echoed
        assert terminal.canonical_and_echo()
    finally:
        terminal.end()


def test_without_a_terminal_nothing_is_touched():
    reader, writer = os.pipe()
    try:
        with Keys(lambda command: None, stdin=reader) as keys:
            assert not keys.active
    finally:
        os.close(reader)
        os.close(writer)


def test_why_hotkeys_cannot_work():
    assert "Wayland" in obstacle("linux", {"XDG_SESSION_TYPE": "wayland", "DISPLAY": ":0"})
    assert "Wayland" in obstacle("linux", {"WAYLAND_DISPLAY": "wayland-0"})
    assert "no display" in obstacle("linux", {})
    assert obstacle("linux", {"DISPLAY": ":0"}) == "" == obstacle("darwin", {}) == obstacle("win32", {})


HOTKEYS = """
import queue, sys
from duplex_cli.control.hotkeys import Hotkeys
got = queue.Queue()
with Hotkeys(got.put) as hotkeys:
    print("active", hotkeys.active, hotkeys.why_not, flush=True)
    while hotkeys.active:
        action = got.get(timeout=20).action
        print("got", action, flush=True)
        if action == "stop":
            break
print("closed", flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="X11")
def test_hotkeys_are_heard_in_x11():
    require("Xvfb", "xdotool")
    reader, writer = os.pipe()
    xvfb = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", "320x240x24"],
        pass_fds=(writer,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    try:
        with os.fdopen(reader) as told:
            display = f":{told.readline().strip()}"
        env = {k: v for k, v in os.environ.items() if k not in ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE")}
        env["DISPLAY"] = display
        listening = subprocess.Popen(
            [sys.executable, "-c", HOTKEYS], env=env, cwd=ROOT, text=True, stdout=subprocess.PIPE
        )
        assert listening.stdout is not None
        assert listening.stdout.readline().split()[:2] == ["active", "True"]
        for key, action in (("m", "toggle-mute"), ("s", "snooze"), ("q", "stop")):
            subprocess.run(["xdotool", "key", f"ctrl+alt+shift+{key}"], env=env, check=True, timeout=20)
            assert listening.stdout.readline() == f"got {action}\n"
        assert listening.stdout.readline() == "closed\n"
        assert listening.wait(20) == 0
    finally:
        xvfb.terminate()
        xvfb.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="X11")
def test_hotkeys_without_a_server_behind_the_display_say_why():
    script = "from duplex_cli.control.hotkeys import Hotkeys\nh = Hotkeys(print)\nprint(h.active, h.why_not)"
    env = {**os.environ, "DISPLAY": ":987"}
    env.pop("WAYLAND_DISPLAY", None)
    env.pop("XDG_SESSION_TYPE", None)
    done = subprocess.run(
        [sys.executable, "-c", script], env=env, cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.startswith("False no global hotkeys: this platform is not supported"), done
    assert done.stdout.count("\n") == 1 and "duplex ctl" in done.stdout
