"""`duplex bench voice`: its files, its room, and how it judges; one dialogue through the real audio path."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from duplex_cli.bench.voice_items import Dialogue, Echo, Spoken, Utterance, load_dialogues
from duplex_cli.bench.voice_report import report, ticks_of
from duplex_cli.bench.voice_room import EchoPath, bodily, far, noise
from duplex_cli.bench.voice_run import Heard, VoiceRunner, sounding
from duplex_cli.bench.voice_speak import Laid
from duplex_cli.errors import UserError
from duplex_cli.interaction.engine import EngineSettings
from duplex_cli.profiles import load_named
from duplex_cli.session.assemble import ModelChoice
from duplex_cli.stream import SAMPLE_RATE

OURS = Path(__file__).parents[1] / "duplex_cli" / "bench" / "data" / "voice.jsonl"


def test_our_dialogues_are_many_and_of_every_kind() -> None:
    items = load_dialogues(OURS)
    assert len(items) >= 200 and len({item.id for item in items}) == len(items)
    kinds = {u.kind for item in items for u in item.user}
    assert kinds == {"turn", "backchannel", "vocal_tic", "non_directed"}
    assert sum(u.holds for item in items for u in item.user) >= 50
    assert {(e.db, e.delay_ms) for item in items if (e := item.echo)} == {
        (db, ms) for db in (-10.0, -20.0) for ms in (50.0, 80.0, 150.0)
    }


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "line 1"),
        ('{"id": "a", "duration": 5, "user": [{"at": 1}]}', "exactly one of say, sound, wav"),
        ('{"id": "a", "duration": 5, "user": [{"at": 9, "say": "hi"}]}', "after the end"),
        ('{"id": "a", "duration": 5, "user": [{"at": 1, "wav": "no.wav"}]}', "no recording no.wav"),
        ('{"id": "a", "duration": 5, "echo": {"db": 3}}', "db"),
        ('{"id": "a", "duration": 5, "mood": 1}', "mood"),
        ("", "no dialogues"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, line: str, complaint: str) -> None:
    path = tmp_path / "items.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(UserError, match=complaint):
        load_dialogues(path)


def test_the_echo_comes_late_quiet_and_the_same_however_it_is_cut() -> None:
    played = np.zeros(SAMPLE_RATE, np.float32)
    played[100] = 0.5
    whole = EchoPath(Echo(db=-20.0, delay_ms=80.0)).feed(played)
    first = int(np.flatnonzero(np.abs(whole) > 1e-3)[0])
    assert first == 100 + round(0.08 * SAMPLE_RATE)
    assert np.sqrt(np.square(whole).sum()) == pytest.approx(0.05, rel=0.02)
    path = EchoPath(Echo(db=-20.0, delay_ms=80.0))
    pieces = np.concatenate([path.feed(part) for part in np.split(played, 10)])
    np.testing.assert_allclose(pieces, whole, atol=1e-6)


def test_the_room_is_the_same_each_time_and_far_is_quieter() -> None:
    np.testing.assert_array_equal(bodily("cough", 3), bodily("cough", 3))
    assert 20 * np.log10(np.sqrt(np.square(noise(2.0, -50.0, 1)).mean())) == pytest.approx(-50.0, abs=0.1)
    speech = noise(1.0, -20.0, 2)
    level = np.sqrt(np.square(far(speech)).sum() / np.square(speech).sum())
    assert -16.0 < 20 * np.log10(level) < -11.0


def test_stretches_of_own_speech_bridge_the_gaps_between_words() -> None:
    played = np.zeros(4 * SAMPLE_RATE, np.float32)
    played[8000:16000] = played[20000:24000] = 0.1
    played[56000:57600] = 0.1
    assert sounding(played) == [(0.5, 1.5), (3.5, 3.6)]


def heard(item: Dialogue, user: list[Laid], agent: list[tuple[float, float]], **begun: Any) -> Heard:
    """A dialogue in which the remarks `r0`, `r1`, … begin at their times, with their words."""
    lines: list[dict[str, Any]] = []
    for name, (at, text) in begun.items():
        number = int(name[1:])
        act = {"kind": "say", "text": text, "remark": number}
        lines.append({"turn": {"index": 0, "at": at, "acts": [act]}})
        lines.append({"event": "started", "remark": number, "at": at})
    return Heard(item, tuple(user), tuple(agent), tuple(lines), (), 0, None)


def laid(start: float, end: float, **keys: Any) -> Laid:
    return Laid(Utterance(say="x", **keys), start, end)


ITEM = Dialogue(id="x", duration=12.0)


def figures(*made: Heard) -> dict[str, Any]:
    return report(made, "m", "here", True)


def test_a_turn_that_is_answered() -> None:
    found = figures(heard(ITEM, [laid(1.0, 3.0)], [(3.5, 6.0)], r0=(3.5, "You could try Spanish.")))
    assert found["turn_takeover"] == 1.0 and found["false_interjections_per_hour"] == 0.0
    assert found["response_latency_mean"] == pytest.approx(0.4)
    assert found["exact"]["response_s"]["mean"] == pytest.approx(0.5)


def test_a_pause_within_a_turn_that_is_taken_and_one_that_is_not() -> None:
    turn = [laid(1.0, 3.0, holds=True), laid(3.9, 6.0)]
    kept = figures(heard(ITEM, turn, [(6.6, 8.0)], r0=(6.6, "Sounds like a good plan.")))
    assert kept["pause_takeover"] == 0.0 and kept["agent_interruption_rate"] == 0.0
    taken = figures(heard(ITEM, turn, [(3.4, 5.5)], r0=(3.4, "Sounds like a good plan.")))
    assert taken["pause_takeover"] == 1.0 and taken["counts"]["agent_interrupts_count"] == 1
    short = figures(heard(ITEM, turn, [(3.4, 3.7)], r0=(3.4, "Mm-hm.")))
    assert short["pause_takeover"] == 0.0  # under a second and few words: no takeover


SCRIPTED = Dialogue(id="x", duration=12.0, agent=(Spoken(at=2.0, say="A long story."),))
STORY = (2.0, "A long story.")


def test_what_is_said_over_own_speech() -> None:
    stopped, went_on = [(2.0, 4.5)], [(2.0, 9.0)]
    interruption, okay = [laid(4.0, 6.0)], [laid(4.0, 4.5, kind="backchannel")]
    assert figures(heard(SCRIPTED, interruption, stopped, r0=STORY))["yield_rate"] == 1.0
    assert figures(heard(SCRIPTED, interruption, went_on, r0=STORY))["yield_rate"] == 0.0
    assert figures(heard(SCRIPTED, okay, stopped, r0=STORY))["selectivity_backchannel"] == 0.0
    assert figures(heard(SCRIPTED, okay, went_on, r0=STORY))["selectivity_backchannel"] == 1.0
    cough = [laid(4.0, 4.5, kind="vocal_tic")]
    assert figures(heard(SCRIPTED, cough, went_on, r0=STORY))["selectivity_vocal_tic"] == 1.0


def test_the_fade_of_a_stop_makes_no_tick_of_speech() -> None:
    ticks = ticks_of(heard(SCRIPTED, [laid(4.0, 6.0)], [(2.0, 4.63)], r0=STORY))
    assert [tick.agent for tick in ticks[22:25]] == [True, False, False]


def test_own_words_heard_while_nobody_speaks_are_a_self_trigger() -> None:
    made = heard(SCRIPTED, [], [(2.0, 9.0)], r0=STORY)
    echo = {"turn": {"index": 20, "at": 4.2, "percepts": [{"at": 4.1, "kind": "hear", "text": "story"}]}}
    assert figures(made)["counts"]["self_triggers"] == 0
    assert figures(dataclasses.replace(made, lines=(*made.lines, echo)))["counts"]["self_triggers"] == 1


def test_a_remark_that_nobody_called_for_is_a_false_interjection() -> None:
    side = [laid(1.0, 2.0, kind="non_directed")]
    found = figures(heard(ITEM, side, [(3.0, 4.0)], r0=(3.0, "Dinner is ready.")))
    assert found["false_interjections_per_hour"] == 300.0  # one in 12 s
    assert found["selectivity_non_directed"] == 0.0


def test_an_interruption_stops_it_and_a_cough_does_not(models: dict[str, Path], tmp_path: Path) -> None:
    choice = ModelChoice("duplex-270m", models["duplex-270m"], False, EngineSettings(threads=1))
    runner = VoiceRunner(choice, load_named, lambda _: models["moonshine-tiny-en"], tmp_path, tmp_path)
    story = Spoken(at=0.6, say="We hiked for about four hours, and the view from there was worth every step.")
    keys: dict[str, Any] = {"duration": 6.5, "agent": (story,), "echo": Echo(), "task": "Stay silent."}
    wait = Utterance(at=2.5, say="Wait, what is the weather like?", voice="hibari@1.1", expects=False)
    cough = Utterance(at=2.5, sound="cough", kind="vocal_tic")
    try:
        stopped = runner.run(Dialogue(id="stop", user=(wait,), **keys))
        went_on = runner.run(Dialogue(id="on", user=(cough,), **keys))
    finally:
        runner.close()
    assert 2.7 < stopped.agent[-1][1] < 3.7
    assert went_on.agent[-1][1] > 4.0  # the end of the story
    found = report([stopped, went_on], "m", "here", True)
    assert found["yield_rate"] == 1.0 and found["selectivity_vocal_tic"] == 1.0
    assert found["counts"]["self_triggers"] == 0
    assert json.dumps(found)
