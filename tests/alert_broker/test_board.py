"""The board tells the same whatever the network did to the messages, and forgets nobody."""

import random
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import NOON, a_step, an_alert

from alert_broker.board import Board
from alert_broker.case import Case, Heard
from alert_broker.life import Stage
from alert_broker.messages import LATE_AFTER_S, Alert, Deed, Label, Priority, Reason, Step

IDS = [digit * 32 for digit in "abc"]
PRIORITIES = list(Priority)
HERE, THERE = "poste-1", "poste-2"

moments = st.integers(0, 90).map(lambda s: NOON + timedelta(seconds=s))
alerts = st.builds(
    # What a revision says depends on its number alone, as on the bus.
    lambda id_, revision: an_alert(id=id_, revision=revision, priority=PRIORITIES[revision]),
    st.sampled_from(IDS),
    st.integers(0, 2),
)
arrivals = st.builds(Heard.arrived, alerts, st.sampled_from([0.0, 5.0, 60.0]), moments)
steps = st.builds(
    lambda alert, deed, turn, at, station, by: a_step(
        alert, deed, turn=turn, at=at, station=station, by=by
    ),
    alerts,
    st.sampled_from([it for it in Deed if it is not Deed.JOINED]),
    st.integers(0, 1),
    moments,
    st.sampled_from([HERE, THERE]),
    st.sampled_from(["Marie", "Paul"]),
)
# The third may tell again of the first: this station decided so, or another did.
joins = st.builds(
    lambda at, station: a_step(an_alert(id=IDS[2]), Deed.JOINED, to=IDS[0], at=at, station=station),
    moments,
    st.sampled_from([HERE, THERE]),
)
histories = st.lists(arrivals | steps | joins, max_size=12)


def told(*messages: Heard | Step, rise_after: int = 0) -> Board:
    board = Board(HERE, rise_after)
    for message in messages:
        if isinstance(message, Heard):
            board.put(message)
        else:
            board.take(message, 1.0)
    return board


def came(alert: Alert, waited_s: float = 0.0) -> Heard:
    return Heard.arrived(alert, waited_s, NOON)


def shown(board: Board) -> tuple[list[Case], set[Step]]:
    return board.cases(), {step for step, _ in board.marks()}


@given(histories, st.randoms(use_true_random=False))
def test_the_same_messages_in_any_order_and_number_give_the_same_board(
    history: list[Heard | Step], chance: random.Random
) -> None:
    again = history * 2
    chance.shuffle(again)
    assert shown(told(*again)) == shown(told(*history))


@given(histories, moments)
def test_what_nobody_has_ended_never_leaves(history: list[Heard | Step], before: datetime) -> None:
    board = told(*history)
    cases = {case.id: case for case in board.cases()}
    heard = {it.alert.id for it in history if isinstance(it, Heard)}
    in_sight = {it.alert.id for case in cases.values() for it in (case.opened_by, *case.again)}
    assert in_sight == heard
    gone = board.clear(before)
    assert all(cases[it].life.stage.ended for it in gone)
    assert {case.id for case in board.cases()} == cases.keys() - set(gone)
    ends = [case.life.end for case in board.cases()]
    assert all(end.at >= before for end in ends if end)


@given(histories)
def test_an_earlier_run_is_taken_up_as_it_was(history: list[Heard | Step]) -> None:
    before = told(*history)
    after = Board(HERE)
    after.restore(before.heard(), before.marks())
    assert shown(after) == shown(before)


@given(histories)
def test_the_most_urgent_comes_first(history: list[Heard | Step]) -> None:
    cases = told(*history).cases()
    assert cases == sorted(
        cases, key=lambda it: (not it.life.stage.waits, PRIORITIES.index(it.priority))
    )


def test_among_equals_who_has_waited_longest_comes_first() -> None:
    first, second, third = (
        an_alert(onset_at=NOON + timedelta(minutes=minute)) for minute in (-3, -2, -1)
    )
    board = told(came(third), came(first), came(second))
    assert [case.opened_by.alert.onset_at.minute for case in board.cases()] == [57, 58, 59]


def test_what_somebody_takes_goes_below_the_rest() -> None:
    high, low = an_alert(), an_alert(priority=Priority.LOW)
    board = told(came(high), came(low), a_step(high, Deed.CLAIMED))
    assert [case.id for case in board.cases()] == [low.id, high.id]


def test_a_revision_takes_the_place_of_what_was_known() -> None:
    alert = an_alert(label=Label.FALL, priority=Priority.MEDIUM)
    worse = an_alert(id=alert.id, revision=1, label=Label.FALL, priority=Priority.HIGH)
    board = told(came(alert))
    assert board.put(came(worse))
    assert not board.put(came(alert)), "an old copy must not undo it"
    assert [case.priority for case in board.cases()] == [Priority.HIGH]


