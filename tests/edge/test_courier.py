"""An alert reaches the nurse, whatever the network does; and the nurse knows how the device is."""

from pathlib import Path

import pytest
from brokers import AnyBroker, Mosquitto, free_port
from couriers import VERSIONS, at_work, clock
from samples import NOON, an_alert
from stations import PostStation
from waiting import eventually

from alert_broker.messages import (
    Acknowledgement,
    DeviceState,
    Fault,
    Heartbeat,
    Priority,
)
from alert_broker.settings import Broker
from edge.config import AgentSettings
from edge.config import Outbox as OutboxSettings
from edge.courier import Courier
from edge.outbox import Outbox
from edge.status import Hearing

pytestmark = pytest.mark.broker
GENEROUS_S = 30.0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "outbox.sqlite3"


def test_an_alert_arrives_once_and_is_forgotten_on_its_receipt(
    any_broker: AnyBroker, file: Path
) -> None:
    with PostStation(any_broker.settings) as station, at_work(any_broker.settings, file) as courier:
        courier.send(alert := an_alert())
        assert courier.drain(GENEROUS_S)
    (arrived,) = station.alerts
    assert (arrived.id, arrived.label, arrived.late) == (alert.id, alert.label, False)


def test_the_broker_having_it_is_not_enough(any_broker: AnyBroker, file: Path) -> None:
    with (
        PostStation(any_broker.settings, receipts=False) as station,
        at_work(any_broker.settings, file) as courier,
    ):
        courier.send(alert := an_alert())
        assert station.reads(lambda s: len(s.alerts) >= 3), "it is sent until a station has it"
        assert not courier.drain(0)
        assert {(again.id, again.revision) for again in station.alerts} == {(alert.id, 0)}
        delays = [again.delay_s for again in station.alerts]
        assert delays == sorted(delays)
        assert delays[-1] > 0.3
        station.receive(alert)
        assert courier.drain(GENEROUS_S)


def test_receipts_twice_late_or_of_an_old_revision_do_no_harm(
    any_broker: AnyBroker, file: Path
) -> None:
    with (
        PostStation(any_broker.settings, receipts=False) as station,
        at_work(any_broker.settings, file) as courier,
    ):
        older, newer = an_alert(id="a" * 32), an_alert(id="a" * 32, revision=1)
        courier.send(older)
        courier.send(newer)
        station.receive(older)
        station.receive(older)
        station.receive(an_alert())
        assert station.reads(lambda s: s.alerts and s.alerts[-1].revision == 1)
        assert not courier.drain(0)
        station.receive(newer)
        assert courier.drain(GENEROUS_S)
        station.receive(older)
        courier.send(an_alert(id="a" * 32, revision=2))
        assert station.reads(lambda s: s.alerts[-1].revision == 2)


def test_while_the_broker_is_away_nothing_waits_and_then_the_urgent_comes_first(
    any_broker: AnyBroker, file: Path
) -> None:
    any_broker.stop()
    with at_work(any_broker.settings, file, resend_s=5.0) as courier:
        assert eventually(lambda: "cannot be reached" in courier.problem)
        urgencies = [Priority.LOW, Priority.MEDIUM, Priority.HIGH] * 5
        for number, priority in enumerate(urgencies):
            courier.send(an_alert(sequence=number, priority=priority))
        any_broker.start()
        with PostStation(any_broker.settings) as station:
            assert courier.drain(GENEROUS_S)
    arrived = list({alert.id: alert for alert in station.alerts}.values())
    assert [(a.priority.rank, a.sequence) for a in arrived] == sorted(
        (priority.rank, number) for number, priority in enumerate(urgencies)
    )
    assert all(alert.delay_s > 0 for alert in arrived)


def test_five_hundred_alerts_of_a_long_silence_all_arrive_once(
    mosquitto: Mosquitto, file: Path
) -> None:
    with PostStation(mosquitto.settings) as station:
        mosquitto.stop()
        with at_work(mosquitto.settings, file, resend_s=30.0) as courier:
            sent = [an_alert(sequence=number) for number in range(500)]
            for alert in sent:
                courier.send(alert)
            mosquitto.start()
            assert courier.drain(2 * GENEROUS_S)
        assert [alert.id for alert in station.alerts] == [alert.id for alert in sent]


def test_what_an_earlier_run_owed_is_delivered_and_marked_late(
    any_broker: AnyBroker, file: Path
) -> None:
    a_minute_ago = Outbox(
        OutboxSettings(path=str(file)), lambda: clock().replace(year=clock().year - 1)
    )
    a_minute_ago.put(alert := an_alert())
    a_minute_ago.close()
    with PostStation(any_broker.settings) as station, at_work(any_broker.settings, file) as courier:
        assert courier.drain(GENEROUS_S)
    (arrived,) = station.alerts
    assert (arrived.id, arrived.late) == (alert.id, True)


