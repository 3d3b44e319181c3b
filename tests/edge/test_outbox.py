"""What the outbox owes the nurse, in which order, and what it drops when it must."""

from pathlib import Path

import pytest
from clocks import Time
from outboxes import Opened, owed
from samples import a_receipt, an_alert

from alert_broker.messages import Fault, Priority
from edge.config import Outbox as OutboxSettings


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def place(tmp_path: Path) -> OutboxSettings:
    return OutboxSettings(path=str(tmp_path / "outbox.sqlite3"), most=5)


def test_an_alert_waits_until_its_receipt(
    place: OutboxSettings, time: Time, opened: Opened
) -> None:
    outbox = opened(place, time)
    outbox.put(alert := an_alert())
    assert owed(outbox) == [alert]
    assert outbox.receive(a_receipt(alert))
    assert owed(outbox) == []


def test_a_newer_revision_takes_the_place_of_the_older(
    place: OutboxSettings, time: Time, opened: Opened
) -> None:
    outbox = opened(place, time)
    outbox.put(an_alert(id="a" * 32))
    outbox.put(newer := an_alert(id="a" * 32, revision=1, duration_s=3.0))
    assert owed(outbox) == [newer]


def test_the_receipt_of_an_old_revision_does_not_settle_a_newer_one(
    place: OutboxSettings, time: Time, opened: Opened
) -> None:
    outbox = opened(place, time)
    older, newer = an_alert(id="a" * 32), an_alert(id="a" * 32, revision=1)
    outbox.put(older)
    outbox.put(newer)
    outbox.receive(a_receipt(older))
    assert owed(outbox) == [newer]


def test_the_receipt_of_a_newer_revision_settles_an_older_one(
    place: OutboxSettings, time: Time, opened: Opened
) -> None:
    outbox = opened(place, time)
    outbox.put(alert := an_alert())
    outbox.receive(a_receipt(alert, revision=7))
    assert owed(outbox) == []


def test_receipts_twice_or_for_strangers_change_nothing(
    place: OutboxSettings, time: Time, opened: Opened
) -> None:
    outbox = opened(place, time)
    outbox.put(alert := an_alert())
    outbox.put(other := an_alert())
    assert not outbox.receive(a_receipt(an_alert()))
    assert outbox.receive(a_receipt(alert))
    assert not outbox.receive(a_receipt(alert))
    assert owed(outbox) == [other]


def test_the_most_urgent_goes_first_then_the_oldest(
    place: OutboxSettings, time: Time, opened: Opened
) -> None:
    outbox = opened(place, time)
    low, first, second = (
        an_alert(priority=Priority.LOW),
        an_alert(sequence=8),
        an_alert(sequence=9),
    )
    for alert in (low, first, second):
        outbox.put(alert)
        time.s += 1
    assert owed(outbox) == [first, second, low]


def test_news_is_as_old_as_what_the_station_does_not_know_yet(
    place: OutboxSettings, time: Time, opened: Opened
) -> None:
    outbox = opened(place, time)
    older, newer = an_alert(id="a" * 32), an_alert(id="a" * 32, revision=1)
    outbox.put(older)
    time.s += 60
    outbox.put(newer)
    assert outbox.waiting()[0].since_s == time.s - 60, "no station knows of it at all"
    outbox.receive(a_receipt(older))
    assert outbox.waiting()[0].since_s == time.s, "only the new revision is news"


def test_after_a_day_it_is_given_up_aloud(
    place: OutboxSettings, time: Time, opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    outbox = opened(place, time)
    outbox.put(alert := an_alert())
    time.s += 24 * 3600 - 1
    outbox.tend()
    assert owed(outbox) == [alert]
    time.s += 2
    outbox.tend()
    assert owed(outbox) == []
    assert f"alert {alert.id} given up" in caplog.text


def test_when_full_it_says_so_and_drops_the_least_urgent(
    place: OutboxSettings, time: Time, opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    outbox = opened(place, time)
    old_low, low = an_alert(priority=Priority.LOW), an_alert(priority=Priority.LOW)
    high = [an_alert(priority=Priority.HIGH) for _ in range(4)]
    for alert in (old_low, low, *high):
        outbox.put(alert)
        time.s += 1
    assert owed(outbox) == [*high, low]
    assert outbox.fault is Fault.OUTBOX_FULL
    assert "alerts wait" in outbox.problem
    assert f"outbox full: alert {old_low.id}" in caplog.text
    outbox.put(an_alert(priority=Priority.MEDIUM))
    outbox.put(newcomer := an_alert(priority=Priority.LOW))
    assert newcomer not in owed(outbox)
    outbox.receive(a_receipt(high[0]))
    assert outbox.fault is None
    assert outbox.problem == ""
