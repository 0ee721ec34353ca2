"""The parts under the sound device: queues, the exchange, the pacer, the rate bridge, the echo canceller."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duplex_cli.capture.audio import FLOOR_DBFS, SampleQueue, level_dbfs, silence
from duplex_cli.capture.device_stream import RateBridge
from duplex_cli.capture.echo import FRAME, EchoCanceller
from duplex_cli.capture.exchange import BLOCK, Exchange, Pacer
from duplex_cli.capture.sound_host import LEAD, Jitter
from duplex_cli.clock import SampleClock
from duplex_cli.stream import SAMPLE_RATE


def ramp(start: int, n: int) -> np.ndarray:
    """Samples that tell their own index."""
    return np.arange(start, start + n, dtype=np.float32)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 80)), max_size=30))
def test_a_queue_gives_every_sample_once_and_in_order(steps: list[tuple[int, int]]) -> None:
    queue, pushed, taken = SampleQueue(), 0, []
    for push, take in steps:
        queue.push(ramp(pushed, push))
        pushed += push
        taken.append(queue.take(take))
        assert taken[-1].size <= take
    taken.append(queue.take(pushed))
    assert np.array_equal(np.concatenate(taken), ramp(0, pushed))
    assert len(queue) == 0


def test_levels() -> None:
    assert level_dbfs(np.ones(100, np.float32)) == pytest.approx(0.0)
    sine = np.sin(2 * np.pi * np.arange(SAMPLE_RATE) * 440 / SAMPLE_RATE).astype(np.float32)
    assert level_dbfs(sine) == pytest.approx(-3.01, abs=0.01)
    assert level_dbfs(silence(10)) == level_dbfs(silence(0)) == FLOOR_DBFS


def test_only_the_owner_moves_samples() -> None:
    clock = SampleClock(SAMPLE_RATE)
    exchange = Exchange(lambda start, n: ramp(start, n), clock.advance, keep_heard=True)
    exchange.hand_over("device")
    assert np.array_equal(exchange.move("device", ramp(0, 160)), ramp(0, 160))
    assert not exchange.move("other", ramp(0, 160)).any()
    exchange.hand_over("other")
    assert not exchange.move("device", ramp(0, 160)).any()
    assert np.array_equal(exchange.move("other", ramp(160, 40)), ramp(160, 40))
    assert (clock.samples, exchange.passed) == (200, 200)
    assert np.array_equal(exchange.heard.take(999), ramp(0, 200))
    assert np.array_equal(exchange.spoken.take(999), ramp(0, 200))


def test_an_error_of_render_is_told_to_the_reader() -> None:
    def broken(start: int, n: int) -> np.ndarray:
        raise KeyError("broken")

    exchange = Exchange(broken, lambda n: None, keep_heard=False)
    exchange.hand_over("device")
    with pytest.raises(KeyError):
        exchange.move("device", silence(160))
    with pytest.raises(KeyError):
        exchange.check()


def test_the_pacer_makes_up_for_lost_time_and_stops_when_the_device_takes_over() -> None:
    clock, pulls = SampleClock(SAMPLE_RATE), []

    def render(start: int, n: int) -> np.ndarray:
        pulls.append((start, n))
        return silence(n)

    exchange = Exchange(render, clock.advance, keep_heard=True)
    pacer = Pacer(exchange, late_s=2.0)
    pacer.start()
    clock.wait_until(2.1)  # two seconds at once, and a tenth in real time
    exchange.hand_over("device")
    before = exchange.passed
    pacer.close()
    assert exchange.passed == before == sum(n for _, n in pulls) == clock.samples
    assert [start for start, _ in pulls] == list(range(0, before, BLOCK))
    assert "duplex-pacer" not in {t.name for t in threading.enumerate()}


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000])
def test_a_device_of_another_rate_loses_no_samples(rate: int) -> None:
    heard: list[np.ndarray] = []

    def move(block: np.ndarray) -> np.ndarray:
        heard.append(block)
        return block

    bridge = RateBridge(rate, move)
    t = np.arange(rate) / rate
    tone = (0.5 * np.sin(2 * np.pi * 440 * t)).astype(np.float32)
    out = np.concatenate([bridge.exchange(block) for block in np.array_split(tone, 97)])
    assert out.size == tone.size
    total = sum(block.size for block in heard)
    assert 0 <= SAMPLE_RATE - total < SAMPLE_RATE // 10  # the filter still holds the last part
    # Through both filters the tone is as loud as before, and has no gap once it has begun.
    steady = out[rate // 2 :]
    assert level_dbfs(steady) == pytest.approx(level_dbfs(tone), abs=0.2)
    assert np.abs(steady).reshape(-1, rate // 100).max(axis=1).min() > 0.4


def test_late_speech_keeps_its_place() -> None:
    jitter = Jitter()
    assert not jitter.take(LEAD).any()
    jitter.push(ramp(0, 160))
    assert np.array_equal(jitter.take(160), ramp(0, 160))
    missing = jitter.take(100)  # nothing there: silence is played in place of samples 160 to 260
    assert not missing.any()
    jitter.push(ramp(160, 160))
    assert np.array_equal(jitter.take(60), ramp(260, 60))
    assert jitter.gaps == 1


def test_own_speech_is_cancelled_and_a_person_is_not(tmp_path) -> None:
    rng = np.random.default_rng(3)
    seconds = 6
    n = seconds * SAMPLE_RATE
    envelope = np.repeat(rng.uniform(0, 1, seconds * 8) > 0.4, SAMPLE_RATE // 8)
    far = (0.2 * rng.standard_normal(n) * envelope).astype(np.float32)
    room = np.zeros(3200)
    room[1280:] = rng.standard_normal(1920) * np.exp(-np.arange(1920) / 400) * 0.01  # 80 ms away
    echo = np.convolve(far, room)[:n].astype(np.float32)
    t = np.arange(n) / SAMPLE_RATE
    person = (0.2 * np.sin(2 * np.pi * 220 * t) * (np.sin(2 * np.pi * 3 * t) > 0) * (t > 5)).astype(
        np.float32
    )

    def cleaned(near: np.ndarray) -> tuple[np.ndarray, float | None]:
        canceller = EchoCanceller(0.08)
        canceller.feed(near, far)
        return canceller.take(n), canceller.erle_db

    alone, erle = cleaned(echo)
    assert alone.size == n and n % FRAME == 0
    settled = slice(2 * SAMPLE_RATE, None)
    assert level_dbfs(alone[settled]) < level_dbfs(echo[settled]) - 20
    assert erle is not None and erle > 20
    both, _ = cleaned(echo + person)
    talk = slice(5 * SAMPLE_RATE, None)
    assert level_dbfs(both[talk]) > level_dbfs(person[talk]) - 6
    quiet, none = EchoCanceller(0.0), None
    assert quiet.erle_db is none
