"""Whether the words of an act are right, without a judge.

A call is right if it has the same effect: the session's agenda, put through the reference's call and through
this one, comes out the same. A count is right word for word, a reminder if it keeps every word that it is to
remind of. A translation's letters must agree (chrF); other remarks are compared by the words that carry the
meaning, of which nearly all must be there.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Any

from duplex_cli.bench.heldout import Place
from duplex_cli.errors import UserError
from duplex_cli.session import agenda as agenda_
from duplex_cli.session.agenda import Agenda, NotUnderstood
from duplex_cli.session.names import content as content_words
from duplex_cli.session.taking_in import HEARD_WORDS

LEAST_CHRF = 55.0
"""chrF2 (Popović 2015, word order 0) from which a remark has the reference's wording. Ours, by hand on pairs:
another tense or article stays above, another statement of the same length falls below."""
LEAST_KEPT = 0.7
"""Share of the reference's content words that must be there: all of up to three, three of four. In "Actually,
it is Paris." the letters hardly tell which city was named."""
NOON_S = 43200.0
"""Time of day at which every held-out stream begins."""

_FUNCTION_WORDS = frozenset(
    """a about actually all also am an and any are as at be been but by can could did do does don't for
    from had has have he her here him his how i if in into is isn't it it's its just may me might more
    must my no not now of off oh on one only or our out she should so than that that's the their them
    then there these they this those to too up us was wasn't we well were what when where which who will
    with would yes you your""".split()  # noqa: SIM905
)


def flat(text: str) -> str:
    """Lower case, without punctuation, single spaces."""
    return " ".join(re.findall(r"[\w'+*/=<>-]+", text.lower()))


@cache
def metrics() -> Any:
    """sacrebleu's metrics module. Raises UserError if it is not installed."""
    try:
        import sacrebleu.metrics
    except ImportError as error:
        raise UserError(
            "this bench needs sacrebleu; install it with: pip install 'duplex-cli[bench]'"
        ) from error
    return sacrebleu.metrics


def chrf(made: str, reference: str) -> float:
    """chrF2 of one remark, 0 to 100, case and punctuation aside. Raises UserError without sacrebleu."""
    return float(metrics().CHRF().sentence_score(flat(made), [flat(reference)]).score)


def same_remark(made: str, reference: str, by_meaning: bool = True) -> bool:
    """Whether a remark says what the reference says.

    `by_meaning` compares only the words that carry the meaning ("It is Paris." is "Actually, it's Paris."),
    and asks for nearly all of them. Raises UserError without sacrebleu.
    """
    if flat(made) == flat(reference):
        return True
    wanted = _carrying(reference)
    if not by_meaning or not wanted:
        return chrf(made, reference) >= LEAST_CHRF
    given = _carrying(made)
    kept = sum(word in given for word in wanted)
    return kept >= LEAST_KEPT * len(wanted) and chrf(" ".join(given), " ".join(wanted)) >= LEAST_CHRF


def _carrying(text: str) -> list[str]:
    return [word for word in flat(text).split() if word not in _FUNCTION_WORDS]


class Book:
    """The agenda of a stream as the reference's own calls make it: against it calls are compared."""

    def __init__(self) -> None:
        self._agenda = Agenda()
        self._heard: list[str] = []
        self._at = 0.0

    def right(self, place: Place, made: str, mode: str) -> bool:
        """Whether the words `made` are right at this place. Raises UserError without sacrebleu."""
        if place.due == "call":
            return self._effect(made) == self._effect(place.words)
        if place.forced:
            asked = place.line.moment.rpartition("due ")[2].partition(" | ")[0]
            return set(flat(asked).split()) <= set(flat(made).split())
        if place.line.tag == "rep":
            return flat(made) == flat(place.words)
        return same_remark(made, place.words, by_meaning=mode != "translate")

    def take(self, place: Place) -> None:
        """Time goes on to this place and its words are heard: before `right` is asked."""
        self._at = float(place.second)
        self._heard = [*self._heard, *place.heard][-HEARD_WORDS:]
        self._agenda, _ = agenda_.due(self._agenda, self._at)

    def carry_out(self, place: Place) -> None:
        """The reference's call is made: after `right` was asked."""
        if place.due == "call":
            effect = self._effect(place.words)
            self._agenda = effect[0] if isinstance(effect, tuple) else self._agenda

    def _effect(self, call: str) -> tuple[Agenda, frozenset[int]] | str:
        """What a call leaves behind, in words that do not depend on its wording; the words if it is none."""
        try:
            after, _, ended = agenda_.apply(
                self._agenda, call, self._at, NOON_S + self._at, " ".join(self._heard)
            )
        except NotUnderstood:
            return flat(call)
        return _normal(after), frozenset(ended)


def _normal(agenda: Agenda) -> Agenda:
    rules = tuple(replace(rule, texts=_key(rule.texts)) for rule in agenda.rules)
    cues = tuple(replace(cue, texts=_key(cue.texts)) for cue in agenda.cues.rules)
    watches = tuple(replace(watch, name=_key((watch.name,))[0]) for watch in agenda.watches)
    return replace(agenda, rules=rules, cues=replace(agenda.cues, rules=cues), watches=watches)


def _key(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(" ".join(sorted(content_words(text))) or flat(text) for text in texts)
