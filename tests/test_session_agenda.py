"""Timers and standing rules: set, replaced, scoped, cancelled, and exact."""

from __future__ import annotations

import pytest
from agendas import NOON, agenda_of

from duplex_cli.session.agenda import Agenda, NotUnderstood, apply, due


def all_due(agenda: Agenda, until: float) -> list[tuple[float, str]]:
    return [(d.at, d.text) for d in due(agenda, until)[1]]


def test_alternating_rule_falls_due_on_the_mark() -> None:
    agenda = agenda_of("every four seconds: breathe in / breathe out", at=2.98125)
    assert all_due(agenda, 16.0) == [
        (6.98125, "breathe in"),
        (10.98125, "breathe out"),
        (14.98125, "breathe in"),
    ]


def test_marks_do_not_drift_over_hours() -> None:
    agenda = agenda_of("every 4 seconds: blink", at=0.0)
    fired = all_due(agenda, 3 * 3600.0)
    assert len(fired) == 2700
    assert fired[-1][0] == 10800.0


def test_the_same_text_replaces_and_another_adds() -> None:
    agenda = agenda_of("after ten seconds: check the oven", "after forty seconds: check the oven")
    assert all_due(agenda, 100.0) == [(50.0, "check the oven")]
    agenda = agenda_of("after ten seconds: check the oven", "after forty seconds: call mom")
    assert len(agenda.rules) == 2


@pytest.mark.parametrize(
    ("call", "count"),
    [
        ("every minute, five times: drink", 5),
        ("every minute for ten minutes: drink", 10),
        ("every twenty minutes for two hours: stretch", 6),
        ("every ten minutes until one pm: stretch", 6),
        ("every minute for 12 rounds: squat", 12),
        ("every twenty five seconds twenty five times: squat", 25),
        ("every a minute and a half four times: switch sides", 4),
        ("every ten seconds twice: blink", 2),
        ("every couple of minutes for a couple of rounds: blink", 2),
        ("every four seconds, for exactly six cycles: inhale / exhale", 6),
        ("every two minutes three times in a row: switch sides", 3),
        ("every ten seconds for two more minutes: blink", 12),
    ],
)
def test_scopes_end_a_rule(call: str, count: int) -> None:
    agenda = agenda_of(call)
    after, fired = due(agenda, 86400.0)
    assert len(fired) == count
    assert after.rules == ()


def test_at_a_time_of_day() -> None:
    agenda = agenda_of("at half past twelve: call mom", at=0.0)
    assert all_due(agenda, 3600.0) == [(1800.0, "call mom")]
    agenda = agenda_of("at 12:30: call mom", at=0.0)
    assert all_due(agenda, 3600.0) == [(1800.0, "call mom")]


@pytest.mark.parametrize(
    ("what", "left"),
    [
        ("cancel: oven", ["breathe in / breathe out", "call mom"]),
        ("cancel: breathe", ["check the oven", "call mom"]),
        ("cancel: all", []),
        ("cancel", []),
    ],
)
def test_cancelling(what: str, left: list[str]) -> None:
    agenda = agenda_of(
        "every 4 seconds: breathe in / breathe out",
        "after 5 minutes: check the oven",
        "after 1 hour: call mom",
    )
    after, line, ended = apply(agenda, what, 20.0, NOON)
    assert [" / ".join(r.texts) for r in after.rules] == left
    assert len(ended) == 3 - len(left)
    assert line.startswith("ended: ")


def test_cancelling_nothing_is_harmless() -> None:
    assert apply(Agenda(), "cancel: oven", 0.0, NOON)[1] == "nothing to cancel"


def test_a_duration_nobody_said_gives_way_to_the_one_that_was_said() -> None:
    agenda, line, _ = apply(
        Agenda(), "after fifty minutes: stretch", 0.0, NOON, heard="remind me to stretch in fifteen minutes"
    )
    assert line == "after 900 s: stretch"
    assert agenda.rules[0].due_at == 900.0


def test_a_period_without_a_number_was_said_where_its_words_were() -> None:
    heard = "hang on a second remind me to drink every full minute"
    assert apply(Agenda(), "every full minute: drink", 0.0, NOON, heard)[0].rules[0].period == 60
    # "every second" is not in it: another duration was said.
    assert apply(Agenda(), "every hour: drink", 0.0, NOON, "no wait thirty seconds")[0].rules[0].period == 30


