"""A model that calls a tool that is not there, or asks where nobody answers: told, not spoken, harmless."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_gemma import write_tiny

from duplex_cli.interaction import protocol
from duplex_cli.interaction.engine import EngineSettings
from duplex_cli.interaction.model import InteractionModel
from duplex_cli.profile import check
from duplex_cli.session.state import State
from duplex_cli.session.tick import NOBODY_TO_ASK, tick
from duplex_cli.stream import TICK_S, Act, Percept

TASK = "Tools: weather(city). You may ask the background model."


@pytest.mark.parametrize(
    ("chain", "note"),
    [
        ((protocol.PROMPT, "call", "▁weather", ":", "▁Paris", protocol.END), "no tool weather"),
        ((protocol.PROMPT, "ask", "▁weather", protocol.END), NOBODY_TO_ASK),
    ],
    ids=["call", "ask"],
)
def test_what_nobody_serves_is_noted_and_changes_nothing(
    tmp_path: Path, chain: tuple[str, ...], note: str
) -> None:
    write_tiny(tmp_path / "model.gguf", chain=chain)
    mind = InteractionModel(tmp_path / "model.gguf", TASK, EngineSettings(threads=1))
    script = [{"at": 2.0, "call": "after 2 seconds: drink water"}]
    profile = check({"name": "test", "task": TASK, "script": script}, "test")
    state = State(profile=profile, mind=mind, day_s=43200.0)
    notes: list[tuple[float, str]] = []
    acts: list[Act] = []
    for index in range(30):
        t = round((index + 1) * TICK_S, 1)
        heard = [Percept(t, "hear", "what is the weather in Paris")] if t in (1.0, 5.0) else []
        state, turn = tick(state, heard, t)
        notes += [(t, line) for line in state.notes]
        acts += turn.acts
    mind.close()
    assert [line for _, line in notes] == [note, "after 2 s: drink water", note]
    assert [act.text for act in acts if act.kind == "call"] == ["after 2 seconds: drink water"]
    (reminder,) = [act for act in acts if act.kind == "say"]
    assert reminder.start_at == 4.0
    assert "drink" in reminder.text.lower()
    assert state.agenda.rules == ()
    assert state.open is None
