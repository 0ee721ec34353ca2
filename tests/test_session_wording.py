"""A reminder keeps what the user wanted to hear."""

from __future__ import annotations

import pytest

from duplex_cli.session.wording import worded


@pytest.mark.parametrize(
    ("asked", "made", "spoken"),
    [
        ("stretch", "Time to stretch.", "Time to stretch."),
        ("breathe in", "Breathe out.", "Breathe in."),
        ("breathe in", "Breathe in / breathe out.", "Breathe in."),
        ("take the cake out of the oven", "The cake is ready.", "The cake is ready."),
        ("take the cake out of the oven", "Hello.", "Take the cake out of the oven."),
    ],
)
def test_the_models_words_serve_while_they_keep_the_users(asked: str, made: str, spoken: str) -> None:
    assert worded(asked, made) == spoken
