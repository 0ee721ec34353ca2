"""Calls held to the tools' schemas while they are generated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tiny_gemma import write_tiny

from duplex_cli.background.offer import Offer
from duplex_cli.interaction import protocol
from duplex_cli.interaction.engine import EngineSettings
from duplex_cli.interaction.model import InteractionModel, StepRequest
from duplex_cli.session.call_schema import forms_of

NUMBER = {"type": "integer"}
TEXT = {"type": "string"}


def tool(name: str, **properties: dict) -> Offer:
    return Offer(name, {"type": "object", "properties": properties, "required": list(properties)}, "read")


FORMS = forms_of(
    [
        tool("weather", city=TEXT),
        tool("volume", level=NUMBER),
        tool("lights", room={"enum": ["kitchen", "living room"]}, level=NUMBER),
        tool("run_tests"),
    ]
)


@pytest.mark.parametrize(
    ("text", "viable", "complete"),
    [
        ("", True, False),
        (" wea", True, False),
        (" weather:", True, False),
        (" weather: Madrid, Spain", True, True),
        (" weathe: x", False, False),
        (" email: x", False, False),
        (" volume: th", True, False),
        (" volume: thirty", True, True),
        (" volume: 30", True, True),
        (" volume: loud", False, False),
        (" lights: kit", True, False),
        (" lights: garden", False, False),
        (" lights: kitchen", True, False),
        (" lights: kitchen, five", True, True),
        (" lights: kitch, five", False, False),
        (" run_tests", True, False),
        (" run_tests:", True, True),
        (" run_tests: x", False, False),
        (" every ten seconds: drink", True, True),
        (" everything", False, False),
        (" weather: Mad\nrid", False, True),
    ],
)
def test_what_a_call_can_become(text: str, viable: bool, complete: bool) -> None:
    assert FORMS.viable(text) is viable
    if complete:
        assert FORMS.complete(text)
    elif text and not text.endswith("run_tests"):
        assert not FORMS.complete(text)


def test_the_likeliest_token_that_fits_is_taken() -> None:
    pieces = [b"\n", b" loud", b" thirty", b" email"]
    logits = np.array([3.0, 9.0, 2.0, 8.0], np.float32)
    assert FORMS.likeliest(logits, b" volume:", pieces.__getitem__, 0) == 2
    assert FORMS.likeliest(logits, b" volume: thirty", pieces.__getitem__, 0) == 0
    assert FORMS.likeliest(logits, b" weather:", pieces.__getitem__, 0) == 1


def test_a_model_that_would_write_a_word_writes_a_number(tmp_path: Path) -> None:
    chain = (protocol.PROMPT, "call", "▁weather", ":", "▁Paris", protocol.END)
    write_tiny(tmp_path / "model.gguf", chain=chain)
    request = StepRequest(moment="1 hear weather", threshold=0.1, budget=40, permitted=frozenset({"call"}))
    for schema, fits in ((TEXT, lambda text: text == " weather: Paris"), (NUMBER, _is_number)):
        model = InteractionModel(
            tmp_path / "model.gguf",
            "Tools: weather(city).",
            EngineSettings(threads=1),
            forms=forms_of([tool("weather", city=schema)]),
        )
        result = model.step(request)
        assert fits(result.text), result.text
        model.close()


def _is_number(text: str) -> bool:
    head, _, value = text.partition(":")
    return head == " weather" and FORMS.viable(f" volume:{value}") and "Paris" not in value


def test_a_call_whose_beginning_is_given(tmp_path: Path) -> None:
    write_tiny(
        tmp_path / "model.gguf", chain=(protocol.PROMPT, "call", "▁weather", ":", "▁Paris", protocol.END)
    )
    model = InteractionModel(
        tmp_path / "model.gguf", "Help.", EngineSettings(threads=1), forms=forms_of([tool("stop_it", x=TEXT)])
    )
    request = StepRequest(moment="1 hear no", threshold=0.5, budget=40, force="call", begins=" stop_it:")
    assert model.step(request).text.startswith(" stop_it:")
    model.close()
