"""`duplex bench translate`, and the two models side by side in `duplex bench tick`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from duplex_cli.bench import translate, translators
from duplex_cli.bench.step import compare
from duplex_cli.cli.bench import app
from duplex_cli.errors import UserError
from duplex_cli.interaction.engine import EngineSettings
from duplex_cli.interaction.model import InteractionModel
from duplex_cli.profiles import load_named

SENTENCE = "Mi hermana vive en una casa grande cerca del mar."
PAIR = f"{SENTENCE}\tMy sister lives in a big house near the sea.\n"


def test_a_sentence_is_told_in_pieces_and_ends_with_a_pause() -> None:
    told = translate.percepts(SENTENCE)
    heard = [p for p in told if p.kind == "hear"]
    assert " ".join(p.text for p in heard) == SENTENCE
    assert all(1 <= len(p.text.split()) <= translate.LONGEST_PIECE and p.lang == "es" for p in heard)
    assert [p.at for p in told] == sorted(p.at for p in told)
    assert told[-1].kind == "pause"
    assert told == translate.percepts(SENTENCE)


def test_the_model_speaks_for_itself_and_the_same_each_time(models: dict[str, Path]) -> None:
    profile = load_named("translate")
    model = InteractionModel(models["duplex-270m"], profile.task, EngineSettings())
    first = translate.spoken(model, profile, SENTENCE)
    assert translate.spoken(model, profile, SENTENCE) == first
    assert {"sister", "house"} & set(first.lower().replace(".", "").split()), first
    model.close()


def test_a_plain_model_answers_by_examples_one_line_each(models: dict[str, Path]) -> None:
    made = list(translators.few_shot(models["duplex-270m"], EngineSettings(), [SENTENCE, SENTENCE]))
    assert len(made) == 2
    assert made[0] == made[1]
    assert "\n" not in made[0]


@pytest.mark.skipif(not translators.has_apertium(), reason="apertium is not installed")
def test_apertium_keeps_sentences_apart() -> None:
    made = translators.apertium([SENTENCE, "El perro duerme", "¿Qué hora es?"])
    assert len(made) == 3
    assert "sister" in made[0]
    assert "dog" in made[1]


def test_figures_of_known_translations() -> None:
    references = ["My sister lives in a big house near the sea.", "The dog sleeps in the garden today."]
    assert translate.row("same", references, references) == {"system": "same", "bleu": 100.0, "chrf": 100.0}
    mixed = translate.row("mixed", [references[0], "Nothing of it."], references)
    assert 0 < mixed["bleu"] < 100
    assert 0 < mixed["chrf"] < 100
    assert translate.row("none", ["", ""], references)["chrf"] == 0.0


@pytest.mark.parametrize(
    ("content", "said"),
    [("# nothing\n\n", "holds no pairs"), ("a\tb\nsolo\n", "line 2"), ("a\t\n", "line 1")],
)
def test_items_that_are_no_pairs_are_a_sentence(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=said):
        translate.load_pairs(path)


def test_the_items_are_enough_and_none_is_shown_to_the_base() -> None:
    pairs = translate.load_pairs(translate.PAIRS)
    assert len({spanish for spanish, _ in pairs}) >= 300
    assert not {spanish for spanish, _ in pairs} & {spanish for spanish, _ in translators.WORKED}


def test_the_command_prints_one_object(tmp_path: Path, models: dict[str, Path]) -> None:
    items = tmp_path / "pairs.tsv"
    items.write_text(PAIR * 2, encoding="utf-8")
    run = CliRunner().invoke(
        app, ["translate", "--items", str(items), "--limit", "1", "--compare", "", "--json"]
    )
    assert run.exit_code == 0, run.output
    figures = json.loads(run.stdout)
    assert figures["pairs"] == 1
    assert [set(row) for row in figures["rows"]] == [{"system", "bleu", "chrf"}]


def test_an_unknown_system_is_a_sentence(tmp_path: Path) -> None:
    run = CliRunner().invoke(app, ["translate", "--compare", "deepl"])
    assert isinstance(run.exception, UserError)
    assert "choose of base, apertium" in str(run.exception)


def test_two_models_are_measured_in_turns(models: dict[str, Path]) -> None:
    figures = compare(models["duplex-270m"], models["duplex-270m"], EngineSettings(), steps=2)
    assert figures["compared_steps"] == 2
    assert figures["built_step_ms"] > 0
    ratio = figures["built_step_ms"] / figures["base_step_ms"]
    assert figures["built_over_base"] == pytest.approx(ratio, rel=0.02)
