"""How sure a rate is: many sounds of one voice are one voice."""

import math

import pytest

from edge.scorecard.intervals import rate_interval, share_interval


def test_forty_sounds_of_two_voices_tell_less_than_forty_of_forty() -> None:
    few = share_interval([("anna", True)] * 20 + [("paul", False)] * 20)
    many = share_interval([(f"voice {n}", n % 2 == 0) for n in range(40)])
    assert few == (0.0, 1.0)
    assert many is not None
    assert 0.3 < many[0] < 0.5 < many[1] < 0.7


def test_the_same_sounds_give_the_same_interval() -> None:
    kept = [(f"voice {n % 7}", n % 3 == 0) for n in range(50)]
    assert share_interval(kept) == share_interval(kept)


def test_one_voice_is_no_sample() -> None:
    assert share_interval([("anna", True), ("anna", False)]) is None
    assert share_interval([]) is None


def test_all_of_ten_found_may_still_be_two_thirds() -> None:
    """Clopper and Pearson's exact bound: 0.025 to the power of a tenth."""
    assert share_interval([(str(n), True) for n in range(10)]) == (
        pytest.approx(0.6915, abs=1e-4),
        1.0,
    )
    assert share_interval([(str(n), False) for n in range(10)]) == (
        0.0,
        pytest.approx(0.3085, abs=1e-4),
    )


def test_no_false_alarm_in_ten_hours_may_still_be_one_in_three() -> None:
    """Poisson's exact bound: -ln 0.025 over the hours."""
    assert rate_interval([], {"a": 4.0, "b": 6.0}) == (
        0.0,
        pytest.approx(-math.log(0.025) / 10.0, abs=1e-4),
    )


def test_false_alarms_of_one_dog_tell_less_than_those_of_many_things() -> None:
    hours = {f"sound {n}": 0.1 for n in range(50)}
    one_dog = rate_interval(["sound 3"] * 10, hours)
    many = rate_interval([f"sound {n}" for n in range(10)], hours)
    assert one_dog is not None
    assert many is not None
    assert one_dog[0] < many[0] < 2.0 < many[1] < one_dog[1]


def test_nothing_heard_is_no_rate() -> None:
    assert rate_interval([], {}) is None
