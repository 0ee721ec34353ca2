"""Words as cues: heard across word groups, inflected, counted, cancelled, never in the wish itself."""

from __future__ import annotations

import pytest
from agendas import NOON, agenda_of

from duplex_cli.interaction.model import InteractionModel
from duplex_cli.profile import check
from duplex_cli.session.agenda import Agenda, Due, NotUnderstood, apply, cued
from duplex_cli.session.state import State
from duplex_cli.session.tick import tick
from duplex_cli.stream import TICK_S, Percept


def hear(agenda: Agenda, *said: tuple[float, str], kind: str = "hear") -> list[Due]:
    out: list[Due] = []
    for at, words in said:
        agenda, fired = cued(agenda, [Percept(at, kind, words)])  # type: ignore[arg-type]
        out += fired
    return out


def texts(dues: list[Due]) -> list[tuple[float, str]]:
    return [(d.at, d.text) for d in dues]


def test_a_cue_fires_at_its_word_and_at_once() -> None:
    dues = hear(
        agenda_of("when um: slow down"), (11.0, "so I was"), (12.0, "thinking Um, that"), (13.0, "it is")
    )
    assert texts(dues) == [(12.0, "slow down")]
    assert not dues[0].timed


@pytest.mark.parametrize(
    ("cue", "words", "fires"),
    [
        ("budget", "the budgets are", True),
        ("budget", "our budget's fine", True),
        ("the budget", "about our budget", True),
        ("swear", "he was swearing a lot", True),
        ("hope", "I hoped so", True),
        ("café", "the cafe on the corner", True),
        ("cafe", "el Café de la esquina", True),
        ("um", "ummm well", True),
        ("um", "uhm well", True),
        ("actually", "ACTUALLY!", True),
        ("a", "as you say", False),
        ("not", "I noted it", False),
        ("um", "the album is out", False),
        ("like", "it is likely", False),
        ("budget", "the bud get", False),
        ("you know", "you will know", False),
    ],
)
def test_whole_words_and_their_plain_inflections(cue: str, words: str, fires: bool) -> None:
    assert bool(hear(agenda_of(f"when {cue}: ding"), (12.0, words))) is fires


def test_a_phrase_may_straddle_word_groups() -> None:
    agenda = agenda_of("when at the end of the day: cliche")
    assert texts(hear(agenda, (12.0, "at the end"), (12.6, "of the"), (13.0, "day we"), (14.0, "day"))) == [
        (13.0, "cliche")
    ]


def test_the_wish_itself_and_what_came_before_do_not_count() -> None:
    agenda = Agenda()
    agenda, fired = cued(agenda, [Percept(9.0, "hear", "whenever I say you")])
    assert fired == []
    agenda, _, _ = apply(agenda, "when you know: no", 10.0, NOON)
    assert hear(agenda, (10.0, "you know")) == []
    assert hear(agenda, (10.4, "know")) == []
    assert texts(hear(agenda, (11.0, "you know"))) == [(11.0, "no")]


def test_said_again_within_a_second_it_is_counted_but_not_answered() -> None:
    agenda = agenda_of("when like: #")
    said = ((11.0, "like"), (11.4, "like you"), (12.2, "like it"), (14.0, "like like"))
    assert texts(hear(agenda, *said)) == [(11.0, "one"), (12.2, "three"), (14.0, "five")]


def test_alternatives_and_texts_that_take_turns() -> None:
    agenda = agenda_of("when um / you know: slow down / breathe")
    assert texts(hear(agenda, (11.0, "um"), (13.0, "you know"), (15.0, "um"))) == [
        (11.0, "slow down"),
        (13.0, "breathe"),
        (15.0, "slow down"),
    ]


def test_what_is_seen_is_a_cue_only_where_the_rule_says_so() -> None:
    agenda = agenda_of("when seen error: look at the log", "when deadline: friday")
    line = [(12.0, "ERROR: disk full, deadline missed")]
    assert texts(hear(agenda, *line, kind="see")) == [(12.0, "look at the log")]
    assert texts(hear(agenda, *line)) == [(12.0, "friday")]


def test_replaced_and_cancelled_beside_timers() -> None:
    agenda = agenda_of("every ten seconds: stretch", "when um: slow down", "when basically: avoid it")
    agenda, line, ended = apply(agenda, "when um: breathe", 20.0, NOON)
    assert (line, len(ended), len(agenda.cues.rules)) == ('when "um": breathe', 1, 2)
    agenda, _, _ = apply(agenda, "cancel: um", 21.0, NOON)
    assert texts(hear(agenda, (22.0, "um basically"))) == [(22.0, "avoid it")]
    assert len(agenda.rules) == 1
    agenda, _, _ = apply(agenda, "cancel: all", 23.0, NOON)
    assert (agenda.rules, agenda.cues.rules) == ((), ())


def test_a_timer_set_later_keeps_the_cues() -> None:
    agenda = agenda_of("when um: slow down", "every ten seconds: stretch")
    assert texts(hear(agenda, (12.0, "um"))) == [(12.0, "slow down")]


@pytest.mark.parametrize("call", ["when um slow down", "when : stop", "when um:", "when ?!: stop"])
def test_calls_that_are_none(call: str) -> None:
    with pytest.raises(NotUnderstood):
        apply(Agenda(), call, 1.0, NOON)


def test_in_a_session_the_cue_is_answered_in_the_very_tick_of_its_word(mind: InteractionModel) -> None:
    script = [{"at": 0.5, "call": "when um: slow down"}]
    profile = check({"name": "test", "task": "Do what the user asks.", "script": script}, "test")
    mind.reset(profile.task)
    state = State(profile=profile, mind=mind, day_s=43200.0)
    said: list[tuple[float, str, float | None]] = []
    for index in range(20):
        t = (index + 1) * TICK_S
        words = {10: "so um", 14: "it goes on"}.get(index)
        state, turn = tick(state, [Percept(t - 0.05, "hear", words)] if words else [], t)
        said += [(round(t, 1), a.text.lower().rstrip("."), a.start_at) for a in turn.acts if a.kind == "say"]
    assert len(said) == 1
    at, text, start_at = said[0]
    assert "slow down" in text
    assert start_at is None
    # worded a few tokens a tick, begun in the tick of the word
    assert 2.2 <= at <= 2.8
