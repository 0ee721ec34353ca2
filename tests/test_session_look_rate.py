"""Looking is seldom while nothing happens and at full rate while something does, in simulated time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from duplex_cli.perception.eyes import Eyes, make_eyes
from duplex_cli.session.look_rate import BUSY_RATE, IDLE_AFTER_S, IDLE_GAP_S, LookRate
from tests.perception_screens import CODE, CodeWindow

GAP_S, STEP_S = 0.1, 0.05
"""The usual gap, and the least: twice the rate while text changes."""

LINE = "total = price * count;"
KEY_S = 0.12


def test_the_rate_follows_activity() -> None:
    rate = LookRate(GAP_S)
    looks = []
    for step in range(400):
        at = step * STEP_S
        if rate.due(at):
            looks.append(at)
            rate.looked(at, active=12.0 < at < 13.0)
    gaps, at = np.diff(looks), np.array(looks[1:])

    def between(a: float, b: float) -> list[float]:
        return [float(gap) for gap, when in zip(gaps, at, strict=True) if a < when < b]

    assert min(between(1.0, IDLE_AFTER_S)) == pytest.approx(GAP_S) == max(between(1.0, IDLE_AFTER_S))
    assert min(between(3.0, 12.0)) == pytest.approx(IDLE_GAP_S)
    assert max(between(12.5, 13.0)) == pytest.approx(GAP_S / BUSY_RATE)
    assert min(between(13.2, 14.9)) == pytest.approx(GAP_S) == max(between(13.2, 14.9))
    assert min(between(16.0, 20.0)) == pytest.approx(IDLE_GAP_S)


def test_a_slow_full_rate_is_never_exceeded() -> None:
    rate = LookRate(0.5)
    rate.looked(0.0, active=False)
    assert not rate.due(0.2) and rate.due(0.25)  # the first sight
    rate.looked(0.25, active=False)
    assert not rate.due(0.7) and rate.due(0.75)
    rate.looked(10.0, active=False)
    assert not rate.due(10.0 + IDLE_GAP_S) and rate.due(10.5)


@pytest.fixture
def eyes() -> Eyes:
    return make_eyes(settle_s=0.4)


def live(
    eyes: Eyes, screen: Callable[[float], np.ndarray], seconds: float, rate: LookRate | None
) -> tuple[list[float], list[tuple[float, str]]]:
    """(times of the looks, (when told, text)) with the rate, or always at the least gap."""
    looks, told = [], []
    for step in range(round(seconds / STEP_S)):
        at = round(step * STEP_S, 3)
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
    assert np.diff(typing).max() == pytest.approx(STEP_S)
