"""Spanish with its English, in pieces that can be told as they end.

A piece is one clause of one finite verb, with all that belongs to it; the first words of the next piece show
that it is over. Two sources: sentences written by hand (data/spanish.tsv), and a grammar of clause templates
with slots filled on both sides at once.
"""

from __future__ import annotations

import re
from functools import cache

from models.train.corpora import table
from models.train.streams import Pick

Pair = tuple[str, str]

HAND_SHARE = 0.75
JOINED_SHARE = 0.5
"""Share of the grammar's clauses that another one follows, where it can."""
ALONE_FROM = 0.55
"""The rest of the grammar's sentences, from here to 1, are one clause of any kind."""

FILLERS = (
    "bueno", "pues", "eh", "a ver", "mira", "oye", "bueno pues", "este", "eh bueno", "em", "pues nada",
    "o sea", "eh pues", "mmm", "a ver eh", "pues mira",
)  # fmt: skip


@cache
def slots() -> dict[str, tuple[Pair, ...]]:
    """Fillers by the name of their slot; "one" is the things of grammatical number one."""
    out: dict[str, tuple[Pair, ...]] = {}
    for name, spanish, english in table("spanish_slots"):
        out[name] = (*out.get(name, ()), (spanish, english))
    out["one"] = tuple(pair for pair in out["thing"] if not pair[0].startswith(("los ", "las ")))
    return out


@cache
def clauses() -> tuple[Pair, ...]:
    return tuple((spanish, english) for spanish, english in table("spanish_clauses"))


@cache
def linkable() -> tuple[Pair, ...]:
    """Clauses that may follow a conjunction: those that tell something, not greetings and orders."""
    lone = re.compile(r"¿|Para mí|Quisiera|No olvides|Cierra|Dame|Trae|Pon |Quiero \{food")
    return tuple(pair for pair in clauses() if "{" in pair[0] and not lone.match(pair[0]))


@cache
def joints(kind: str) -> tuple[Pair, ...]:
    """What joins clauses: "joint" between two, "clause" or "phrase" before one."""
    return tuple((row[1], row[2]) for row in table("spanish_joints") if row[0] == kind)


@cache
def names() -> frozenset[str]:
    """The slots' words that keep their capital inside a sentence."""
    return frozenset(
        w for s in ("who", "city") for _, english in slots()[s] for w in english.split() if w[:1].isupper()
    )


def clause(p: Pick, templates: tuple[Pair, ...]) -> Pair:
    """One of the templates, filled: (Spanish, English), both starting with a capital."""
    template, english = p.of(templates)
    spanish = template
    for slot in re.findall(r"\{(\w+?)2?\}", template):
        source, target = p.of(slots()[slot])
        for name in (slot, f"{slot}2"):
            if f"{{{name}}}" in spanish:
                if name == "adj" and spanish.startswith("la ") and not source.endswith(("lejos", "gratis")):
                    source = re.sub(r"o$", "a", source)
                if name == "place" and source.startswith("la "):
                    spanish = spanish.replace("} está cerrado", "} está cerrada").replace(
                        "} está lleno", "} está llena"
                    )
                spanish = spanish.replace(f"{{{name}}}", source, 1)
                english = english.replace(f"S{{{name}}}", target[:1].upper() + target[1:]).replace(
                    f"{{{name}}}", target
                )
                break
    spanish = re.sub(r"\ba el\b", "al", re.sub(r"\bde el\b", "del", spanish))
    return spanish[:1].upper() + spanish[1:] if spanish[:1] not in "¿¡" else spanish, english


def lower_first(text: str) -> str:
    """The clause inside a sentence: names and "I" keep their capital."""
    head = text.split()[0]
    return text if head in ("I", "I'm") or head in names() else text[:1].lower() + text[1:]


def grammar_pieces(p: Pick) -> list[Pair]:
    """A sentence of one to three clauses of the grammar."""
    x = p.random.random()
    alone = x > ALONE_FROM
    spanish, english = clause(p, clauses() if alone else linkable())
    pieces = [(spanish, english)]
    if spanish[-1] in "?!":
        return pieces
    if x < 0.2:
        opening, told = p.of(joints("clause"))
        pieces = [(f"{opening},", f"{told},"), (lower_first(spanish), lower_first(english))]
    elif x < 0.3:
        opening, told = p.of(joints("phrase"))
        pieces = [(f"{opening}, {lower_first(spanish)}", f"{told}, {lower_first(english)}")]
    while not alone and p.maybe(JOINED_SHARE) and len(pieces) < 3:
        joint, link = p.of(joints("joint"))
        more, told = clause(p, linkable())
        last = pieces[-1]
        comma = "," if p.maybe(0.5) else ""
        pieces[-1] = (last[0] + comma, last[1] + ",")
        pieces.append((f"{joint} {lower_first(more)}", f"{link} {lower_first(told)}"))
    last = pieces[-1]
    pieces[-1] = (last[0] + ".", last[1] + ".")
    return pieces


def pieces_of(p: Pick) -> list[Pair]:
    """A sentence of one to three pieces, each with the English to say when it is over."""
    if p.maybe(HAND_SHARE):
        row = p.of(table("spanish"))
        return list(zip(row[::2], row[1::2], strict=True))
    return grammar_pieces(p)


LISTS = frozenset({"y", "e", "o", "u", "ni", "que"})
"""Words that join nouns as well as clauses (or, "que", describe one): what follows them tells which."""
HALVES = frozenset(
    [
        "así",
        "por",
        "ya",
        "para",
        "sin",
        "después",
        "antes",
        "desde",
        "hasta",
        "a",
        "en",
        "de",
        "con",
        "todo",
        "tan",
    ]
)
"""First words of "así que", "por eso", "para que"..., which may also belong to the clause before."""
DETERMINED = frozenset(
    "el la los las un una mi mis tu su nuestro nuestra esta ese esa cada".split()  # noqa: SIM905
).union(
    "al del a en de con por para sin".split()  # noqa: SIM905
)
"""Articles, possessives and prepositions: a noun follows, so that no clause ends here."""
NOUN_SIGNS = DETERMINED.union(
    "unos unas tus sus nuestros nuestras estos estas algunos algunas muchos muchas otro otra dos tres".split()  # noqa: SIM905
)
LOOSE = frozenset(
    [
        "mañana",
        "hoy",
        "ayer",
        "ahora",
        "luego",
        "después",
        "hasta",
        "también",
        "más",
        "muy",
        "entonces",
        "aquí",
        "allí",
        "ya",
    ]
)
"""Words that may end one clause as well as begin the next."""


def shown_at(piece: str) -> int:
    """Index of the word of `piece` at which it is plain that the clause before it is over.

    A conjunction shows it at once; "y" may join two nouns, so that its clause shows at the verb, which with
    a noun phrase in front comes two words later.
    """
    words = [re.sub(r"[^\w]", "", w) for w in piece.split()]
    first = words[0].lower()
    follow = words[1] if len(words) > 1 else ""
    if first in LISTS:
        at = 3 if follow.lower() in NOUN_SIGNS else 2 if follow[:1].isupper() else 1
    elif first in HALVES or first in LOOSE or words[0][:1].isupper():
        at = 1
    elif first in NOUN_SIGNS:
        at = 2
    else:
        at = 0
    return min(at, len(words) - 1)
