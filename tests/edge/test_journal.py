"""What was put in the outbox is there after power cuts, full disks and damage."""

import sqlite3
from pathlib import Path

import pytest
from clocks import Time
from disks import full_disk
from killed import promises_of_one_killed
from outboxes import Opened, owed
from samples import a_receipt, an_alert

from alert_broker.messages import LATE_AFTER_S, Fault
from edge.config import Outbox as OutboxSettings
from edge.outbox import RETRY_S, OutboxBusy

AGENT = """
import sys
from samples import NOON, an_alert
from edge.config import Outbox as OutboxSettings
from edge.outbox import Outbox
outbox = Outbox(OutboxSettings(path=sys.argv[1]), lambda: NOON)
while True:
    alert = an_alert(sequence=outbox.next_sequence())
    outbox.put(alert)
    print(alert.id, flush=True)
"""


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def place(tmp_path: Path) -> OutboxSettings:
    return OutboxSettings(path=str(tmp_path / "outbox.sqlite3"), most=5)


def test_everything_is_there_again(place: OutboxSettings, time: Time, opened: Opened) -> None:
    outbox = opened(place, time)
    alerts = [an_alert(sequence=outbox.next_sequence()) for _ in range(3)]
    for alert in alerts:
        outbox.put(alert)
        time.s += 5
    outbox.receive(a_receipt(alerts[1]))
    outbox.close()
    again = opened(place, time)
    assert owed(again) == [alerts[0], alerts[2]]
    assert again.waiting()[0].since_s == pytest.approx(time.s - 15)
    assert again.next_sequence() == 4


def test_an_alert_survives_an_agent_killed_before_the_network_saw_it(
    place: OutboxSettings, time: Time, opened: Opened
) -> None:
    promised = promises_of_one_killed(AGENT, place.path)
    kept = opened(OutboxSettings(path=place.path), time)
    assert {alert.id for alert in owed(kept)} >= promised
    assert kept.next_sequence() > len(promised)


def test_a_clock_set_back_still_marks_it_late(
    place: OutboxSettings, time: Time, opened: Opened
) -> None:
    outbox = opened(place, time)
    outbox.put(an_alert())
    outbox.close()
    time.wall_is_wrong_by_s = -3600
    assert time.s - opened(place, time).waiting()[0].since_s > LATE_AFTER_S


def test_a_clock_that_was_wrong_does_not_throw_it_away(
    place: OutboxSettings, time: Time, opened: Opened
) -> None:
    time.wall_is_wrong_by_s = -30 * 24 * 3600
    outbox = opened(place, time)
    outbox.put(alert := an_alert())
    outbox.close()
    time.wall_is_wrong_by_s = 0
    again = opened(place, time)
    again.tend()
    assert owed(again) == [alert]


def test_two_agents_cannot_share_one(place: OutboxSettings, time: Time, opened: Opened) -> None:
    first = opened(place, time)
    with pytest.raises(OutboxBusy, match="in use by another agent"):
        opened(place, time)
    first.put(alert := an_alert())
    first.close()
    assert owed(opened(place, time)) == [alert]


def test_an_alert_of_another_version_is_let_go_aloud(
    place: OutboxSettings, time: Time, opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    outbox = opened(place, time)
    outbox.put(an_alert(id="a" * 32))
    outbox.put(good := an_alert())
    outbox.close()
    with sqlite3.connect(place.path) as database:
        database.execute("UPDATE alert SET payload = '{\"version\":2}' WHERE id LIKE 'aaa%'")
    database.close()
    assert owed(opened(place, time)) == [good]
    assert "a" * 32 in caplog.text


def test_a_full_disk_costs_nothing_but_a_fault(
    place: OutboxSettings, time: Time, opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    outbox = opened(place, time)
    outbox.put(before := an_alert(sequence=1))
    with full_disk():
        outbox.put(during := an_alert(sequence=2))
        outbox.receive(a_receipt(before))
        time.s += RETRY_S
        outbox.tend()
    assert owed(outbox) == [during]
    assert outbox.fault is Fault.OUTBOX_FULL
    assert sum("kept in memory alone" in line for line in caplog.messages) == 1
    time.s += RETRY_S
    outbox.tend()
    assert outbox.fault is None
    outbox.close()
    assert owed(opened(place, time)) == [during]


def test_a_disk_that_is_not_there_is_used_once_it_is(
    tmp_path: Path, time: Time, opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    place = OutboxSettings(path=str(tmp_path / "missing" / "outbox.sqlite3"))
    outbox = opened(place, time)
    assert "missing/outbox.sqlite3: unable to open database file" in caplog.text
    outbox.put(alert := an_alert())
    assert outbox.fault is Fault.OUTBOX_FULL
    (tmp_path / "missing").mkdir()
    time.s += RETRY_S
    outbox.tend()
    assert outbox.fault is None
    outbox.close()
    assert owed(opened(place, time)) == [alert]


def test_what_could_not_be_read_at_the_start_is_delivered_later(
    place: OutboxSettings, time: Time, opened: Opened
) -> None:
    outbox = opened(place, time)
    outbox.put(earlier := an_alert(sequence=outbox.next_sequence()))
    outbox.close()
    hidden = Path(place.path).rename(f"{place.path}.hidden")
    Path(place.path).mkdir()
    again = opened(place, time)
    again.put(later := an_alert(sequence=2))
    Path(place.path).rmdir()
    hidden.rename(place.path)
    time.s += RETRY_S
    again.tend()
    assert owed(again) == [earlier, later]


@pytest.mark.parametrize("damage", ["not a database at all, only words" * 100, ""])
def test_a_corrupt_file_is_set_aside(
    place: OutboxSettings, time: Time, opened: Opened, damage: str
) -> None:
    Path(place.path).write_text(damage)
    outbox = opened(place, time)
    outbox.put(alert := an_alert())
    assert outbox.fault is None
    outbox.close()
    assert owed(opened(place, time)) == [alert]
    assert Path(f"{place.path}.corrupt").exists() == bool(damage)


def test_a_file_damaged_in_the_middle_is_set_aside(
    place: OutboxSettings, time: Time, opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    outbox = opened(OutboxSettings(path=place.path), time)
    for _ in range(50):
        outbox.put(an_alert())
    outbox.close()
    content = bytearray(Path(place.path).read_bytes())
    content[5000:12_000] = b"\xff" * 7000
    Path(place.path).write_bytes(content)
    again = opened(place, time)
    assert "is corrupt" in caplog.text
    again.put(alert := an_alert())
    assert alert in owed(again)
