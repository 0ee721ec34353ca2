"""LocalAgreement on text alone: what is committed when, and never again changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duplex_cli.perception.agreement import Agreement, Word, overlap
from duplex_cli.perception.transcriber import without_loops, words_of


def split(text: str) -> list[str]:
    return list(text.split())


def texts(agreement_words: list[Word]) -> list[str]:
    return [word.text for word in agreement_words]


def test_two_readings_commit_what_they_share_except_the_last_word():
    agreement = Agreement(0.0)
    assert agreement.take("It was.", 0.6) == []
    assert texts(agreement.take("It was the best", 0.9)) == ["It", "was"]
    assert texts(agreement.rest) == ["the", "best"]
    assert texts(agreement.take("It was the best", 1.2)) == ["the"], "the last word may be half a word"
    assert agreement.prefix == "It was the"


def test_comparison_ignores_case_and_punctuation_and_keeps_the_newest_spelling():
    agreement = Agreement(0.0)
    agreement.take("okay, STOP. now", 0.6)
    assert texts(agreement.take("Okay stop, now please", 0.9)) == ["Okay", "stop,", "now"]
    assert agreement.prefix == "Okay stop, now"


def test_the_prefix_leaves_out_the_last_punctuation():
    agreement = Agreement(0.0)
    agreement.take("Open it.", 0.6, final=True)
    assert agreement.prefix == "Open it"


def test_a_final_reading_commits_everything_and_ends_with_the_speech():
    agreement = Agreement(1.0)
    agreement.take("okay st", 1.6)
    new = agreement.take("Okay stop.", 1.9, final=True)
    assert texts(new) == ["Okay", "stop."] and agreement.rest == []
    assert new[-1].at == 1.9 and 1.0 < new[0].at <= 1.6


def test_a_shorter_reading_takes_nothing_back():
    agreement = Agreement(0.0)
    agreement.take("one two three four", 1.0)
    agreement.take("one two three four", 1.3)
    assert agreement.take("", 1.6) == []
    assert texts(agreement.committed) == ["one", "two", "three"]
    assert texts(agreement.take("one two three five", 1.9, final=True)) == ["five"]


def test_new_words_are_spread_over_the_audio_that_brought_them():
    agreement = Agreement(2.0)
    agreement.take("aa", 3.0)
    assert [word.at for word in agreement.take("aa bb cc dd", 4.0)] == [3.0]
    new = agreement.take("aa bb cc dd", 5.0, final=True)
    assert [round(word.at, 2) for word in new] == [3.33, 3.67, 5.0]


@given(
    st.lists(st.lists(st.sampled_from(split("a b c d e f g h")), max_size=9), min_size=1, max_size=8),
    st.booleans(),
)
def test_any_readings_leave_ordered_words_that_never_change(readings: list[list[str]], forced: bool):
    agreement = Agreement(0.0)
    told: list[str] = []
    times: list[float] = []
    for index, reading in enumerate(readings):
        now = 0.5 + 0.3 * index
        text = " ".join([*told, *reading] if forced else [*told, *reading[len(told) :]])
        new = agreement.take(text, now, final=index == len(readings) - 1)
        assert texts(agreement.committed)[: len(told)] == told
        told += texts(new)
        times += [word.at for word in new]
        assert all(0.0 <= at <= now + 1e-9 for at in times)
    assert times == sorted(times) and agreement.rest == []


def test_a_sentence_ends_only_before_a_further_word():
    agreement = Agreement(0.0)
    agreement.take("Wait here. Then", 1.0)
    agreement.take("Wait here. Then go", 1.3)
    assert agreement.sentence_end() == 2
    agreement.forget(2)
    assert agreement.sentence_end() is None and agreement.prefix == "Then"
    with pytest.raises(ValueError, match="only 1"):
        agreement.forget(2)


def test_overlap_finds_the_words_before_a_cut():
    words = split("it was the age of wisdom it was the age of foolishness it was")
    assert overlap(words, split("it was the age of foolishness it was"), 8) == 6
    assert overlap(words, split("is the age of foolishness it was"), 8) == 7, "the first word was cut into"
    assert overlap(words, split("it was the age of foolishness it was"), 5) is None, "a word would be lost"
    assert overlap(words, split("something else that nobody ever said here"), 12) is None
    assert overlap(words, ["it", "was"], 12) is None, "too short to tell"


def test_loops_are_dropped_and_emphasis_is_kept():
    loop = "the epoch of belief it was the epoch of belief it was the epoch of belief it was"
    assert " ".join(without_loops(split(loop))) == "the epoch of belief it was"
    cut_short = "it ends at five it ends at"
    assert without_loops(split(f"{cut_short} five the end")) == split(f"{cut_short} five the end")
    assert " ".join(without_loops(split("the talk ends here at five the talk ends here at"))) == (
        "the talk ends here at five"
    )
    assert without_loops(split("no no no no")) == ["no"] * 4
    assert without_loops(["ja"] * 30) == ["ja"] * 4
    kept = split("it was the best of times it was the worst of times")
    assert without_loops(kept) == kept


def test_stray_signs_are_no_words():
    assert words_of("♪ well – 5% of it … ♪") == ["well", "5%", "of", "it"]