def test_a_repeated_delivery_changes_nothing() -> None:
    alert = an_alert()
    board = told(came(alert))
    assert not board.put(came(alert))
    assert not board.put(Heard.arrived(alert, 0.0, NOON + timedelta(seconds=9)))


def test_of_two_who_go_both_stations_show_the_same_one() -> None:
    alert = an_alert()
    marie = a_step(alert, Deed.CLAIMED, by="Marie", at=NOON + timedelta(seconds=1))
    paul = a_step(alert, Deed.CLAIMED, by="Paul", station=THERE)
    here, there = told(came(alert), marie, paul), told(came(alert), paul, marie)
    (one,), (other,) = here.cases(), there.cases()
    assert one.life.claim == other.life.claim == paul


def test_who_goes_is_known_though_the_alert_comes_later() -> None:
    alert = an_alert()
    board = told(a_step(alert, Deed.CLAIMED))
    assert board.cases() == []
    board.put(came(alert))
    assert [case.life.stage for case in board.cases()] == [Stage.ACKNOWLEDGED]


def test_old_news_is_marked_and_a_second_copy_of_fresh_news_is_not() -> None:
    fresh, old, lay = an_alert(), an_alert(delay_s=LATE_AFTER_S + 1), an_alert()
    again = an_alert(id=fresh.id, delay_s=600.0)
    board = told(came(fresh), came(again), came(old), came(lay, waited_s=90.0))
    late = {case.id: case.opened_by.late_s for case in board.cases()}
    assert late == {fresh.id: 0.0, old.id: LATE_AFTER_S + 1, lay.id: 90.0}


def test_news_that_first_came_late_stays_marked_when_more_is_known() -> None:
    alert = an_alert(delay_s=600.0)
    more = an_alert(id=alert.id, revision=1, delay_s=0.2)
    assert told(came(alert), came(more)).cases()[0].opened_by.late_s == 600.0


class TestARepetition:
    def again(self, count: int, **changes: object) -> list[Heard | Step]:
        """A low cry, and so many of it that joined it."""
        usual = {"label": Label.CRY, "priority": Priority.LOW, "reason": Reason.CRYING}
        first, *others = (an_alert(**usual | changes) for _ in range(count + 1))
        joins = [a_step(it, Deed.JOINED, to=first.id) for it in others]
        return [came(first), *joins, *map(came, others)]

    @pytest.mark.parametrize(
        ("count", "priority"), [(0, "low"), (2, "low"), (3, "medium"), (6, "high"), (60, "high")]
    )
    def test_is_counted_and_raises_the_priority(self, count: int, priority: str) -> None:
        (case,) = told(*self.again(count), rise_after=3).cases()
        assert case.repeats == count + 1
        assert case.priority == priority

    def test_counts_as_its_device_does_where_that_is_more(self) -> None:
        (case,) = told(*self.again(1, repeats=5)).cases()
        assert case.repeats == 6

    def test_that_is_worse_is_what_the_nurse_reads(self) -> None:
        worse = an_alert(label=Label.CRY, priority=Priority.HIGH, reason=Reason.LASTING_CRY)
        first = self.again(0)
        assert isinstance(first[0], Heard)
        opener = first[0].alert
        (case,) = told(*first, a_step(worse, Deed.JOINED, to=opener.id), came(worse)).cases()
        assert (case.id, case.priority, case.worst.reason) == (
            opener.id,
            Priority.HIGH,
            Reason.LASTING_CRY,
        )

    def test_is_found_under_its_own_id_too(self) -> None:
        board = told(*self.again(2))
        assert len({board.find(it.alert.id) is board.cases()[0] for it in board.heard()}) == 1

    def test_fits_only_the_same_trouble_in_the_same_room(self) -> None:
        board = told(came(known := an_alert(label=Label.CALL)))
        found = board.same_trouble(an_alert(label=Label.CALL))
        assert found is not None
        assert found.id == known.id
        for change in ({"label": Label.FALL}, {"room": "13"}, {"site": "annexe"}):
            assert board.same_trouble(an_alert(**change)) is None

    def test_of_an_alert_that_is_over_is_news(self) -> None:
        board = told(came(known := an_alert()), a_step(known, Deed.CANCELLED))
        assert board.same_trouble(an_alert()) is None

    def test_leaves_with_what_it_joined(self) -> None:
        board = told(*self.again(3))
        opener = board.cases()[0]
        board.take(a_step(opener.opened_by.alert, Deed.CLOSED), 2.0)
        assert board.clear(NOON + timedelta(seconds=1)) == [opener.id]
        assert board.heard() == []
        assert board.marks() == []

    def test_stands_alone_once_it_must(self) -> None:
        board = told(*self.again(1))
        (case,) = board.cases()
        (joined,) = case.again
        board.take(a_step(joined.alert, Deed.RAISED), 3.0)
        assert {it.id: it.again for it in board.cases()} == {case.id: (), joined.alert.id: ()}