def test_a_timer_named_by_its_time_is_replaced_on_demand() -> None:
    agenda = agenda_of("after ten minutes: ten minutes are up", "every five minutes: drink", at=0.0)
    agenda, line, ended = apply(agenda, "after 2 minutes instead: 2 minutes are up", 60.0, NOON)
    assert (line, ended) == ("after 120 s: 2 minutes are up", (1,))
    assert all_due(agenda, 400.0) == [(180.0, "2 minutes are up"), (300.0, "drink")]
    assert len(apply(agenda, "after ten minutes: ten minutes are up", 60.0, NOON)[0].rules) == 3


def test_a_number_that_was_said_alone_is_said() -> None:
    """ "Make it twelve": the unit is the one of the timer it changes."""
    heard = "set a timer for ten minutes make it twelve"
    assert apply(Agenda(), "after twelve minutes: timer", 0.0, NOON, heard)[1] == "after 720 s: timer"
    heard = "five seconds oh I mean in a full um minute"
    assert apply(Agenda(), "after a full minute: tea", 0.0, NOON, heard)[1] == "after 60 s: tea"
    heard = "in ten minutes the tea oh give me two more minutes"
    assert apply(Agenda(), "after two minutes: tea", 0.0, NOON, heard)[1] == "after 120 s: tea"


@pytest.mark.parametrize(
    "call",
    ["", ".", "every: x", "every blue moon: dance", "at lunch: eat", "sometime: x", "every 0.1 seconds: x"],
)
def test_what_is_no_call_changes_nothing(call: str) -> None:
    with pytest.raises(NotUnderstood):
        apply(Agenda(), call, 0.0, NOON)


@pytest.mark.parametrize(
    "call", ["weather: Paris", "weather(Paris)", "run_tests: all of them", "home.light: on"]
)
def test_a_tool_that_does_not_exist_is_named(call: str) -> None:
    with pytest.raises(NotUnderstood, match=r"^no tool (weather|run_tests|home\.light)$"):
        apply(Agenda(), call, 0.0, NOON)


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (
            "every four seconds: breathe in / breathe out: breathe in / breathe out",
            "every 4 s: breathe in / breathe out",
        ),
        ("when um: slow down: slow down", 'when "um": slow down'),
        ("at 12:30: call mom", "at 12:30: call mom"),
    ],
)
def test_what_to_say_is_taken_once(call: str, line: str) -> None:
    agenda, told, _ = apply(Agenda(), call, 0.0, NOON)
    assert told == line
    assert [text for rule in agenda.rules for text in rule.texts] in (
        ["breathe in", "breathe out"], ["call mom"], [],
    )  # fmt: skip


@pytest.mark.parametrize("written", ["twelve", "twelve one", "twelve oh one"])
def test_a_time_of_day_that_lost_a_figure_is_the_one_that_was_said(written: str) -> None:
    heard = "it is noon now right so at twelve oh one say lunch is over"
    agenda, _, _ = apply(Agenda(), f"at {written}: lunch is over", 17.0, NOON + 17.0, heard)
    assert agenda.rules[0].due_at == 60.0


def test_one_call_sets_several_rules() -> None:
    call = "after two minutes: take out the eggs ; every ten seconds: breathe ; no rule"
    agenda, line, ended = apply(Agenda(), call, 1.0, NOON)
    assert [(rule.texts, rule.due_at, rule.period) for rule in agenda.rules] == [
        (("take out the eggs",), 121.0, None),
        (("breathe",), 11.0, 10.0),
    ]
    assert line == "after 120 s: take out the eggs; every 10 s: breathe"
    assert ended == ()
    with pytest.raises(NotUnderstood):
        apply(Agenda(), "no rule ; nor this", 1.0, NOON)


def test_rules_of_one_call_do_not_replace_each_other_but_those_before() -> None:
    agenda = agenda_of("after nine seconds: stretch", at=0.0)
    agenda, _, ended = apply(agenda, "after two seconds: stretch ; after five seconds: stretch", 1.0, NOON)
    assert [rule.due_at for rule in agenda.rules] == [3.0, 6.0]
    assert len(ended) == 1


