"""Which words of a remark were heard before it was cut."""

from __future__ import annotations

from duplex_cli.speech.remark import words_heard


def test_words_heard_goes_by_the_length_of_words():
    assert words_heard("", 1.0) == ""
    assert words_heard("one two three", 0.0) == ""
    assert words_heard("one two three", 1.0) == "one two three"
    assert words_heard("a extraordinary word", 0.5) == "a"
