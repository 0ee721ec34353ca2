"""The words of a reminder: the model's, if they keep what the user wanted to hear. Pure."""

from __future__ import annotations

import re

SHORT_PHRASE_WORDS = 3
"""Words of a text that must be kept whole: "breathe in" and "breathe out" share a word, but not a meaning."""

TURNS = " / "
"""Parts phrases that take turns in a call ("breathe in / breathe out"); a reminder is one of them."""

_WORD = re.compile(r"\w+")


def worded(asked: str, made: str) -> str:
    """What is spoken for a reminder of `asked` that the model worded as `made`.

    The model may not lose what it is about, nor speak phrases that take turns in one breath: then the user's
    own words serve.
    """
    wanted = set(_WORD.findall(asked.lower()))
    kept = wanted & set(_WORD.findall(made.lower()))
    lost = len(kept) < (len(wanted) if len(wanted) <= SHORT_PHRASE_WORDS else 1)
    if lost or (TURNS in made and TURNS not in asked):
        return asked[:1].upper() + asked[1:] + "."
    return made
