"""Whether a word names a thing of some kind: a fox is an animal. From WordNet 3.0 (models/kinds).

What a model of 270M parameters knows of kinds of things is thin; a dictionary is not. Words are looked up in
a file of 4 MB, and only while a rule about a kind is in force.
"""

from __future__ import annotations

import sqlite3
from functools import cache, lru_cache

from duplex_cli.paths import resource

LEAST_KINDS = 3
"""A noun with fewer things of its kind is hardly meant as one."""
SHORTEST = 3
"""Letters of a word that can be a thing: "he" is no helium, "us" no country."""
_NEVER = frozenset(
    """and are but can could did does down for get had has have here her him his how its just like may might
    more most must not now off one our out over own shall she should some still than that the them then there
    they this was way well were what when where who why will with would yes yet you your""".split()  # noqa: SIM905
)
"""Words of grammar that are also rare nouns."""
_UP = """
with recursive up(synset) as (
    select synset from sense where word = ?
    union select parent.kind from parent join up on parent.synset = up.synset
) select 1 from up join sense on sense.synset = up.synset where sense.word = ? limit 1
"""
_DOWN = "select count(*) from parent join sense on parent.kind = sense.synset where sense.word = ?"


@cache
def _base() -> sqlite3.Connection:
    path = resource("models/kinds") / "kinds.sqlite"
    return sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)


@lru_cache(maxsize=4096)
def is_kind(word: str, kind: str) -> bool:
    """Whether one of the commonest senses of `word`, lower case, is a kind or an instance of `kind`.

    Raises UserError if the installation lacks the lexicon.
    """
    if len(word) < SHORTEST or word in _NEVER or word in singular(kind):
        return False
    return any(
        _base().execute(_UP, (noun, wanted)).fetchone() is not None
        for noun in singular(word)
        for wanted in singular(kind)
    )


@lru_cache(maxsize=256)
def names_a_kind(noun: str) -> bool:
    """Whether there are things of the kind that `noun`, lower case, names."""
    return any(_base().execute(_DOWN, (form,)).fetchone()[0] >= LEAST_KINDS for form in singular(noun))


@lru_cache(maxsize=4096)
def singular(noun: str) -> tuple[str, ...]:
    """`noun` and the forms of which it may be the plural, or the British spelling."""
    irregular = _base().execute("select noun from plural where word = ?", (noun,)).fetchone()
    if irregular:
        return noun, irregular[0]
    forms = [noun]
    if noun.endswith("s") and not noun.endswith("ss"):
        forms.append(noun[:-1])
    if noun.endswith("es"):
        forms.append(noun[:-2])
    if noun.endswith("ies"):
        forms.append(noun[:-3] + "y")
    # WordNet orders the senses of the American spelling only.
    return tuple(forms + [form[:-3] + "or" for form in forms if form.endswith("our")])