def test_when_no_station_listens_it_says_so_and_delivers_as_soon_as_one_does(
    mosquitto: Mosquitto, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with at_work(mosquitto.settings, file) as courier:
        for number in range(30):
            courier.send(an_alert(sequence=number))
        assert eventually(lambda: courier.unheard)
        assert "no station is listening" in caplog.text
        with PostStation(mosquitto.settings) as station:
            assert courier.drain(GENEROUS_S)
            assert not courier.unheard
            assert {alert.sequence for alert in station.alerts} == set(range(30))


def test_it_notices_a_station_that_comes_while_nothing_is_owed(
    mosquitto: Mosquitto, file: Path
) -> None:
    with at_work(mosquitto.settings, file) as courier:
        assert eventually(lambda: courier.unheard)
        with PostStation(mosquitto.settings) as station:
            courier.beat(Hearing(0.1, -60.0, 0, 0))
            assert eventually(lambda: not courier.unheard)
            assert station.reads(lambda s: [b.unheard for b in s.of(Heartbeat)] == [True])


def test_the_heartbeat_tells_how_well_sound_flows(any_broker: AnyBroker, file: Path) -> None:
    with (
        PostStation(any_broker.settings, receipts=False) as station,
        at_work(any_broker.settings, file) as courier,
    ):
        courier.send(an_alert())
        assert station.reads(lambda s: s.alerts)
        courier.beat(Hearing(audio_age_s=7.5, level_dbfs=-61.0, overflows=3, gaps=2))
        assert station.reads(lambda s: s.of(Heartbeat))
    (beat,) = station.of(Heartbeat)
    assert (beat.audio_age_s, beat.level_dbfs, beat.overflows, beat.gaps) == (7.5, -61.0, 3, 2)
    assert beat.waiting == 1
    assert beat.uptime_s > 0


def test_the_status_says_what_is_wrong_since_when_and_when_it_is_mended(
    any_broker: AnyBroker, file: Path
) -> None:
    with PostStation(any_broker.settings) as station, at_work(any_broker.settings, file) as courier:
        assert station.reads(lambda s: s.status and s.status.state is DeviceState.ONLINE)
        courier.report((Fault.MICROPHONE_ABSENT,), "no microphone named USB")
        assert station.reads(lambda s: s.status.state is DeviceState.FAULT)
        broken = station.status
        courier.report((Fault.MICROPHONE_BUSY,), "another program has it")
        assert station.reads(lambda s: s.status.faults == (Fault.MICROPHONE_BUSY,))
        assert station.status.since == broken.since
        courier.report()
        assert station.reads(lambda s: s.status.state is DeviceState.ONLINE)
        assert station.status.since > broken.since
        assert station.status.software == VERSIONS.software


def test_a_device_that_leaves_says_so_to_those_who_come_later(
    any_broker: AnyBroker, file: Path
) -> None:
    with at_work(any_broker.settings, file) as courier:
        assert eventually(lambda: courier.connected)
    with PostStation(any_broker.settings) as station:
        assert station.reads(lambda s: s.status)
    assert (station.status.state, station.status.detail) == (DeviceState.OFFLINE, "stopped")


def test_a_disk_that_fails_shows_on_the_station_while_alerts_still_arrive(
    any_broker: AnyBroker, tmp_path: Path
) -> None:
    with (
        PostStation(any_broker.settings) as station,
        at_work(any_broker.settings, tmp_path / "missing" / "outbox.sqlite3") as courier,
    ):
        assert station.reads(lambda s: s.status and s.status.faults == (Fault.OUTBOX_FULL,))
        assert "unable to open database file" in station.status.detail, "so whom to blame is known"
        courier.send(an_alert())
        assert courier.drain(GENEROUS_S)


def test_it_hears_that_somebody_goes(any_broker: AnyBroker, file: Path) -> None:
    heard: list[Acknowledgement] = []
    settings = AgentSettings(
        broker=any_broker.settings, outbox=OutboxSettings(path=str(file), resend_s=0.3)
    )
    outbox = Outbox(settings.outbox, clock)
    with (
        PostStation(any_broker.settings) as station,
        Courier(settings, outbox, VERSIONS, clock, heard.append) as courier,
    ):
        courier.send(alert := an_alert())
        assert courier.drain(GENEROUS_S)
        acknowledgement = Acknowledgement(
            site=alert.site,
            room=alert.room,
            alert=alert.id,
            by="Anne",
            station="poste",
            acknowledged_at=NOON,
        )
        station.session.publish(acknowledgement)
        assert eventually(lambda: heard == [acknowledgement])


def test_leaving_never_hangs_on_a_broker_that_was_never_there(file: Path) -> None:
    with at_work(Broker(port=free_port()), file) as courier:
        courier.send(an_alert())
        assert courier.alive
    assert not courier.alive
