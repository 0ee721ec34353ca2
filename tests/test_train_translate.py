"""Translation and code-switching streams: every phrase is answered once, at a sign that is certain."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from models.train.corpora import table
from models.train.misheard import misheard
from models.train.spanish import grammar_pieces, pieces_of, shown_at
from models.train.streams import Pick, Stream
from models.train.talk import noise
from models.train.translate import plan, translation, untranslated
from models.train.words import frames, switching, words

HELD_OUT = Path(__file__).parents[1] / "duplex_cli" / "bench" / "data" / "spanish.tsv"


@pytest.mark.parametrize(
    ("piece", "word"),
    [
        ("porque no tengo coche", "porque"),
        ("pero llueve", "pero"),
        ("y compré pan", "compré"),
        ("y mi hermana trabaja", "trabaja"),
        ("y Ana compró pan", "compró"),
        ("así que no voy", "que"),
        ("la cena está lista", "está"),
        ("vamos a la playa", "vamos"),
    ],
)
def test_the_word_that_shows_that_the_clause_before_is_over(piece: str, word: str) -> None:
    assert piece.split()[shown_at(piece)] == word


def test_every_phrase_is_told_once_and_never_before_it_has_been_said() -> None:
    for seed in range(200):
        p = Pick(seed, False)
        told = [pieces_of(p), grammar_pieces(p)]
        made = plan(p, told, visible=seed % 2 == 0)
        english = [f"say {e}" for pieces in told for _, e in pieces]
        at = {act: index for index, act in made.due.items()}
        at |= {act: index for index, act in made.paused.items() if act}
        assert sorted(at) == sorted(set(english)), seed
        ends, k = [], 0
        for pieces in told:
            for spanish, _ in pieces:
                k += len(spanish.split())
                ends.append(k - 1)
        # A joined word ("porfavor") moves what follows one place to the left, never more than once a piece.
        assert all(at[act] >= end - n - 1 for n, (act, end) in enumerate(zip(english, ends, strict=True)))


def test_without_the_task_nothing_is_told() -> None:
    for seed in range(20):
        s = Stream(Pick(seed, False), "Count my squats aloud.", "chatter")
        untranslated(s, noise)
        switching(s, noise, told=False)
        assert {line.act for line in s.lines()} == {"."}


def test_a_foreign_word_is_answered_on_its_own_line_and_a_phrase_at_a_certain_sign() -> None:
    for seed in range(40):
        s = Stream(Pick(seed, False), "Give the English word.", "words")
        switching(s, lambda _: None, told=True)
        assert all("hear " in line.moment for line in s.lines() if line.act.startswith("say "))
        s = Stream(Pick(seed, False), "Translate Spanish.", "translate")
        translation(s, lambda _: None)
        told = [line for line in s.lines() if line.act.startswith("say ")]
        assert told and all(re.search(r"hear |pause", line.moment) for line in told)


def test_every_word_has_a_frame_and_every_frame_a_slot() -> None:
    assert all(frames(kind) for _, _, kind in words())
    assert all(text.count("{w}") == 1 for _, text in table("switch_frames"))
    assert all(frame.count("{w}") == 1 for frame, _, _ in table("switch_clauses"))


def test_the_tables_are_whole_and_hold_nothing_of_the_bench() -> None:
    rows = table("spanish")
    assert len(rows) >= 900
    assert all(len(row) % 2 == 0 and all(row) and row[-1][-1] in ".?!" for row in rows)
    held = [line.split("\t") for line in HELD_OUT.read_text().splitlines() if not line.startswith("#")]
    assert len(held) >= 320 and all(len(row) == 2 for row in held)

    def plain(text: str) -> str:
        return re.sub(r"\W+", " ", text).strip().lower()

    assert not {plain(row[0]) for row in held} & {plain(" ".join(row[::2])) for row in rows}


def test_a_foreign_word_is_written_by_its_sound() -> None:
    def spellings(word: str, language: str) -> set[str]:
        return {misheard(Pick(seed, False), word, language).lower() for seed in range(60)}

    assert {"cosina", "kosina"} <= spellings("cocina", "es")
    assert "yave" in spellings("llave", "es")
    assert "shato" in spellings("château", "fr")
    assert "fenster" in spellings("Fenster", "de")
