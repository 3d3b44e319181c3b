"""The board tells the same whatever the network did to the messages, and forgets nobody."""

import random
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from samples import NOON, an_acknowledgement, an_alert

from alert_broker.board import Board, Case
from alert_broker.messages import LATE_AFTER_S, Acknowledgement, Alert, Label, Priority

IDS = [digit * 32 for digit in "abc"]
PRIORITIES = list(Priority)

moments = st.integers(0, 90).map(lambda s: NOON + timedelta(seconds=s))
alerts = st.builds(
    # What a revision says depends on its number alone, as on the bus.
    lambda id_, revision: an_alert(id=id_, revision=revision, priority=PRIORITIES[revision]),
    st.sampled_from(IDS),
    st.integers(0, 2),
)
arrivals = st.builds(Case.arrived, alerts, st.sampled_from([0.0, 5.0, 60.0]), moments)
acknowledgements = st.builds(
    lambda alert, at, station, by: an_acknowledgement(
        alert, acknowledged_at=at, station=station, by=by
    ),
    alerts,
    moments,
    st.sampled_from(["poste-1", "poste-2"]),
    st.sampled_from(["Marie", "Paul"]),
)
histories = st.lists(arrivals | acknowledgements, max_size=12)


def told(*messages: Case | Acknowledgement) -> Board:
    board = Board()
    for message in messages:
        if isinstance(message, Case):
            board.put(message)
        else:
            board.acknowledge(message)
    return board


def came(alert: Alert, waited_s: float = 0.0) -> Case:
    return Case.arrived(alert, waited_s, NOON)


def shown(board: Board) -> tuple[list[Case], list[Acknowledgement]]:
    return board.cases(), sorted(board.acknowledgements(), key=lambda it: it.alert)


@given(histories, st.randoms(use_true_random=False))
def test_the_same_messages_in_any_order_and_number_give_the_same_board(
    history: list[Case | Acknowledgement], chance: random.Random
) -> None:
    again = history * 2
    chance.shuffle(again)
    assert shown(told(*again)) == shown(told(*history))


@given(histories, moments)
def test_what_nobody_has_taken_never_leaves(
    history: list[Case | Acknowledgement], before: datetime
) -> None:
    arrived = {it.alert.id for it in history if isinstance(it, Case)}
    taken = {it.alert for it in history if isinstance(it, Acknowledgement)}
    board = told(*history)
    assert {case.alert.id for case in board.cases()} == arrived
    gone = board.clear(before)
    assert set(gone) <= taken
    assert {case.alert.id for case in board.cases()} == arrived - set(gone)
    assert all(it.acknowledged_at >= before for it in board.acknowledgements())


@given(histories)
def test_the_most_urgent_comes_first(history: list[Case | Acknowledgement]) -> None:
    cases = told(*history).cases()
    assert cases == sorted(
        cases,
        key=lambda it: (it.acknowledgement is not None, PRIORITIES.index(it.alert.priority)),
    )


def test_among_equals_who_has_waited_longest_comes_first() -> None:
    first, second, third = (
        an_alert(onset_at=NOON + timedelta(minutes=minute)) for minute in (1, 2, 3)
    )
    board = told(came(third), came(first), came(second))
    assert [case.alert.onset_at.minute for case in board.cases()] == [1, 2, 3]


def test_what_somebody_takes_goes_below_the_rest() -> None:
    high, low = an_alert(), an_alert(priority=Priority.LOW)
    board = told(came(high), came(low), an_acknowledgement(high))
    assert [case.alert.id for case in board.cases()] == [low.id, high.id]


def test_a_revision_takes_the_place_of_what_was_known() -> None:
    alert = an_alert(label=Label.FALL, priority=Priority.MEDIUM)
    worse = an_alert(id=alert.id, revision=1, label=Label.FALL, priority=Priority.HIGH)
    board = told(came(alert))
    assert board.put(came(worse))
    assert not board.put(came(alert)), "an old copy must not undo it"
    assert [case.alert.priority for case in board.cases()] == [Priority.HIGH]


def test_a_repeated_delivery_changes_nothing() -> None:
    alert = an_alert()
    board = told(came(alert))
    assert not board.put(came(alert))
    assert not board.put(Case.arrived(alert, 0.0, NOON + timedelta(seconds=9)))


def test_of_two_who_go_both_stations_show_the_same_one() -> None:
    alert = an_alert()
    marie = an_acknowledgement(alert, acknowledged_at=NOON + timedelta(seconds=1))
    paul = an_acknowledgement(alert, by="Paul", station="poste-2", acknowledged_at=NOON)
    here, there = told(came(alert), marie, paul), told(came(alert), paul, marie)
    assert here.acknowledgement(alert.id) == there.acknowledgement(alert.id) == paul


def test_who_goes_is_known_though_the_alert_comes_later() -> None:
    alert = an_alert()
    board = told(an_acknowledgement(alert))
    assert board.acknowledgement(alert.id) is not None
    board.put(came(alert))
    assert [case.acknowledgement for case in board.cases()] == [an_acknowledgement(alert)]


def test_old_news_is_marked_and_a_second_copy_of_fresh_news_is_not() -> None:
    fresh, old, lay = an_alert(), an_alert(delay_s=LATE_AFTER_S + 1), an_alert()
    again = an_alert(id=fresh.id, delay_s=600.0)
    board = told(came(fresh), came(again), came(old), came(lay, waited_s=90.0))
    late = {case.alert.id: case.late_s for case in board.cases()}
    assert late == {fresh.id: 0.0, old.id: LATE_AFTER_S + 1, lay.id: 90.0}


def test_news_that_first_came_late_stays_marked_when_more_is_known() -> None:
    alert = an_alert(delay_s=600.0)
    more = an_alert(id=alert.id, revision=1, delay_s=0.2)
    assert told(came(alert), came(more)).cases()[0].late_s == 600.0
