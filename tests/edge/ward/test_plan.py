"""A simulated night is the same whenever it is played, and as busy as it was asked to be."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.agent import BEAT_S
from edge.events import Phase
from edge.ward.plan import Impossible, Plan, happenings

plans = st.builds(
    lambda rooms, burst, within, more, seed: Plan(rooms, within + more, burst, within, seed),
    st.integers(1, 40),
    st.integers(0, 60),
    st.floats(0, 5),
    st.floats(0, 30),
    st.integers(0, 3),
)


@given(plans)
def test_the_same_seed_gives_the_same_night(plan: Plan) -> None:
    assert happenings(plan) == happenings(plan)


@given(plans)
def test_everything_happens_in_order_and_in_a_room_that_there_is(plan: Plan) -> None:
    planned = happenings(plan)
    assert [it.at_s for it in planned] == sorted(it.at_s for it in planned)
    assert all(0 <= it.room < plan.rooms and it.at_s >= 0 for it in planned)


@given(plans)
def test_a_burst_comes_together_and_spreads_over_the_rooms(plan: Plan) -> None:
    raised = [it for it in happenings(plan) if it.event and it.event.phase is Phase.RAISED]
    assert len(raised) == plan.burst
    assert all(it.at_s <= raised[0].at_s + plan.within_s for it in raised)
    assert len({it.room for it in raised}) == min(plan.burst, plan.rooms)


@given(plans)
def test_whatever_begins_ends(plan: Plan) -> None:
    events = [it.event for it in happenings(plan) if it.event]
    raised = {it.number for it in events if it.phase is Phase.RAISED}
    assert raised == {it.number for it in events if it.phase is Phase.ENDED}


@given(plans)
def test_no_heart_stops(plan: Plan) -> None:
    for room in range(plan.rooms):
        beats = [it.at_s for it in happenings(plan) if it.room == room and not it.event]
        pauses = [after - before for before, after in pairwise(beats)]
        assert all(pause == pytest.approx(BEAT_S) for pause in pauses)


@pytest.mark.parametrize(
    ("plan", "named"),
    [
        ((0, 10.0, 0, 1.0, 0), "--rooms"),
        ((5, 10.0, -1, 1.0, 0), "--burst"),
        ((5, 10.0, 1, 11.0, 0), "--within"),
    ],
)
def test_what_cannot_be_is_refused_by_name(plan: tuple[int, ...], named: str) -> None:
    with pytest.raises(Impossible, match=named):
        Plan(*plan)
