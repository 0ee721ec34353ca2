"""Agendas made of calls."""

from __future__ import annotations

from duplex_cli.session.agenda import Agenda, apply

NOON = 43200.0


def agenda_of(*calls: str, at: float = 10.0) -> Agenda:
    """The agenda after these calls, all made at session time `at` of a session that began at noon."""
    agenda = Agenda()
    for call in calls:
        agenda, _, _ = apply(agenda, call, at, NOON)
    return agenda
