"""Kinds of things ("an animal"), sentences that name one, and sentences that clearly name none."""

from __future__ import annotations

import re
from functools import cache

from duplex_cli.session.cues import Cues, normal, notice, parse
from duplex_cli.stream import Percept
from models.train.corpora import table
from models.train.streams import Pick

# Words in the frames that belong to a field, so that the frame is no neutral ground for its rules.
_NEAR = {
    "person": "flatmate everyone guy plumber grandmother friend kids one he she",
    "name": "teacher grandmother",
    "number": "four first once twice second one page chapter slide list",
    "date": "yesterday weekend year evening morning day",
    "house": "house home room flat counter stairs stove jar",
    "building": "house home flat bar office gym bank prison stairs table",
    "paper": "paper book napkin card letter notes magazine article list poem sticker picture photo",
    "music": "song sing sings drums guitar",
    "round": "laptop",
    "tech": "laptop screen podcast keyboard video phone film gas message app",
    "vehicle": "train ferry plane",
    "plant": "leaves",
    "metal": "trash",
    "clean": "counter trash",
    "sport": "gym team play",
    "brand": "laptop",
    "food": "tea juice soup counter cooking dinner breakfast",
    "feeling": "nobody minded care laughed nose sleepy nothing asleep mind sense",
    "body": "nose head",
    "study": "teacher book poem quiz write",
    "school": "teacher book",
    "superlative": "best most first good",
    "compliment": "best good",
    "excuse": "forget sleep asleep sleepy because know home forgot wrong",
    "tale": "story house dream giant",
    "clothes": "fashion gloves bag",
    "play": "quiz joke party film card",
    "hot": "lights cooking",
    "weather": "lights",
}
# Fields whose things may belong to each other's kinds: no clear strangers.
_CLOSE = """round food play space clothes vehicle house building
hot food house weapon weather metal clean excuse
cold weather food house space
metal clothes weapon tool vehicle house space music
vehicle animal space tale sport
paper study school play house money
number measure date superlative money
weapon tool animal crime house weather
brand tech vehicle clothes food
tech house measure music play study
animal tale food plant
food plant round cold
place language building space name
language tech study
person tale name crime
name tale brand
tool clean measure school house
house clean building
music dance
sport dance play
feeling excuse compliment body superlative
body excuse clothes
compliment superlative clothes
color food round tale metal plant
round plant music measure animal sport money hot body weapon metal
weapon cold sport clean body tale
hot body space place
cold body metal place
tech clean tool
paper clean
play vehicle animal
vehicle weapon crime
money metal crime building brand
clothes clean
building brand tale crime
study music sport measure tool
animal brand
space brand metal
feeling swear
metal measure
sound music weapon animal vehicle tool weather tech house sport play body crime feeling place space building
soft house clothes animal food play round paper metal tech tool building vehicle music body clean plant cold
compliment excuse swear
swear excuse compliment
weapon plant animal food
metal paper clothes plant tool food weapon
house tech body music
play sport music dance study clean food animal
vehicle play sport house music
space vehicle weather animal tale play hot
number name""".splitlines()
REMARKS = (
    "hmm", "let me see", "okay so", "where was I", "right", "give me a moment", "so anyway",
    "as I was saying",
    "let me think", "well", "what else", "hold on", "I lost my thread", "such is life", "so yes",
    "that is how it goes", "who would have thought", "ha", "oh well", "and so on", "you get the idea",
    "it does not matter", "I am not sure about that", "what was I going to say", "it's a bit complicated",
    "that is all I know", "I should not say more", "let me put it like this", "no wait", "as you can imagine",
)  # fmt: skip


NATURAL_SHARE = 0.5
"""Of the sentences about things, how many name their thing as people do, not in a frame for any thing."""

NEAR_SHARE = 0.5
"""Of the things that are not of the kind, how many are of its world: a spoon for food."""

SIGNAL_SHARE = 0.2
"""Of the rules about a kind, how many ask for a beep or a stop, not for words."""

SAID = frozenset({"excuse", "compliment", "feeling", "weather", "swear", "date", "superlative", "number"})
"""Fields whose members are said or felt: they stand in frames of their own."""


def frames(field: str) -> tuple[tuple[str, ...], ...]:
    """Sentences in which members of `field` sound natural."""
    return table("cue_frames_said" if field in SAID else "cue_frames")


