"""An unsure answer waits a moment, and is never said if the user goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from duplex_cli.interaction.model import InteractionModel, StepRequest
from duplex_cli.profiles import load_named
from duplex_cli.session.hesitation import SURE, WAITS_S, hold_back, settle
from duplex_cli.session.overlap import Overlap, overlapped
from duplex_cli.session.policy import Said
from duplex_cli.session.state import OpenAct, State
from duplex_cli.stream import Act, GateReading, Percept

PAUSE = [Percept(1.6, "hear", "freezing randomly"), Percept(1.6, "pause")]
GOES_ON = [Percept(2.1, "voice", "start")]


def gate(acts: float) -> GateReading:
    return GateReading(silent=1 - acts, say=acts, call=0.0, other=0.0)


@pytest.fixture
def state(mind: InteractionModel) -> State:
    return State(profile=load_named("talk", {}), mind=mind, day_s=0.0)


def asked(state: State, acts: float, profile: str = "") -> tuple[State, list[Act]]:
    """The state after an answer of two words at 2.0 s, and what sounds of it."""
    if profile:
        state = replace(state, profile=load_named(profile, {}))
    told = [Act("say", " It is", remark=3, last=False)]
    state = replace(state, said=(Said(0.5, "earlier", False),))
    return hold_back(state, PAUSE, gate(acts), 2.0, told), told


def test_a_sure_answer_sounds_at_once(state: State) -> None:
    after, told = asked(state, SURE + 0.01)
    assert told and after.hesitation is None


@pytest.mark.parametrize("profile", ["translate", "reminders"])
def test_where_no_turns_are_taken_nothing_waits(state: State, profile: str) -> None:
    assert asked(state, SURE - 0.01, profile)[1]


def test_an_unsure_answer_sounds_whole_a_moment_later(state: State) -> None:
    after, told = asked(state, SURE - 0.01)
    assert told == [] and after.hesitation is not None
    more = [Act("say", " freezing.", remark=3), Act("call", "cancel all")]
    after = hold_back(after, [], None, 2.2, more)
    assert [act.kind for act in more] == ["call"]
    out: list[Act] = []
    after = settle(after, [], 2.2, out)
    assert out == []
    after = settle(after, [], round(2.0 + WAITS_S, 3), out)
    assert "".join(act.text for act in out) == " It is freezing." and after.hesitation is None


@pytest.mark.parametrize("budget", [2, 24])
def test_it_is_never_said_if_the_user_goes_on_and_the_model_forgets_it(
    state: State, mind: InteractionModel, budget: int
) -> None:
    moment = StepRequest(moment="hear freezing randomly", threshold=0.0, budget=budget, force="say")
    whole = mind.step(moment).last
    after, _ = asked(state, SURE - 0.01)
    after = replace(after, open=None if whole else OpenAct("say", 3))
    after = replace(after, said=(*after.said, Said(2.0, "It is freezing.", False)))
    out: list[Act] = []
    after = settle(after, GOES_ON, 2.2, out)
    assert out == [] and after.hesitation is None
    assert [said.text for said in after.said] == ["earlier"]
    assert mind.under_way is None and after.open is None
    again = mind.step(StepRequest(moment="hear and making", threshold=1.0, budget=4))
    mind.reset("Help the user with reminders.")
    mind.preload([("hear freezing randomly", ".")])
    assert mind.step(StepRequest(moment="hear and making", threshold=1.0, budget=4)).gate == again.gate


@pytest.mark.parametrize(
    ("since", "meant", "stops"),
    [
        (5.9, set[int](), True),
        (5.5, set[int](), False),  # it had been known that the user speaks
        (5.9, {4}, False),  # a reminder's moment
        (5.9, None, False),  # a profile whose remarks may overlap
    ],
)
def test_an_answer_begun_just_after_the_user_went_on_stops_at_once(
    since: float, meant: set[int] | None, stops: bool
) -> None:
    state, _ = overlapped(Overlap(), [Percept(since, "voice", "start")], 6.0, True, meant)
    _, verdicts = overlapped(state, [Percept(6.0, "begun", "4")], 6.2, True, meant)
    assert verdicts == (("give up",) if stops else ())
