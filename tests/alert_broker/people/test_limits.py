"""Wrong PINs slow down whoever guesses, and never lock a ward out."""

from collections.abc import Mapping
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from samples import NOON

from alert_broker.people.limits import (
    ADDRESS,
    FORGET_S,
    HERE,
    PERSON,
    Counted,
    Failures,
    counted,
    one_less,
    one_more,
    wait_s,
)

Known = dict[Counted, Failures]

tries = st.lists(
    st.tuples(
        st.sampled_from(["p-marie0", "p-paul00", "p-zoe000"]),
        st.sampled_from(["192.168.1.5", "192.168.1.6"]),
        st.floats(0, 2 * FORGET_S),
    ),
    max_size=60,
)
seconds = st.floats(-400 * 86_400, 400 * 86_400)


def after(wrong: list[tuple[str, str, float]]) -> tuple[Known, float]:
    """What is known after wrong tries, each so long after the last; and when that is, seconds."""
    known: Known = {}
    now_s = 0.0
    for person, address, later_s in wrong:
        now_s += later_s
        for who in counted(person, address):
            known[who] = one_more(known.get(who), NOON + timedelta(seconds=now_s))
    return known, now_s


def wait(known: Mapping[Counted, Failures], person: str, address: str, at_s: float) -> float:
    return wait_s(known, person, address, NOON + timedelta(seconds=at_s))


def test_the_fifth_wrong_pin_delays_and_each_further_one_longer() -> None:
    waits = []
    for count in range(9):
        known, _ = after([("p-marie0", "a", 0.0)] * count)
        waits.append(wait(known, "p-marie0", "a", 0.0))
    assert waits == [0, 0, 0, 0, 0, 30, 60, 120, 240]


@given(wrong=tries, at_s=seconds)
def test_nobody_ever_waits_longer_than_five_minutes(
    wrong: list[tuple[str, str, float]], at_s: float
) -> None:
    """Whatever was typed, and whatever became of the clock."""
    known, _ = after(wrong)
    for person, address, _ in wrong:
        assert 0.0 <= wait(known, person, address, at_s) <= HERE.most_s


@given(wrong=tries, at_s=seconds, many=st.integers(1, 10_000))
def test_what_others_do_elsewhere_costs_nobody_more_than_a_minute(
    wrong: list[tuple[str, str, float]], at_s: float, many: int
) -> None:
    elsewhere = [(person, "10.0.0.66", later_s) for person, _, later_s in wrong]
    known, _ = after(elsewhere)
    known[Counted("p-marie0", "")] = Failures(many, NOON)
    assert wait(known, "p-marie0", "192.168.1.5", at_s) <= 60.0
    assert wait(known, "p-never0", "192.168.1.5", at_s) == 0.0


@given(wrong=tries)
def test_waiting_as_long_as_told_is_enough(wrong: list[tuple[str, str, float]]) -> None:
    known, now_s = after(wrong)
    for person, address, _ in wrong:
        told = wait(known, person, address, now_s)
        assert wait(known, person, address, now_s + told) == 0.0
        assert told == 0.0 or wait(known, person, address, now_s + told / 2) > 0.0


def test_a_quiet_hour_forgets() -> None:
    known, _ = after([("p-marie0", "a", 0.0)] * 40)
    assert wait(known, "p-marie0", "a", FORGET_S + 1) == 0.0
    late = NOON + timedelta(seconds=FORGET_S + 1)
    assert one_more(known[Counted("p-marie0", "a")], late) == Failures(1, late)


def test_guessing_is_slow_from_one_address_and_from_a_thousand() -> None:
    """A PIN of six digits takes years, one of four from a thousand addresses still days."""
    assert HERE.most_s / 60 * 10**6 > 5 * 365 * 24 * 60
    assert min(PERSON.most_s, ADDRESS.most_s) * 10**4 >= 6 * 86_400


@given(count=st.integers(1, 100))
def test_a_right_try_takes_back_what_it_had_cost(count: int) -> None:
    before = Failures(count, NOON)
    assert one_less(one_more(before, NOON)) == before
    assert one_less(Failures(1, NOON)) is None
