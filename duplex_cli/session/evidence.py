"""What the tools found in code, on its way to being said: each fault once, none that is fixed or dismissed.

Pure. A finding is data with fixed wording: the tool's words and the place. The model is not asked, so that a
fault that was proven is voiced reliably, within the limits of policy.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from duplex_cli.stream import Percept

DISMISS_S = 20.0
"""So long after a remark "I know" or "ignore that" is about it, seconds."""

STALE_S = 90.0
"""A finding that could not be said for so long is dropped, seconds: work has gone on elsewhere."""

_DISMISSED = re.compile(
    r"\b(i know|i'?m aware|ignore (?:it|that|this)|never ?mind|leave it|it'?s fine|that'?s fine|not now"
    r"|i see it|got it|on purpose|ya lo sé|déjalo)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Findings that wait to be said, and those that were said or must not be."""

    waiting: tuple[Percept, ...] = ()
    said: tuple[tuple[float, Percept], ...] = ()
    dismissed: frozenset[tuple[str, str]] = frozenset()
    """(file, fault) of what the user waved away: not said again, wherever in that file it turns up."""


def absorb(evidence: Evidence, percepts: Sequence[Percept], heard: str, t: float) -> Evidence:
    """Take in what was found, what is gone, and whether the user waved the last remark away.

    `heard` is what was heard lately, joined, since "I" and "know" may come in two micro-turns.
    """
    waiting, said, dismissed = evidence.waiting, evidence.said, evidence.dismissed
    for percept in percepts:
        if percept.kind == "finding" and _fault(percept) not in dismissed:
            waiting = (*waiting, percept)
        elif percept.kind == "fixed":
            waiting = tuple(w for w in waiting if (w.where, w.text) != (percept.where, percept.text))
    if said and t - said[-1][0] <= DISMISS_S and any(p.kind == "hear" for p in percepts):
        last = said[-1][1]
        if _DISMISSED.search(heard):
            dismissed |= {_fault(last)}
            waiting = tuple(w for w in waiting if _fault(w) not in dismissed and w.where != last.where)
    waiting = tuple(w for w in waiting if t - w.at <= STALE_S)
    return replace(evidence, waiting=waiting, said=said, dismissed=dismissed)


def next_remark(evidence: Evidence, t: float) -> tuple[Evidence, str, str]:
    """(evidence without it, what to say of the finding that waits longest, the line for the view)."""
    finding, *rest = evidence.waiting
    said = (*evidence.said, (t, finding))[-50:]
    fault, _, code = finding.text.partition(" | ")
    file, _, number = finding.where.rpartition(":")
    words = f"{file} line {number}: {fault}."
    return replace(evidence, waiting=tuple(rest), said=said), words, f"{finding.where} | {code}"


def _fault(percept: Percept) -> tuple[str, str]:
    return percept.where.rpartition(":")[0], percept.text.partition(" | ")[0]
