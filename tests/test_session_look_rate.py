"""Looking is seldom while nothing happens and at full rate while something does, in simulated time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from duplex_cli.perception.eyes import Eyes, make_eyes
from duplex_cli.session.look_rate import IDLE_AFTER_S, IDLE_GAP_S, LookRate
from tests.perception_screens import CODE, CodeWindow

GAP_S = 0.1
LINE = "total = price * count;"
KEY_S = 0.12


def test_the_rate_follows_activity() -> None:
    rate = LookRate(GAP_S)
    looks = []
    for step in range(200):
        at = step * GAP_S
        if rate.due(at):
            looks.append(at)
            rate.looked(at, active=abs(at - 12.0) < 0.05)
    gaps = np.diff(looks)
    at = np.array(looks[1:])
    assert gaps[at <= IDLE_AFTER_S].max() == pytest.approx(GAP_S)
    assert gaps[(at > IDLE_AFTER_S + 2 * IDLE_GAP_S) & (at < 11.9)].min() == pytest.approx(IDLE_GAP_S)
    assert gaps[(at > 12.0) & (at < 12.0 + IDLE_AFTER_S)].max() == pytest.approx(GAP_S)
    assert gaps[-3:].min() == pytest.approx(IDLE_GAP_S)


def test_a_slow_full_rate_is_never_exceeded() -> None:
    rate = LookRate(0.5)
    rate.looked(0.0, active=False)
    assert not rate.due(0.4) and rate.due(0.5)
    rate.looked(10.0, active=False)
    assert not rate.due(10.0 + IDLE_GAP_S) and rate.due(10.5)


@pytest.fixture
def eyes() -> Eyes:
    return make_eyes(settle_s=0.4)


def live(
    eyes: Eyes, screen: Callable[[float], np.ndarray], seconds: float, rate: LookRate | None
) -> tuple[list[float], list[tuple[float, str]]]:
    """(times of the looks, (when told, text)) with the rate, or at full rate without one."""
    looks, told = [], []
    for step in range(round(seconds / GAP_S)):
        at = round(step * GAP_S, 3)
        if rate is not None and not rate.due(at):
            continue
        looks.append(at)
        told += [(at, p.text) for p in eyes.feed(screen(at), at)]
        if rate is not None:
            rate.looked(at, eyes.busy)
    return looks, told


def desktop(at: float) -> np.ndarray:
    """An editor with a caret that blinks (0.53 s) and a clock that ticks; from 20 s a line is typed."""
    keys = int(np.clip((at - 20.0) / KEY_S, 0, len(LINE)))
    lines = [*CODE[:6], LINE[:keys]]
    on = int(at / 0.53) % 2 == 0
    clock = f"12:00:{int(at) % 60:02d}"
    caret = (6, keys) if on else None
    return CodeWindow(lines, width=640, height=240, title="store.py", clock=clock, caret=caret).draw()


def test_an_idle_desktop_is_looked_at_seldom_and_typing_is_seen_as_soon(eyes: Eyes) -> None:
    looks, told = live(eyes, desktop, 26.0, LookRate(GAP_S))
    idle = [at for at in looks if 12.0 <= at < 20.0]  # by then the clock is known for one
    assert len(idle) <= 8.0 / IDLE_GAP_S + 1
    last_key = 20.0 + len(LINE) * KEY_S
    [seen_at] = [at for at, text in told if text == LINE]
    _, always = live(make_eyes(settle_s=0.4), desktop, 26.0, None)
    [full_rate_at] = [at for at, text in always if text == LINE]
    assert seen_at - last_key < 0.5 and seen_at == pytest.approx(full_rate_at)
    typing = [at for at in looks if 20.5 <= at <= seen_at]
    assert np.diff(typing).max() == pytest.approx(GAP_S)
