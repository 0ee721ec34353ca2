"""Verbal cues: "whenever I say um, tell me to slow down". Pure: values in, values out.

The model hears such a wish once and calls a rule; from then on code listens for the words:

    when um: slow down                 when you know / I mean: say it straight
    when the budget: ten thousand      when like: #            ("#" is the running count, in words)
    when seen error: look at the log   (a line of the screen instead of words heard)
    when seen motion start: it starts  (movement in the picture; "motion stop" when it has ended)

    when an animal: animal             (any word that names one, by the lexicon of kinds.py)

What a model would have to notice in every later moment, code cannot overlook. Rules about a kind of thing
that stand in the task, and those whose kind no dictionary has, stay with the model.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from duplex_cli.session.kinds import is_kind, names_a_kind
from duplex_cli.stream import Percept

REFRACTORY_S = 1.0
"""A cue said again sooner fires no second remark: the first could not yet have been spoken."""

LONGEST_PHRASE = 8
"""Words of a cue; a longer one is a sentence and would hardly be said the same way twice."""

SHORTEST_INFLECTED = 4
"""Letters a word needs before "-ing" and "-ed" count as the same word ("not" is no "noted")."""

SHORTEST_PLURAL = 3
"""Letters a word needs before "-s" counts as the same word ("a" is no "as")."""

SEEN = "seen"

_CALL = re.compile(r"^when\s+(?P<cue>[^:]+):\s*(?P<text>\S.*)$", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_ANY = frozenset({"a", "an", "any", "some"})
_ARTICLES = frozenset({"the", "a", "an", "my", "our", "your", "their"})
_FILLERS = {"umm": "um", "uhm": "um", "erm": "um", "em": "um", "uhh": "uh", "er": "uh"}
"""Spellings of the same sound; a transcriber uses whichever it likes."""

_ONES = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen""".split()  # noqa: SIM905
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Cue:
    """One rule: any of `phrases` is answered by `texts` in turn."""

    number: int
    phrases: tuple[tuple[str, ...], ...]
    texts: tuple[str, ...]
    since: float
    """Session time of the words that set the rule; only what was perceived later counts."""
    seen: bool = False
    kind: str = ""
    """The kind of thing whose names count too: "animal"."""
    fired: int = 0
    fired_at: float = float("-inf")

    @property
    def words(self) -> frozenset[str]:
        """What a "cancel" may name it by."""
        spoken = {w for text in self.texts for w in normal(text)}
        return frozenset(spoken.union(*self.phrases))


@dataclass(frozen=True, slots=True)
class Cues:
    """All cues in force, and the last words heard that no phrase has used up."""

    rules: tuple[Cue, ...] = ()
    tail: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Fired:
    """A cue was perceived: what to say, and when its last word came."""

    at: float
    text: str
    rule: int


def normal(text: str) -> tuple[str, ...]:
    """The words of `text` as they are compared: lower case, no accents, fillers in one spelling."""
    flat = unicodedata.normalize("NFD", text.lower().replace("’", "'"))
    flat = "".join(c for c in flat if not unicodedata.combining(c))
    words = (_DRAWN_OUT.sub(r"\1", w) for w in _WORD.findall(flat))
    return tuple(_FILLERS.get(w, w) for w in words)


def parse(call: str, number: int, at: float) -> Cue | None:
    """The cue that `call` sets at session time `at`, or None if it is none."""
    match = _CALL.match(call.strip())
    if match is None:
        return None
    cue = match["cue"].strip()
    first, _, rest = cue.partition(" ")
    seen = first.lower() == SEEN and bool(rest)
    phrases = tuple(_bare(normal(part)) for part in (rest if seen else cue).split(" / "))
    texts = tuple(part.strip() for part in match["text"].split(" / ") if part.strip())
    if not all(0 < len(phrase) <= LONGEST_PHRASE for phrase in phrases) or not texts:
        return None
    return Cue(number, phrases, texts, at, seen, "" if seen else _kind(cue))


def _kind(cue: str) -> str:
    """The kind of thing that a cue speaks of, "an animal" or "colors"; empty where it is a mere word."""
    article, *noun = normal(cue)
    plural = not noun and article.endswith("s")
    if article not in _ANY and not plural:
        return ""
    named = article if plural else " ".join(noun)
    return named if named and names_a_kind(named) else ""