def test_what_is_no_time_does_not_take_one_that_was_said() -> None:
    with pytest.raises(NotUnderstood):
        apply(Agenda(), "after only twice: swallow", 1.0, NOON, "every eight seconds but only twice")


@pytest.mark.parametrize(
    ("heard", "call", "count"),
    [
        ("every eight seconds tell me to swallow, but only twice", "every eight seconds: swallow", 2),
        ("say push every six seconds three times and then no more", "every six seconds: push", 3),
        ("every ten seconds say rest for the next minute", "every ten seconds: rest", 6),
        ("every minute say drink until 12:05", "every minute: drink", 5),
        ("for the next minute say focus every nine seconds", "every nine seconds: focus", 6),
        ("I rang him twice. Every ten seconds say go", "every ten seconds: go", 60),
        ("every minute say look away for twenty seconds", "every minute: look away", 10),
        ("every minute say hooray three times", "every minute: hooray three times", 10),
        ("every ten seconds, twice as fast as before, say go", "every ten seconds: go", 60),
    ],
)
def test_an_end_that_was_said_counts_though_the_call_left_it_out(heard: str, call: str, count: int) -> None:
    agenda, _, _ = apply(Agenda(), call, 0.0, NOON, heard)
    assert len(all_due(agenda, 600.0)) == count


def test_a_second_rule_that_nobody_asked_for_is_left_out() -> None:
    heard = "every six seconds say push three times and then no more"
    agenda, _, _ = apply(
        Agenda(), "every six seconds three times: push ; every day: no more", 0.0, NOON, heard
    )
    assert [text for _, text in all_due(agenda, 100.0)] == ["push"] * 3
    two = "in ten seconds say up and in twenty five seconds say down"
    agenda, _, _ = apply(Agenda(), "after ten seconds: up ; after fifty seconds: down", 0.0, NOON, two)
    assert all_due(agenda, 100.0) == [(10.0, "up"), (25.0, "down")]


def spoken(*requests: tuple[float, str, str]) -> Agenda:
    agenda = Agenda()
    for at, heard, call in requests:
        agenda, _, _ = apply(agenda, call, at, NOON + at, heard)
    return agenda


def test_a_change_by_name_replaces_what_shares_most_words_and_keeps_its_words() -> None:
    tea = (0.0, "in ten minutes tell me to take the tea bag out", "after ten minutes: take the tea bag out")
    car = (5.0, "and in an hour to move the car", "after an hour: move the car")
    agenda = spoken(tea, car, (20.0, "make the tea one five minutes instead", "after five minutes: the tea"))
    assert all_due(agenda, 4000.0) == [(320.0, "take the tea bag out"), (3605.0, "move the car")]
    new = (20.0, "in five minutes remind me to drink the tea", "after five minutes: drink the tea")
    assert len(spoken(tea, car, new).rules) == 3


def test_a_timer_pushed_back_counts_from_the_time_it_had() -> None:
    tea = (0.0, "in ten minutes tell me the tea is ready", "after ten minutes: the tea is ready")
    later = (60.0, "push the tea back by five minutes", "after five minutes: the tea is ready")
    assert all_due(spoken(tea, later), 4000.0) == [(900.0, "the tea is ready")]
    anew = (60.0, "make the tea five minutes", "after five minutes: the tea is ready")
    assert all_due(spoken(tea, anew), 4000.0) == [(360.0, "the tea is ready")]


def test_a_call_that_goes_round_in_circles_sets_every_rule_once() -> None:
    heard = "remind me about the dentist in fourteen seconds and about the florist in twenty two seconds"
    call = "after fourteen seconds: the dentist ; after twenty two seconds: the florist"
    call += " ; after twenty two seconds: the dentist ; after twenty two seconds: the florist"
    agenda, _, _ = apply(Agenda(), call, 0.0, NOON, heard)
    assert all_due(agenda, 100.0) == [(14.0, "the dentist"), (22.0, "the florist")]


def test_a_figure_without_its_unit_is_the_duration_said_last() -> None:
    agenda, _, _ = apply(Agenda(), "after six: the glue", 0.0, NOON, "in six, make that sixteen seconds")
    assert all_due(agenda, 100.0) == [(16.0, "the glue")]
