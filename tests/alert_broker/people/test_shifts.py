"""A session ends with the shift: in summer, in winter, and in the nights between."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import NOON

from alert_broker.people.shifts import HANDOVER, shift_end

PARIS = ZoneInfo("Europe/Paris")
SHIFTS = ("07:00", "14:00", "21:00")

hours = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59))
shifts = st.lists(hours, min_size=1, max_size=6)
moments = st.integers(0, 4 * 365 * 86_400).map(lambda s: NOON + timedelta(seconds=s))
zones = st.sampled_from([PARIS, UTC, ZoneInfo("America/Guadeloupe"), ZoneInfo("Indian/Reunion")])


def local(*when: int) -> datetime:
    return datetime(*when, tzinfo=PARIS)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("signs_in", "ends"),
    [
        (local(2026, 11, 24, 21, 5), local(2026, 11, 25, 7, 0)),
        (local(2026, 11, 25, 3, 0), local(2026, 11, 25, 7, 0)),
        (local(2026, 11, 25, 6, 30), local(2026, 11, 25, 7, 0)),
        (local(2026, 11, 25, 6, 45), local(2026, 11, 25, 14, 0)),  # comes early, for the morning
        (local(2026, 11, 25, 13, 59), local(2026, 11, 25, 21, 0)),
        (local(2026, 10, 24, 22, 0), local(2026, 10, 25, 7, 0)),  # the longest night
        (local(2026, 3, 28, 22, 0), local(2026, 3, 29, 7, 0)),  # the shortest
    ],
)
def test_is_the_end_of_her_shift(signs_in: datetime, ends: datetime) -> None:
    assert shift_end(SHIFTS, signs_in, PARIS) == ends


@given(ends=shifts, now=moments, zone=zones)
def test_is_never_at_once_and_never_more_than_a_day_away(
    ends: list[str], now: datetime, zone: ZoneInfo
) -> None:
    found = shift_end(ends, now, zone)
    # An hour more where the clocks go back that night.
    assert HANDOVER <= found - now <= timedelta(hours=25) + HANDOVER
    assert found.astimezone(zone).strftime("%H:%M") in ends or is_in_a_gap(found, zone)


@given(ends=shifts, now=moments)
def test_no_shift_ends_in_between(ends: list[str], now: datetime) -> None:
    found = shift_end(ends, now, UTC)
    days = (now.date() + timedelta(days=ahead) for ahead in range(3))
    every = [
        datetime.combine(day, time.fromisoformat(end), tzinfo=UTC) for day in days for end in ends
    ]
    assert found in every
    assert not [it for it in every if now + HANDOVER <= it < found]


def is_in_a_gap(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether an hour that its clocks leave out lies just before."""
    before = moment - timedelta(hours=2)
    return before.astimezone(zone).utcoffset() != moment.astimezone(zone).utcoffset()


def test_on_this_machine_is_by_its_own_clock() -> None:
    now = datetime(2026, 11, 25, 3, 0).astimezone()
    assert shift_end(SHIFTS, now).astimezone().strftime("%H:%M") == "07:00"
