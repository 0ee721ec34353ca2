"""Made-up sessions for the timeline page."""

from __future__ import annotations

import base64
import io
import random
from typing import Any

from PIL import Image, ImageDraw

from duplex_cli.stream import TICK_S, Act, GateReading, MicroTurn, Percept, to_json

HEADER: dict[str, Any] = {
    "session": "2026-11-22-0914",
    "profile": "watch",
    "task": "Say it when a line has a mistake that I would want to know about.",
    "model": "gemma-3-270m",
    "started": 1795338840.0,
    "machine": {"cpu": "x86-64", "cores": 2},
    "senses": ["microphone", "screen"],
    "settings": {"gate": {"threshold": 0.6}, "policy": {"cooldown_s": 8.0}},
}


def thumbnail(words: str) -> str:
    image = Image.new("RGB", (320, 180), (30, 34, 45))
    ImageDraw.Draw(image).text((20, 80), words, fill=(230, 235, 245))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def session(seconds: float, seed: int = 1) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(micro-turns, remarks) of a session with speech half of the time and something seen every 5 s."""
    chance = random.Random(seed)
    turns: list[dict[str, Any]] = []
    remarks: list[dict[str, Any]] = []
    for index in range(round(seconds / TICK_S)):
        at = round((index + 1) * TICK_S, 1)
        percepts: list[Percept] = []
        acts: list[Act] = []
        gate, withheld = None, ""
        if index % 100 < 50 and index % 2:
            percepts.append(Percept(at - 0.1, "hear", chance.choice(["the train", "leaves at eight", "and"])))
        if index % 25 == 3:
            percepts.append(
                Percept(at - 0.15, "see", "    return sum(values) / len(value)", "report.py:12", "", "f.png")
            )
        if index % 300 == 299:
            percepts.append(Percept(at + 1.4, "due", "stretch"))
        if percepts:
            say = 0.9 if index % 25 == 3 and chance.random() < 0.3 else 0.05
            gate = GateReading(silent=round(0.99 - say, 3), say=say, call=0.01)
            if say > 0.5:
                number = len(remarks)
                text = f"Line 12, remark {number}: it is called values."
                acts.append(Act("say", text, remark=number))
                remarks.append(
                    {"at": at + 0.3, "end": at + 2.9, "text": text, "kind": "say", "p": say, "remark": number}
                )
            elif index % 25 == 3:
                withheld = "cooldown"
        turn = to_json(MicroTurn(index, at, tuple(percepts), tuple(acts), gate, withheld))
        turn["cost_ms"] = round(12 + 20 * chance.random() + (50 if gate else 0), 3)
        if index % 997 == 500:
            turn |= {"cost_ms": 310.0, "missed": 1}
        turns.append(turn)
    return turns, remarks
