"""Code and Markdown in words that can be spoken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duplex_cli.speech.spoken_form import plain, spoken_form


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("`len(rows) + 1` is one too many.", "len of rows plus 1 is one too many."),
        ("for i in range(len(rows) + 1):", "for i in range of len of rows plus 1:"),
        ("Use == here, not =.", "Use equals here, not equals."),
        ("In report.py:12 snake_case is unused.", "In report dot pie line 12 snake case is unused."),
        ("Look at src/my_app/main.py now.", "Look at src slash my app slash main dot pie now."),
        ("It is in setup.cfg or data.json.", "It is in setup dot config or data dot jason."),
        ("The method rows.append(x) returns None.", "The method rows dot append of x returns None."),
        ("rows[i + 1] is out of range.", "rows at i plus 1 is out of range."),
        ("self.items[0].name", "self dot items at 0 dot name"),
        ("foo() fails if a != b", "foo fails if a is not equal to b"),
        ("camelCase and __init__", "camel Case and init"),
        ("See https://www.example.org/a/b.html, please.", "See example dot org, please."),
        ("**Bold**, *soft*, [a link](http://x.y).", "Bold, soft, a link."),
        ("## Heading", "Heading"),
        ("Time to stretch! 🙂", "Time to stretch!"),
        ("Say [hi](/bad/) now", "Say hi now"),
        ("2 - 1 = 1", "2 minus 1 equals 1"),
        ("x¹, ٣ and Ⅷ", "x 1, 3 and 8"),  # hibari raises on digits that int() does not read
        ("Some, e.g. this, i.e. that.", "Some, for example this, that is that."),
        # prose that stays as it is
        ("At 9:30, $5.20 or 50%, for Dr. Smith.", "At 9:30, $5.20 or 50%, for Dr. Smith."),
        ("A well-known file - close it, and/or don't.", "A well-known file - close it, and/or don't."),
        ("El tren sale a las ocho, ¿no?", "El tren sale a las ocho, ¿no?"),
        ("", ""),
    ],
)
def test_spoken_form(written: str, spoken: str):
    assert spoken_form(written) == spoken


def test_plain_keeps_accents_and_other_scripts():
    assert plain("**¡Atención!** mañana 今日は ✅ 20°") == "¡Atención! mañana 今日は 20°"


@given(st.text(max_size=60))
def test_no_text_breaks_it_or_smuggles_sounds_in(text: str):
    spoken = spoken_form(text)
    assert "](" not in spoken and "\n" not in spoken
