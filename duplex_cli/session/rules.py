"""One timer or standing rule, and what becomes of those that a new one changes. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from duplex_cli.session.names import content


@dataclass(frozen=True, slots=True)
class Rule:
    """One timer (period None) or standing rule."""

    number: int
    texts: tuple[str, ...]
    due_at: float
    period: float | None = None
    fired: int = 0
    times: int | None = None
    until: float | None = None


REQUEST_WORDS = 18
"""Of the words heard last, those that can belong to one request."""
_WHICH = r"\S+ (?:\S+ ){0,4}?"
_CHANGES = re.compile(
    rf"\binstead\b|\bput off\b|\b(?:change|make|move|shift|push|bring|set) (?:it|that) "
    rf"|\b(?:change|make|move|shift|push|bring|set|postpone|delay|extend|reschedule|snooze) "
    rf"{_WHICH}(?:timer|reminder|alarm|one|back|forward)\b"
)
"""Words by which somebody speaks of a rule that is there already."""
_UNIT = r"(?:second|minute|hour)s?"
_LATER = re.compile(
    rf"\bback by\b|\b(?:extend|delay|postpone|prolong)\b.* by\b|\badd\b|{_UNIT} (?:longer|later)\b"
    rf"|\b(?:more|extra|additional) {_UNIT}\b|\banother\b.* {_UNIT}\b"
)
"""Words by which a span is added to what is left, rather than put in its place."""


def name_words(rule: Rule) -> frozenset[str]:
    """What the rule is known by."""
    return content(" ".join(rule.texts))


def changed(
    new: Rule, earlier: Sequence[Rule], heard: str, at: float, span: float | None
) -> tuple[Rule, tuple[int, ...]]:
    """The rule as the user means it, and the numbers of those it replaces; `heard` is what was said lately.
    `span` is what a timer set at session time `at` is to wait; None for a time of day and what repeats.

    One with the same words is replaced; so is, where the user speaks of a change, the one that shares most of
    its words, which keeps its own. "Push the tea back by five minutes" counts from the time that it had.
    """
    same = [rule for rule in earlier if name_words(rule) == name_words(new)]
    said = " ".join(heard.lower().split()[-REQUEST_WORDS:])
    if not same and _CHANGES.search(said):
        shared = {rule.number: len(name_words(rule) & name_words(new)) for rule in earlier}
        most = max(shared.values(), default=0)
        best = [rule for rule in earlier if shared[rule.number] == most]
        if len(best) == 1 and 2 * most >= min(len(name_words(best[0])), len(name_words(new))) > 0:
            same = best
            new = replace(new, texts=best[0].texts)
    if span is not None and len(same) == 1 and same[0].period is None and _LATER.search(said):
        new = replace(new, due_at=max(same[0].due_at, at) + span)
    return new, tuple(rule.number for rule in same)
