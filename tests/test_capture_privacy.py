"""Windows that must not be seen: the rules, and 500 looks at a real screen with a denied window on it."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Iterator

import numpy as np
import pytest

from duplex_cli.capture.frames import FrameSpec, open_source
from duplex_cli.capture.privacy import AFTERGLOW_S, Hidden, Mask, PrivacyRules, hidden
from duplex_cli.capture.screen import ScreenSource
from duplex_cli.capture.windows import Stack, Window
from duplex_cli.clock import monotonic, pause
from duplex_cli.errors import UserError
from duplex_cli.session.sight_host import SightHost
from tests.programs import until
from tests.virtual_screen import VirtualScreen, virtual_screen

SECRET_INK = (253, 2, 251)
"""Colour of the denied window's paper: nothing else on the screen has it."""


def window(title: str, number: int = 1, app: str = "", place=(0, 0, 10, 10), **more) -> Window:
    return Window(title, *place, app=app, number=number, **more)


@pytest.mark.parametrize(
    ("rules", "title", "app", "denied"),
    [
        (PrivacyRules(deny=("bank",)), "My BANK - Browser", "", True),
        (PrivacyRules(deny=("bank",)), "editor", "", False),
        (PrivacyRules(deny=("*.key",)), "id.key", "", True),
        (PrivacyRules(deny=("*.key",)), "id.key - editor", "", False),
        (PrivacyRules(deny=("signal",)), "chat", "signal-desktop Signal", True),
        (PrivacyRules(allow=("editor",)), "report.py - Editor", "", False),
        (PrivacyRules(allow=("editor",)), "mail", "", True),
        (PrivacyRules(allow=("editor",), deny=("report",)), "report.py - Editor", "", True),
        (PrivacyRules(), "news - Private Browsing", "firefox", True),
        (PrivacyRules(), "x (Incognito)", "chrome", True),
        (PrivacyRules(), "Passwords.kdbx - KeePassXC", "keepassxc", True),
        (PrivacyRules(), "Authentication Required", "polkit-gnome", True),
        (PrivacyRules(private=False), "news - Private Browsing", "firefox", False),
    ],
)
def test_which_windows_are_denied(rules: PrivacyRules, title: str, app: str, denied: bool) -> None:
    assert rules.denies(window(title, app=app)) is denied


def test_nothing_at_all_while_a_denied_window_has_the_keyboard_or_the_top_is_unknown() -> None:
    rules = PrivacyRules(deny=("bank",))
    both = (window("editor", 1), window("bank", 2))
    assert hidden(rules, Stack(both, active=2)).everything
    assert hidden(rules, Stack(both, active=99)).everything
    assert not hidden(rules, Stack(both, active=1)).everything
    assert not hidden(PrivacyRules(), Stack(both, active=99)).everything


def shown(rules: PrivacyRules, *windows: Window) -> np.ndarray:
    """Which of 20 x 20 pixels of a desktop that shows these windows are let through."""
    frame = np.full((20, 20, 3), 200, np.uint8)
    Mask(only_allowed=bool(rules.allow)).apply(frame, 0, 0, hidden(rules, Stack(windows, 0)), 0.0)
    return frame[:, :, 0] == 200


def test_a_denied_window_is_black_but_not_what_covers_it() -> None:
    rules = PrivacyRules(deny=("bank",))
    bank, above = window("bank", 1), window("editor", 2, place=(5, 5, 10, 10))
    seen = shown(rules, bank, above)
    assert not seen[0:5, 0:10].any() and seen[5:15, 5:15].all() and seen[15:, :].all()
    glass = window("editor", 2, place=(5, 5, 10, 10), opaque=False)
    assert not shown(rules, bank, glass)[0:10, 0:10].any()


def test_menus_follow_their_application_and_fail_closed() -> None:
    rules = PrivacyRules(deny=("bank",))
    bank = window("bank", 1, app="browser")
    assert not shown(rules, bank, window("", 2, app="browser", place=(12, 12, 4, 4), popup=True))[
        12:16, 12:16
    ].any()
    assert not shown(rules, bank, window("", 2, place=(12, 12, 4, 4), popup=True))[12:16, 12:16].any()
    assert shown(rules, bank, window("", 2, app="editor", place=(12, 12, 4, 4), popup=True))[
        12:16, 12:16
    ].all()


def test_with_an_allow_list_the_rest_of_the_desktop_is_black() -> None:
    rules = PrivacyRules(allow=("editor",))
    seen = shown(rules, window("editor", 1, place=(2, 2, 10, 10)), window("mail", 2, place=(8, 8, 10, 10)))
    assert seen.sum() == 100 - 16 and seen[2:8, 2:12].all()