def named(p: Pick, kind: str) -> str:
    """ "an animal", at times "any animal"."""
    return re.sub(r"^an? ", "any ", kind) if p.maybe(0.2) else kind


def asked(p: Pick, row: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """(how a rule about this kind is asked for, the row with what is then to be said)."""
    kind = named(p, row[0])
    if "=" not in row[2] and p.maybe(SIGNAL_SHARE):
        frame, signal = p.of(table("cue_signals"))
        return frame.format(k=kind), (row[0], signal, *row[2:])
    return p.of(table("cue_rules"))[0].format(k=kind, t=row[1]), row


def natural(kind: str) -> list[str]:
    """Sentences that name a [member] of this kind as people do."""
    return [sentence for name, sentence in table("cue_natural") if name == kind]


@cache
def _more() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Further members of a kind, and things near to it that are none."""
    return {row[0]: (tuple(row[1].split("|")), tuple(row[2].split("|"))) for row in table("category_more")}


def near(row: tuple[str, ...]) -> tuple[str, ...]:
    """Things that are not of this kind, but of the same world."""
    return _more().get(row[0], ((), ()))[1]


def members(row: tuple[str, ...]) -> list[tuple[str, str]]:
    """(thing, what is said at it) of a category, those of its natural sentences too."""
    made = [(m.partition("=")[0], m.partition("=")[2] or row[1]) for m in row[2].split("|")]
    if not any("=" in m for m in row[2].split("|")):
        known = {m for m, _ in made}
        named_so = [re.findall(r"\[(.*?)\]", sentence)[0] for sentence in natural(row[0])]
        others = (*_more().get(row[0], ((), ()))[0], *named_so)
        made += [(m, row[1]) for m in dict.fromkeys(others) if m not in known]
    return made


def rules_of(row: tuple[str, ...]) -> Cues:
    made = []
    for number, (member, text) in enumerate(members(row)):
        rule = parse(f"when {member}: {text}", number, -1.0)
        if rule is not None:
            made.append(rule)
    return Cues(tuple(made))


def about(p: Pick, row: tuple[str, ...], member: bool, *, short: bool = False) -> str:
    """A sentence that names a thing of the category, or one that is clearly of none such.

    `short`: in as few words as a drill wants.
    """
    own = p.maybe(NATURAL_SHARE) and not short
    if member and "=" not in row[2] and natural(row[0]) and own:
        return re.sub(r"[\[\]]", "", p.of(natural(row[0])))
    mine = table("cue_frames_short") if short and row[3] not in SAID else frames(row[3])
    for _ in range(60):
        frame = p.of(mine)[0]
        thing = p.random.choice(members(row))[0]
        close = not member and bool(near(row)) and p.maybe(NEAR_SHARE)
        if close:
            thing = p.random.choice(near(row))
        elif not member:
            other = p.of(_strangers(row[3]))
            thing = p.random.choice(members(other))[0]
            if natural(other[0]) and row[3] not in SAID and own:
                frame = p.of(natural(other[0])).replace("[", "").replace("]", "")
        if set(normal(frame)) & set(_NEAR.get(row[3], "").split()):
            continue
        text = frame.format(m=thing)
        whole = [Percept(1.0, "hear", text if not member else frame.format(m=""))]
        kin = [row] if close else [r for r in table("categories") if r[3] == row[3]]
        if not any(notice(_rules(r), whole)[1] for r in kin):
            return text
    return p.of(REMARKS)


@cache
def _rules(row: tuple[str, ...]) -> Cues:
    return rules_of(row)


def _strangers(field: str) -> list[tuple[str, ...]]:
    """Categories none of whose things are of `field`, and that fit its sentences."""
    return [
        r for r in table("categories") if not _overlap(r[3], field) and (field in SAID or r[3] not in SAID)
    ]


def _overlap(one: str, other: str) -> bool:
    """Whether things of one field may count as things of the other."""
    close = _close()
    return one == other or other in close.get(one, ()) or one in close.get(other, ())


@cache
def _close() -> dict[str, set[str]]:
    fields: dict[str, set[str]] = {}
    for line in _CLOSE:
        head, *others = line.split()
        fields.setdefault(head, set()).update(others)
    return fields
