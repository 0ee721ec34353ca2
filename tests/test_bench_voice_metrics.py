"""tau-voice metrics: the golden simulations of tau2-bench digit for digit, and each rule on its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from duplex_cli.bench.voice_metrics import Effect, Tally, Tick, count, report

GOLDEN = Path(__file__).parents[2] / "shared" / "data" / "tau_voice"
if not GOLDEN.is_dir():  # a worktree lies one folder deeper
    GOLDEN = Path("/work/shared/data/tau_voice")


def simulation(path: Path) -> list[Tick]:
    """Ticks of a simulation as tau2-bench stores it."""
    ticks = []
    for stored in json.loads(path.read_text())["ticks"]:
        user, agent = stored["user_chunk"] or {}, stored["agent_chunk"] or {}
        action = (user.get("turn_taking_action") or {}).get("action")
        effects: list[tuple[Effect, str]] = []
        for source in ("source_effects", "speech_effects"):
            insert = (user.get(source) or {}).get("speech_insert")
            if insert:
                kind: Effect = "vocal_tic" if insert["type"] == "vocal_tic" else "non_directed"
                effects.append((kind, insert["text"]))
        ticks.append(
            Tick(
                bool(user.get("contains_speech")),
                bool(agent.get("contains_speech")),
                action == "backchannel",
                tuple(effects),
            )
        )
    return ticks


@pytest.mark.skipif(not GOLDEN.is_dir(), reason="the golden simulations lie in ../shared")
def test_the_golden_simulations_give_the_expected_metrics_exactly() -> None:
    tally = Tally()
    paths = sorted((GOLDEN / "experiment" / "simulations").glob("*.json"))
    for path in paths:
        count(tally, simulation(path))
    assert len(paths) == 3
    assert report(tally) == json.loads((GOLDEN / "expected_metrics.json").read_text())


def ticks(user: str, agent: str, effects: str = "", backchannel_at: int = -1) -> list[Tick]:
    """One character a tick: "#" speaks. In `effects` "t" is a vocal tic, "n" non-directed speech."""
    kinds: dict[str, tuple[tuple[Effect, str], ...]] = {
        "t": (("vocal_tic", "x"),),
        "n": (("non_directed", "x"),),
    }
    return [
        Tick(u == "#", a == "#", i == backchannel_at, kinds.get(e, ()))
        for i, (u, a, e) in enumerate(zip(user, agent, effects.ljust(len(user)), strict=True))
    ]


@pytest.mark.parametrize(
    ("name", "made", "expected"),
    [
        (
            "answered after two ticks",
            ticks("###......", ".....###."),
            {"response_rate": 1.0, "response_latency_mean": pytest.approx(0.4)},
        ),
        ("not answered before the user goes on", ticks("##..##...", ".......##"), {"response_rate": 0.5}),
        (
            "yields after three ticks",
            ticks("...#####....", "######......"),
            {"yield_rate": 1.0, "yield_latency_mean": pytest.approx(0.6)},
        ),
        ("talks on", ticks(".." + "#" * 14, "#" * 16), {"yield_rate": 0.0, "yield_latency_mean": None}),
        (
            "a backchannel is no turn and is talked through",
            ticks("..##......", "##########", backchannel_at=2),
            {"selectivity_backchannel": 1.0, "yield_rate": None, "response_rate": None},
        ),
        (
            "stops for a backchannel",
            ticks("..##......", "####......", backchannel_at=2),
            {"selectivity_backchannel": 0.0},
        ),
        (
            "answers a cough in silence",
            ticks("..........", ".....##...", "..t......."),
            {"selectivity_vocal_tic": 0.0},
        ),
        (
            "stays silent at a cough",
            ticks("....................", "..................#.", "..t......."),
            {"selectivity_vocal_tic": 1.0},
        ),
        (
            "stops for talk to somebody else",
            ticks("..........", "#####.....", "..nn......"),
            {"selectivity_non_directed": 0.0},
        ),
        (
            "begins while the user speaks",
            ticks("#####...", "...###.#"),
            {"agent_interruption_rate": None, "counts_interrupts": 1},
        ),
        ("the stop signal is dropped", ticks("##.....#", "...##..."), {"response_rate": 1.0}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_rule(name: str, made: list[Tick], expected: dict[str, Any]) -> None:
    tally = Tally()
    count(tally, made)
    found = report(tally)
    for key, value in expected.items():
        if key == "counts_interrupts":
            assert found["counts"]["agent_interrupts_count"] == value
        else:
            assert found[key] == value, key
