"""Foreign words as an English ear writes them down: by their sound ("cocina" -> "cosina", "kosina")."""

from __future__ import annotations

import re

from models.train.streams import Pick, without_accents

CHANGE_SHARE = 0.7
"""Of the places of a word that could be spelled by sound: how many are."""
CAPITAL_SHARE = 0.2
"""A word that a transcriber does not know it often takes for a name."""

Rules = tuple[tuple[str, tuple[str, ...]], ...]
_SPANISH: Rules = (
    (r"ll", ("y", "j", "ll")), (r"qu(?=[eiéí])", ("k",)), (r"gu(?=[eiéí])", ("g",)), (r"g(?=[eiéí])", ("h",)),
    (r"c(?=[eiéí])", ("s",)), (r"z", ("s",)), (r"j", ("h",)), (r"ñ", ("ny", "ni")), (r"(?<!c)h", ("",)),
    (r"c(?![eiéíh])", ("k", "c")), (r"v", ("b", "v")), (r"rr", ("r",)), (r"u(?=[eaé])", ("w", "u")),
    (r"i(?=é|e)", ("y", "i")), (r"e$", ("ay", "eh", "a", "e")), (r"o$", ("o", "oh")),
)  # fmt: skip
_GERMAN: Rules = (
    (r"sch", ("sh",)), (r"^sp", ("shp",)), (r"^st", ("sht",)), (r"tz|z", ("ts",)), (r"w", ("v",)),
    (r"^v", ("f",)), (r"ei", ("i", "y", "ai")), (r"ie", ("ee",)), (r"eu|äu", ("oy",)),
    (r"ch", ("h", "ck", "sh")), (r"ß", ("ss",)), (r"ü", ("u", "ue")), (r"ö", ("er", "o")), (r"ä", ("e",)),
    (r"j", ("y",)), (r"d$", ("t",)), (r"e$", ("a", "uh", "e")),
)  # fmt: skip
_FRENCH: Rules = (
    (r"eaux?|aux?", ("o", "oh")), (r"oi", ("wa",)), (r"ou", ("oo", "u")), (r"ch", ("sh",)), (r"qu", ("k",)),
    (r"ç", ("s",)), (r"c(?=[eiéè])", ("s",)), (r"j", ("zh", "j")), (r"é|er$|ez$", ("ay", "e")),
    (r"è|ê", ("e",)), (r"(?<=[aeiouy])ll", ("y",)), (r"gn", ("ny",)), (r"^h", ("",)),
    (r"(?<=[^aeiou])e$", ("",)), (r"(?<=[aeioun])[tdsxp]$", ("",)),
)  # fmt: skip
_RULES: dict[str, Rules] = {"es": _SPANISH, "it": (), "pt": (), "de": _GERMAN, "fr": _FRENCH}
"""Places in a word by the spelling of each language, and what English spelling makes of the sound."""


def misheard(p: Pick, text: str, language: str) -> str:
    """`text`, of the language with that code, by its sound in English letters, without accents."""
    written = " ".join(_by_sound(p, word, _RULES[language]) for word in text.lower().split())
    written = without_accents(written)
    return written.capitalize() if p.maybe(CAPITAL_SHARE) else written


def _by_sound(p: Pick, word: str, rules: Rules) -> str:
    """One word; no place is changed twice."""
    found: list[tuple[int, int, str]] = []
    taken: set[int] = set()
    for pattern, options in rules:
        for match in re.finditer(pattern, word):
            place = set(range(*match.span()))
            if not place & taken:
                taken |= place
                if p.maybe(CHANGE_SHARE):
                    found.append((*match.span(), p.random.choice(options)))
    for start, end, sound in sorted(found, reverse=True):
        word = word[:start] + sound + word[end:]
    return word
