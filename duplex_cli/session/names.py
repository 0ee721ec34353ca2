"""What tells one rule or stopwatch from another: the words of its text that carry meaning."""

from __future__ import annotations

import re

_SMALL = frozenset(
    "a an the to my your me and or of in on at for it that all i you please reminder timer".split()  # noqa: SIM905
)


def content(text: str) -> frozenset[str]:
    """The lower-case words of `text` without articles, pronouns and the like. Empty for "all" or "it"."""
    return frozenset(w for w in re.findall(r"[\w']+", text.lower()) if w not in _SMALL)
