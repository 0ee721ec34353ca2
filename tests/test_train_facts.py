"""The core of commonplace facts and words: well-formed tables, both forms, and the split."""

from __future__ import annotations

from duplex_cli.interaction import protocol
from models.train.core_facts import core_fact, core_question, cores
from models.train.corpora import table
from models.train.facts import claims
from models.train.facts_data import unseen
from models.train.streams import Pick, Stream
from models.train.sums import in_digits
from models.train.words import common, frames


def test_every_wording_has_a_place_for_the_value_and_no_wrong_value_is_right() -> None:
    for core in cores():
        assert all(frame.count("{o}") == 1 for frame in (*core.plain, *core.stories)), core
        assert core.wrong and core.right not in core.wrong, core
        assert "{" not in core.correction


def test_no_wording_is_true_of_one_fact_and_false_of_another() -> None:
    true = {f.format(o=c.right) for c in cores() for f in (*c.plain, *c.stories)}
    false = {f.format(o=w) for c in cores() for f in (*c.plain, *c.stories) for w in c.wrong}
    assert not true & false
    assert not {fact.true for fact in unseen()} & true


def test_a_false_statement_of_the_core_is_on_one_side_of_the_split() -> None:
    sides = [{core_fact(p).false for _ in range(400)} for p in (Pick(1, False), Pick(1, True))]
    assert all(sides)
    assert not sides[0] & sides[1]
    question, answer = core_question(Pick(2, False))
    assert question and answer


def test_a_drill_corrects_false_statements_alone_and_in_mid_talk() -> None:
    middle = acts = 0
    for seed in range(20):
        s = Stream(Pick(seed, False), "Correct me.", "facts")
        s.style.dense = True
        claims(s, lambda _: None, correct=True)
        lines = s.lines()
        acted = [k for k, line in enumerate(lines) if line.act != protocol.SILENT]
        acts += len(acted)
        middle += sum(k + 1 < len(lines) and "pause" not in lines[k + 1].moment for k in acted)
    assert acts > 100
    assert middle > acts / 3


def test_the_commonest_words_have_frames_and_one_meaning_in_a_language() -> None:
    assert all(frames(kind) for _, _, kind in common())
    for column in range(2, 7):
        words = [row[column].partition("=")[0] for row in table("core_words") if row[column] != "-"]
        doubled = {word for word in words if words.count(word) > 1}
        for word in doubled:
            kinds = [row[0] for row in table("core_words") if row[column] == word]
            assert len(set(kinds)) == len(kinds), (word, kinds)


def test_large_numbers_stay_words() -> None:
    assert in_digits("spiders have eight legs") == "spiders have 8 legs"
    assert in_digits("three hundred sixty degrees") == "three hundred sixty degrees"