def test_a_place_that_a_denied_window_left_stays_black_for_a_moment() -> None:
    mask = Mask(only_allowed=False)
    there = Hidden(False, ((0, 0, 10, 10, True),))
    frames = []
    for at, state in ((0.0, there), (0.2, Hidden(False)), (AFTERGLOW_S + 0.1, Hidden(False))):
        frame = np.full((20, 20, 3), 200, np.uint8)
        mask.apply(frame, 0, 0, state, at)
        frames.append(bool((frame == 0).any()))
    assert frames == [True, True, False]


@pytest.fixture(scope="module")
def screen() -> Iterator[VirtualScreen]:
    with virtual_screen(900, 600) as screen:
        paper = "#{:02x}{:02x}{:02x}".format(*SECRET_INK)
        screen.run(
            *("xterm", "-T", "my bank", "-geometry", "60x24+400+250", "-bg", paper, "-fg", "black"),
            *("-e", "sh", "-c", "while :; do echo account 12345; sleep 0.05; done"),
        )
        screen.xdotool("search", "--sync", "--onlyvisible", "--name", "my bank", "windowactivate", "--sync")
        screen.open_terminal("editor", geometry="60x20+40+40", font_size=10)
        yield screen


@pytest.fixture
def display(screen: VirtualScreen, monkeypatch: pytest.MonkeyPatch) -> VirtualScreen:
    monkeypatch.setenv("DISPLAY", screen.display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return screen


def leaks(frame: np.ndarray) -> bool:
    return bool((frame == np.array(SECRET_INK, np.uint8)).all(axis=2).any())


def numbers_of(screen: VirtualScreen, *titles: str) -> list[str]:
    return [screen.xdotool("search", "--onlyvisible", "--name", title) for title in titles]


def test_no_denied_pixel_in_500_looks_while_windows_switch_ten_times_a_second(display: VirtualScreen) -> None:
    until(lambda: leaks(ScreenSource().read(0.0)[0][1]), "the denied window, seen without rules")
    source = ScreenSource(privacy=PrivacyRules(deny=("bank",)))
    switching = subprocess.Popen(
        ["sh", "-c", "while :; do for w in $0 $1; do xdotool windowactivate $w; sleep 0.1; done; done",
         *numbers_of(display, "my bank", "editor")],
        env={"DISPLAY": display.display, "PATH": "/usr/bin:/bin"}, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    got, started = [], monotonic()
    try:
        for _ in range(500):
            got += source.read(monotonic() - started)
            pause(0.02)
    finally:
        switching.kill()
        switching.wait()
    assert not any(leaks(frame) for _, frame in got)
    assert 10 <= len(got) < 500  # it looks while the editor is in front, and only then
    assert any((frame == 255).all(axis=2).sum() > 10_000 for _, frame in got)  # the editor's paper is seen
    source.close()


def test_the_session_is_told_and_neither_eyes_nor_disk_get_anything(display: VirtualScreen, tmp_path) -> None:
    display.xdotool("windowactivate", "--sync", *numbers_of(display, "my bank"))
    spec = FrameSpec("screen", privacy=PrivacyRules(deny=("BANK",)), fps=20.0)
    host = SightHost(spec, text=True, motion=False, pictures=tmp_path / "frames")
    for n in range(20):
        looked = host.look(n * 0.2)
        assert looked.percepts == [] and not looked.ended
        assert looked.withheld == "not looking: a private window is in front"
    assert host._eyes is not None and host._eyes.reader.pieces_read <= 1  # the warm-up alone
    assert not (tmp_path / "frames").exists()
    display.xdotool("windowactivate", "--sync", *numbers_of(display, "editor"))
    told = [host.look(5.0 + n * 0.2).withheld for n in range(10)]
    assert told[-1] == "1 window hidden"
    host.close()


def test_without_a_window_manager_a_deny_list_captures_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with virtual_screen(300, 200) as bare:
        monkeypatch.setenv("DISPLAY", bare.display)
        source = ScreenSource(privacy=PrivacyRules(deny=("bank",)))
        until(lambda: bool(source.read(0.0)), "a look")
        bare.manager.terminate()
        bare.manager.wait()
        source.close()  # as after any lost connection
        until(lambda: not source.read(1.0) and "cannot be told" in source.withheld, "that it sees it")
        with pytest.raises(UserError, match="nothing is captured"):
            ScreenSource(privacy=PrivacyRules(deny=("bank",)))
        assert ScreenSource(privacy=PrivacyRules()).read(0.0)


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_platforms_say_so_at_the_start(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr("duplex_cli.capture.screen._check_permission", lambda: None)
    for rules in itertools.product([("bank",), ()], [("editor",)]):
        with pytest.raises(UserError, match="nothing is captured"):
            open_source(FrameSpec("screen", privacy=PrivacyRules(*rules)))
