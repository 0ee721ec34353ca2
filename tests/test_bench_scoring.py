"""A stream read in one pass: the same gates and words as in a session that goes line by line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from bench_material import LINES, STREAM, TASK

from duplex_cli.bench.decisions import judge
from duplex_cli.interaction import protocol
from duplex_cli.interaction.engine import Engine, EngineSettings
from duplex_cli.interaction.gate import probabilities
from duplex_cli.interaction.model import InteractionModel, StepRequest
from duplex_cli.interaction.scoring import BATCH, Scorer


@pytest.fixture(scope="module")
def scorer(models: dict[str, Path]) -> Iterator[Scorer]:
    made = Scorer(models["duplex-270m"], EngineSettings(batch=BATCH))
    yield made
    made.close()


def test_the_gate_read_in_one_pass_is_that_of_a_session(scorer: Scorer, mind: InteractionModel) -> None:
    """A session decodes line by line; the same lines in one pass give the same numbers."""
    lines = LINES[:6]
    encoded = scorer.encode(TASK, [(line.moment, line.act) for line in lines])
    ours = [scorer.gate(r) for r in scorer.rows(encoded.tokens, encoded.starts)]
    mind.reset(TASK)
    for n, line in enumerate(lines):
        mind.reset(TASK)
        mind.preload([(before.moment, before.act) for before in lines[:n]])
        gate = mind.step(StepRequest(moment=line.moment, threshold=2.0, budget=1)).gate
        assert gate is not None
        # The same tokens in other batches: llama.cpp's kernels round differently.
        assert ours[n]["silent"] == pytest.approx(gate.silent, abs=0.03)
        assert ours[n]["call"] == pytest.approx(gate.call, abs=0.03)


def test_logits_are_those_of_an_engine_fed_token_by_token(models: dict[str, Path], scorer: Scorer) -> None:
    encoded = scorer.encode(TASK, [(line.moment, line.act) for line in LINES[:3]])
    ours = [r.copy() for r in scorer.rows(encoded.tokens, encoded.starts)]
    engine = Engine(models["duplex-270m"], EngineSettings(batch=8))
    wanted = iter(zip(encoded.starts, ours, strict=True))
    at, logits = next(wanted)
    for n, token in enumerate(encoded.tokens):
        engine.append([token], n)
        if n + 1 == at:
            assert np.corrcoef(engine.logits(), logits)[0, 1] > 0.999
            at, logits = next(wanted, (-1, logits))
    engine.close()
    assert at == -1


def test_what_it_writes_is_what_the_session_would_say(scorer: Scorer, mind: InteractionModel) -> None:
    mind.reset(TASK)
    said = mind.step(StepRequest(moment="25 due drink water", threshold=0.0, budget=48, force="say")).text
    tokens = scorer.encode(TASK, [("25 due drink water", "")]).tokens[:-1]
    assert scorer.write(tokens, "say", 48) == said.strip() != ""
    # Whatever the context held before, the words are the same; and a limit is one.
    list(scorer.rows(scorer.encode("Count.", [("1 rep 1", "say One.")]).tokens, [5]))
    assert scorer.write(tokens, "say", 48) == said.strip()
    assert said.strip().startswith(scorer.write(tokens, "say", 1))


def test_a_stream_is_judged_whole(scorer: Scorer) -> None:
    found = judge(scorer, STREAM)
    assert len(found) == len(LINES)
    assert [j.content is not None for j in found] == [n in (2, 4, 7) for n in range(len(LINES))]
    assert found[4].content is True, "the default model words a reminder"
    direct = scorer.encode(TASK, [(line.moment, line.act) for line in LINES])
    (logits,) = scorer.rows(direct.tokens, [direct.starts[10]])
    to_go_on, to_yield = (scorer.vocabulary.tokenize(w)[0] for w in (protocol.CONTINUE, protocol.YIELD))
    p = probabilities(logits, {"say": to_go_on, "yield": to_yield})
    assert found[10].p_act == pytest.approx(p["yield"], abs=0.01)
    assert [j.content for j in judge(scorer, STREAM, words=False)] == [None] * len(LINES)
