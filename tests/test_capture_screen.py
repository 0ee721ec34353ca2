"""The screen for real, on a virtual X server with a window manager."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import Xlib.display

from duplex_cli.capture.frames import FrameSpec, open_source
from duplex_cli.capture.screen import ScreenSource, monitors
from duplex_cli.capture.windows import active_window_title, list_windows
from duplex_cli.clock import monotonic, pause
from duplex_cli.errors import UserError
from duplex_cli.perception.eyes import make_eyes
from tests.virtual_screen import VirtualScreen, virtual_screen

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def shared() -> Iterator[VirtualScreen]:
    with virtual_screen(1000, 700) as screen:
        screen.open_terminal("notes - editor", geometry="40x10+100+80")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DISPLAY", screen.display)
            source = ScreenSource(window="notes")
            assert eventually(lambda: look(source)[-5, -5].tolist() == [255, 255, 255])  # it is painted
        yield screen


@pytest.fixture
def screen(shared: VirtualScreen, monkeypatch: pytest.MonkeyPatch) -> VirtualScreen:
    monkeypatch.setenv("DISPLAY", shared.display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return shared


def look(source: ScreenSource) -> np.ndarray:
    [(at, frame)] = source.read(1.25)
    assert at == 1.25 and frame.dtype == np.uint8 and frame.shape[2] == 3
    return frame


def eventually(true, seconds: float = 10.0) -> bool:
    give_up = monotonic() + seconds
    while monotonic() < give_up:
        if true():
            return True
        pause(0.05)
    return False


def test_desktop_monitor_and_region(screen: VirtualScreen) -> None:
    whole = look(ScreenSource())
    assert whole.shape == (700, 1000, 3)
    assert look(ScreenSource(monitor=1)).shape == (700, 1000, 3)
    part, all_of_it = ScreenSource(region=(90, 60, 300, 200)), ScreenSource()
    assert eventually(lambda: np.array_equal(look(part), look(all_of_it)[60:260, 90:390]))
    cut = look(ScreenSource(region=(900, 600, 300, 200)))
    assert cut.shape == (100, 100, 3)
    assert [(m["width"], m["height"]) for m in monitors()] == [(1000, 700)]


def test_type_twice_as_large_is_read_at_half_the_size() -> None:
    with virtual_screen(1600, 500) as screen, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISPLAY", screen.display)
        screen.open_terminal("large", geometry="60x8+0+0", font_size=26)
        screen.type("total = price * count")
        source = open_source(FrameSpec("screen", scale=2.0))
        assert look(source).shape == (250, 800, 3)
        eyes = make_eyes()
        told = [p.text for n in range(20) for p in eyes.feed(look(source), n * 0.2)]
        assert "total = price * count" in told


def test_colours_are_red_green_blue(screen: VirtualScreen) -> None:
    connection = Xlib.display.Display(screen.display)
    root = connection.screen().root
    root.change_attributes(background_pixel=0xF08010)
    root.clear_area()
    connection.sync()
    connection.close()
    source = ScreenSource(region=(990, 690, 5, 5))
    assert eventually(lambda: look(source)[0, 0].tolist() == [0xF0, 0x80, 0x10])


def test_a_window_is_found_by_title_and_followed(screen: VirtualScreen) -> None:
    [window] = [w for w in list_windows() if w.title == "notes - editor"]
    assert active_window_title() == "notes - editor"
    source = ScreenSource(window="NOTES")
    frame = look(source)
    assert frame.shape == (window.height, window.width, 3)
    whole = look(ScreenSource())
    assert np.array_equal(
        frame, whole[window.y : window.y + window.height, window.x : window.x + window.width]
    )
    assert frame[-5, -5].tolist() == [255, 255, 255]  # the terminal's paper
    screen.xdotool("search", "--name", "notes", "windowmove", "400", "300")

    def moved() -> bool:
        places = [(w.x, w.y) for w in list_windows() if w.title == "notes - editor"]
        return places != [(window.x, window.y)]

    assert eventually(moved)
    assert look(source).shape == frame.shape
    assert eventually(lambda: np.array_equal(look(source)[-5, -5], [255, 255, 255]))


def test_typed_text_is_seen(screen: VirtualScreen) -> None:
    source = ScreenSource(window="notes")
    before = look(source)
    screen.type("hello - world\nsecond line")
    assert eventually(lambda: (look(source) != before).any(axis=2).sum() > 200)


def test_a_window_that_goes_away_is_not_an_error(screen: VirtualScreen) -> None:
    terminal = screen.open_terminal("passing by", geometry="20x5+10+10")
    source = ScreenSource(window="passing")
    assert source.read(1.0)
    terminal.terminate()
    assert eventually(lambda: source.read(2.0) == [])
    assert not source.ended
    source.close()


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        (FrameSpec("screen", monitor=7), "there is no monitor 7; choose"),
        (FrameSpec("screen", region=(5000, 0, 10, 10)), "lies outside the desktop; give"),
        (FrameSpec("screen", window="no such"), 'no visible window "no such"; the windows: "notes - editor"'),
    ],
)
def test_what_is_not_there(screen: VirtualScreen, spec: FrameSpec, sentence: str) -> None:
    with pytest.raises(UserError) as told:
        open_source(spec)
    assert sentence in str(told.value)


def test_no_display_wayland_and_a_dead_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(UserError, match=r"no display .*; use --no-screen, or --from screen.mp4"):
        open_source(FrameSpec("screen"))
    assert active_window_title() == ""
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    with pytest.raises(UserError, match="Wayland session"):
        open_source(FrameSpec("screen"))
    monkeypatch.setenv("DISPLAY", ":9876")
    with pytest.raises(UserError, match="does not answer"):
        open_source(FrameSpec("screen"))


def test_the_display_dies_and_the_source_lives() -> None:
    # In a child process: a lost X server must end neither the process nor the source.
    program = (
        "import sys\n"
        "from duplex_cli.capture.screen import ScreenSource\n"
        "whole, window = ScreenSource(), ScreenSource(window='notes')\n"
        "print(len(whole.read(1.0)), len(window.read(1.0)), flush=True)\n"
        "sys.stdin.readline()\n"
        "print(len(whole.read(2.0)), len(window.read(2.0)), flush=True)\n"
        "print(len(whole.read(3.0)), len(window.read(3.0)), flush=True)\n"
        "whole.close(), window.close()\n"
        "print('alive', flush=True)\n"
    )
    with virtual_screen(400, 300) as screen:
        screen.open_terminal("notes")
        child = subprocess.Popen(
            [sys.executable, "-c", program],
            env={**os.environ, **screen.env, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        first = child.stdout.readline()
    rest, _ = child.communicate("go\n", timeout=20)
    assert first.split() == ["1", "1"]
    assert rest.split() == ["0", "0", "0", "0", "alive"]


def test_devices_lists_what_there_is_and_mends_what_is_missing(screen: VirtualScreen) -> None:
    program = "import typer; from duplex_cli.cli.devices import devices; typer.run(devices)"
    env = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_RUNTIME_DIR": "/nonexistent", "COLUMNS": "200"}
    command = [sys.executable, "-c", program]
    as_json = subprocess.run([*command, "--json"], env=env, capture_output=True, text=True, check=True)
    found = json.loads(as_json.stdout)
    assert set(found) == {"microphones", "loudspeakers", "monitors", "windows", "cameras", "notes"}
    assert [(m["number"], m["width"], m["height"]) for m in found["monitors"]] == [(1, 1000, 700)]
    assert "notes - editor" in [w["title"] for w in found["windows"]]
    table = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout
    assert "notes - editor" in table and "1000x700" in table
    env.pop("DISPLAY")
    blind = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout
    assert "there is no display" in blind and "--no-screen" in blind
