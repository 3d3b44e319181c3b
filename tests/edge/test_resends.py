"""What is sent when: the urgent first, a few at a time, less and less often."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from samples import an_alert

from alert_broker.messages import Priority
from edge.outbox import Waiting
from edge.resends import LONGEST_S, WINDOW, Resends


def waiting(count: int, priority: Priority = Priority.MEDIUM) -> list[Waiting]:
    return [Waiting(an_alert(priority=priority, sequence=n), 0.0, 0.0) for n in range(count)]


def sendings(resends: Resends, owed: Sequence[Waiting], until_s: float) -> list[float]:
    """When the first of these is sent, if the broker answers and no station does, seconds."""
    times, now_s = [], 0.0
    while now_s <= until_s:
        for entry in resends.due(owed, now_s):
            resends.answered(entry.alert.id, entry.alert.revision)
            if entry == owed[0]:
                times.append(now_s)
        now_s += max(0.001, resends.pause_s(now_s))
    return times


def test_an_alert_is_sent_at_once() -> None:
    (alert,) = waiting(1)
    assert Resends(5.0).due([alert], 100.0) == [alert]


def test_without_a_receipt_it_is_sent_again_and_less_often() -> None:
    assert sendings(Resends(5.0), waiting(1), 100.0) == [0, 5, 15, 35, 65, 95]


def test_while_nobody_listens_only_the_most_urgent_asks_and_goes_on_asking() -> None:
    resends = Resends(5.0)
    resends.heard(False)
    owed = waiting(3)
    assert sendings(resends, owed, 20.0) == [0, 5, 10, 15, 20]
    assert resends.due(owed, 25.0) == owed[:1]


def test_when_somebody_listens_again_everything_is_due() -> None:
    resends = Resends(5.0)
    resends.heard(False)
    owed = waiting(3)
    resends.due(owed, 0.0)
    resends.heard(True)
    assert resends.due(owed, 0.1) == owed


def test_a_new_connection_makes_everything_due() -> None:
    resends, owed = Resends(5.0), waiting(3)
    resends.due(owed, 0.0)
    assert resends.due(owed, 0.1) == []
    resends.restart()
    assert resends.due(owed, 0.2) == owed


def test_a_new_revision_does_not_wait_for_the_pause_of_the_old() -> None:
    resends = Resends(5.0)
    resends.due([Waiting(an_alert(id="a" * 32), 0.0, 0.0)], 0.0)
    newer = Waiting(an_alert(id="a" * 32, revision=1), 0.0, 0.0)
    assert resends.due([newer], 0.1) == [newer]


def test_an_urgent_alert_overtakes_five_hundred_that_wait() -> None:
    resends, owed = Resends(5.0), waiting(500)
    assert resends.due(owed, 0.0) == owed[:WINDOW]
    urgent = waiting(1, Priority.HIGH)
    assert resends.due(urgent + owed, 0.1) == []
    resends.answered(owed[0].alert.id, 0)
    assert resends.due(urgent + owed, 0.2) == urgent


def test_a_broker_that_never_answers_is_asked_again() -> None:
    resends, owed = Resends(5.0), waiting(WINDOW + 1)
    assert resends.due(owed, 0.0) == owed[:WINDOW]
    assert resends.pause_s(0.0) == 5.0
    assert resends.due(owed, 5.0) == owed[:WINDOW]


@given(
    counts=st.lists(st.integers(0, 40), min_size=1, max_size=20),
    steps=st.lists(st.floats(0.01, 60.0), min_size=20, max_size=20),
    unheard=st.lists(st.booleans(), min_size=20, max_size=20),
)
def test_it_never_floods_never_spins_and_never_sleeps_too_long(
    counts: list[int], steps: list[float], unheard: list[bool]
) -> None:
    resends, now_s = Resends(5.0), 0.0
    for count, step_s, nobody in zip(counts, steps, unheard, strict=False):
        resends.heard(not nobody)
        assert len(resends.due(waiting(count), now_s)) <= (1 if nobody else WINDOW)
        assert 0 < resends.pause_s(now_s) <= LONGEST_S
        now_s += step_s
