"""Task sentences of every kind of profile: our own profiles' and many paraphrases."""

from __future__ import annotations

from functools import cache

from models.train.corpora import table
from models.train.streams import Pick

PROFILE_SHARE = 0.3
"""How often a session stands under the very sentence of one of our profiles, as most sessions do in use."""
ADDITIONS = (
    " Be brief.",
    " Speak English.",
    " Be friendly.",
    " The user is called Sam.",
    " Keep it short.",
    " The user is a student.",
    " Use few words.",
    " The user works from home.",
)
KINDS = tuple(dict.fromkeys(row[0] for row in table("tasks")))


@cache
def sentences(kind: str, *, shipped: bool) -> tuple[str, ...]:
    """All task sentences of a kind, or only those of our own profiles."""
    return tuple(row[1] for row in table("tasks") if row[0] == kind and (len(row) > 2 or not shipped))


def task(p: Pick, kind: str) -> str:
    """A task sentence of `kind`, sometimes in lower case, sometimes with a further wish."""
    own = sentences(kind, shipped=True)
    if own and p.maybe(PROFILE_SHARE):
        return p.random.choice(own)
    text = p.of(sentences(kind, shipped=False))
    if p.maybe(0.05):
        text = text.lower()
    if p.maybe(0.06):
        text += p.random.choice(ADDITIONS)
    return text
