"""Nobody waits longer because a clock was set, or because the station was restarted."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from samples import NOON

from alert_broker.clock import Instant
from alert_broker.steady import Steady

jumps = st.integers(-100_000, 100_000)
waits = st.integers(0, 100_000)


def instant(elapsed_s: float, wrong_by_s: float = 0.0) -> Instant:
    return Instant(NOON + timedelta(seconds=elapsed_s + wrong_by_s), elapsed_s)


@given(st.lists(st.tuples(waits, jumps), max_size=10))
def test_no_change_of_the_clock_bends_it(history: list[tuple[int, int]]) -> None:
    steady = Steady(instant(0))
    begins = steady.s(instant(0))
    elapsed = 0
    for wait, wrong_by_s in history:
        elapsed += wait
        assert steady.s(instant(elapsed, wrong_by_s)) - begins == elapsed


@given(waits)
def test_a_restart_counts_how_long_we_were_away(away_s: int) -> None:
    last_s = Steady(instant(0)).s(instant(50))
    # A machine that was switched off begins its own count anew.
    after = Instant(NOON + timedelta(seconds=50 + away_s), 0.0)
    assert Steady(after, last_s).s(after) - last_s == away_s


@given(waits, jumps)
def test_a_restart_never_goes_back(away_s: int, wrong_by_s: int) -> None:
    last_s = Steady(instant(0)).s(instant(50))
    after = instant(50 + away_s, wrong_by_s)
    assert Steady(after, last_s).s(after) >= last_s


def test_what_an_earlier_run_wrote_may_be_known_only_later() -> None:
    steady = Steady(instant(0))
    last_s = steady.s(instant(0)) + 3600
    steady.at_least(instant(10), last_s)
    assert steady.s(instant(10)) == last_s
    steady.at_least(instant(20), last_s)
    assert steady.s(instant(20)) == last_s + 10