def add(cues: Cues, cue: Cue) -> tuple[Cues, tuple[int, ...]]:
    """`cues` with `cue`, and the numbers of those that it replaces: same phrases, same sense."""
    old = tuple(r.number for r in cues.rules if r.phrases == cue.phrases and r.seen == cue.seen)
    kept = tuple(r for r in cues.rules if r.number not in old)
    return replace(cues, rules=(*kept, cue)), old


def without(cues: Cues, numbers: Iterable[int]) -> Cues:
    """`cues` without the rules of these numbers."""
    gone = frozenset(numbers)
    return replace(cues, rules=tuple(r for r in cues.rules if r.number not in gone))


def line(cue: Cue) -> str:
    """For the view: 'when "um": slow down'."""
    said = " / ".join(" ".join(phrase) for phrase in cue.phrases)
    return f'when {"seen " if cue.seen else ""}"{said}": {" / ".join(cue.texts)}'


def notice(cues: Cues, percepts: Iterable[Percept]) -> tuple[Cues, list[Fired]]:
    """What fires by newly perceived words, in order, and the cues after it."""
    if not cues.rules:
        return replace(cues, tail=()) if cues.tail else cues, []
    fired: list[Fired] = []
    for percept in percepts:
        words = tuple((percept.at, w) for w in normal(percept.text))
        if percept.kind == "hear":
            before, cues = cues.tail, replace(cues, tail=(*cues.tail, *words)[-LONGEST_PHRASE:])
            cues = _match(cues, before, words, percept, fired)
        elif percept.kind == "motion":
            moved = ((percept.at, "motion"), (percept.at, percept.text))
            cues = _match(cues, (), moved, percept, fired)
        elif percept.kind == "see":
            cues = _match(cues, (), words, percept, fired)
    return cues, fired


def _match(
    cues: Cues,
    before: tuple[tuple[float, str], ...],
    words: tuple[tuple[float, str], ...],
    percept: Percept,
    fired: list[Fired],
) -> Cues:
    rules: list[Cue] = []
    for rule in cues.rules:
        found = 0
        if rule.seen == (percept.kind != "hear") and percept.at > rule.since:
            earlier = tuple(w for at, w in before if at > rule.since)
            found = sum(_ends_of(phrase, earlier, [w for _, w in words]) for phrase in rule.phrases)
            if rule.kind:
                found += sum(is_kind(w, rule.kind) for _, w in words)
        if found:
            counted = replace(rule, fired=rule.fired + found)
            if percept.at - rule.fired_at >= REFRACTORY_S:
                text = rule.texts[rule.fired % len(rule.texts)].replace("#", in_words(counted.fired))
                fired.append(Fired(percept.at, text, rule.number))
                counted = replace(counted, fired_at=percept.at)
            rule = counted
        rules.append(rule)
    return replace(cues, rules=tuple(rules))


def _ends_of(phrase: tuple[str, ...], before: tuple[str, ...], words: list[str]) -> int:
    """How often `phrase` is completed within `words`; it may begin in `before`."""
    everything = [*before, *words]
    found, last = 0, -1
    for end in range(len(before), len(everything)):
        start = end + 1 - len(phrase)
        if start > last and start >= 0 and all(map(_same, phrase, everything[start : end + 1])):
            found, last = found + 1, end
    return found


def _same(cue: str, word: str) -> bool:
    """Whether `word` is `cue` or a plain inflection of it."""
    if cue == word or word in (f"{cue}'s", f"{cue}'"):
        return True
    short, long = sorted((cue, word), key=len)
    if len(short) >= SHORTEST_PLURAL and long == short + "s":
        return True
    if len(cue) < SHORTEST_INFLECTED:
        return False
    stem = cue.removesuffix("e")
    return word in {f"{cue}es", f"{stem}ed", f"{stem}ing", f"{cue}{cue[-1]}ed", f"{cue}{cue[-1]}ing"}


def _bare(words: tuple[str, ...]) -> tuple[str, ...]:
    """ "the budget" -> "budget": whoever mentions it may say "our budget"."""
    return words[1:] if len(words) > 1 and words[0] in _ARTICLES else words


def in_words(n: int) -> str:
    """3 -> "three"; from a hundred on in digits."""
    if n >= 100:
        return str(n)
    if n < 20:
        return _ONES[n]
    return _TENS[n // 10 - 2] + (f"-{_ONES[n % 10]}" if n % 10 else "")
