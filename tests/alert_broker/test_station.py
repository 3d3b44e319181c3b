"""Nothing that was heard is hidden from a nurse: not by a full disk, a restart, or a long night."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from brokers import free_port
from clocks import Time
from disks import full_disk
from samples import a_heartbeat, a_status, an_acknowledgement, an_alert

from alert_broker.messages import DeviceState, Message
from alert_broker.mqtt import Delivery
from alert_broker.rooms import Health
from alert_broker.screens import Screen
from alert_broker.settings import Broker, StationSettings
from alert_broker.settings import Station as Settings
from alert_broker.station import CLEAN_S, MEND_S, AlreadyTaken, Station, UnknownAlert
from alert_broker.store import Store
from alert_broker.views import AlertView

HOUR_S = 3600.0


class Runs:
    """One station, run after run, with no broker in reach."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.time = Time()
        self.begin()

    def begin(self) -> None:
        self.store = Store(self.path)
        settings = StationSettings(Settings(), Broker(port=free_port()))
        self.station = Station(settings, self.store, self.time.instant)

    def restart(self) -> None:
        self.station.stop()
        self.store.close()
        self.begin()

    def receives(self, *messages: Message, kept: bool = False) -> None:
        for message in messages:
            self.station.receive(message, Delivery(retained=kept))

    def pass_s(self, seconds: float) -> None:
        self.time.s += seconds
        self.station.tend()

    @property
    def alerts(self) -> dict[str, AlertView]:
        return {alert.id: alert for alert in self.station.board().alerts}

    @property
    def health(self) -> dict[str, Health]:
        return {room.room: room.health for room in self.station.board().rooms}


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Runs]:
    runs = Runs(tmp_path / "station.sqlite3")
    yield runs
    runs.store.close()


class TestARestart:
    def test_shows_again_what_was_shown_and_nothing_twice(self, runs: Runs) -> None:
        open_, taken = an_alert(), an_alert(delay_s=60.0)
        runs.receives(open_, taken, open_, an_acknowledgement(taken))
        before = runs.alerts
        runs.restart()
        assert runs.alerts == before
        runs.receives(open_, taken)
        assert runs.alerts == before

    def test_knows_the_rooms_and_says_of_none_that_it_is_listened_to(self, runs: Runs) -> None:
        runs.receives(a_heartbeat(), a_heartbeat(room="13", device="veilleur-13"))
        gone = a_status(room="14", device="veilleur-14", state=DeviceState.OFFLINE)
        runs.receives(gone)
        runs.restart()
        assert runs.health == {
            "12": Health.AWAITED,
            "13": Health.AWAITED,
            "14": Health.OFFLINE,
        }
        runs.receives(a_heartbeat())
        runs.pass_s(1)
        assert runs.health["12"] is Health.ONLINE
        runs.pass_s(60)
        assert runs.health["13"] is Health.SILENT


class TestAFullDisk:
    def test_hides_no_alert(self, runs: Runs) -> None:
        with full_disk():
            runs.receives(alert := an_alert())
            runs.pass_s(1)
        assert alert.id in runs.alerts
        link = runs.station.link
        assert not link.store
        assert "station.database" in link.problem

    def test_lets_nobody_be_sent_twice(self, runs: Runs) -> None:
        runs.receives(alert := an_alert())
        with full_disk():
            runs.station.acknowledge(alert.id, "Marie")
        runs.pass_s(MEND_S)
        runs.restart()
        taken = runs.alerts[alert.id].taken
        assert taken is not None
        assert taken.by == "Marie"

    def test_once_mended_has_lost_nothing(self, runs: Runs) -> None:
        runs.receives(before := an_alert())
        with full_disk():
            runs.receives(during := an_alert())
            runs.pass_s(MEND_S)
            assert not runs.station.link.store
        runs.pass_s(MEND_S)
        runs.pass_s(1)
        assert runs.station.link.store
        runs.restart()
        assert runs.alerts.keys() == {before.id, during.id}

    def test_is_told_until_all_is_written_down(self, runs: Runs) -> None:
        with full_disk():
            runs.receives(an_alert())
        runs.receives(an_alert())
        runs.pass_s(0.5)
        assert not runs.station.link.store, "the first one is still not on disk"


class TestAStoreThatCannotBeReadAtTheStart:
    def test_stops_no_alert_and_brings_the_others_back_once_it_can(self, runs: Runs) -> None:
        runs.receives(earlier := an_alert())
        runs.store.close()
        hidden = runs.path.rename(runs.path.with_suffix(".hidden"))
        runs.path.mkdir()
        runs.begin()
        runs.receives(later := an_alert())
        assert runs.alerts.keys() == {later.id}
        runs.path.rmdir()
        hidden.rename(runs.path)
        assert asyncio.run(self.told_while_mending(runs)) >= {earlier.id, later.id}
        runs.restart()
        assert runs.alerts.keys() == {earlier.id, later.id}

    async def told_while_mending(self, runs: Runs) -> set[str]:
        """The alerts that a screen which was there all the time comes to know."""
        screen = Screen()
        runs.station.join(screen)
        events = screen.events()
        await anext(events)
        runs.pass_s(MEND_S)
        text = (await anext(events)).decode()
        return {id_ for id_ in runs.alerts if id_ in text}


class TestALongNight:
    def test_leaves_what_nobody_took_and_clears_what_somebody_did(self, runs: Runs) -> None:
        runs.receives(open_ := an_alert(), taken := an_alert())
        runs.station.acknowledge(taken.id, "Marie")
        runs.pass_s(11 * HOUR_S)
        assert runs.alerts.keys() == {open_.id, taken.id}
        runs.pass_s(1.1 * HOUR_S)
        assert runs.alerts.keys() == {open_.id}
        runs.pass_s(400 * 24 * HOUR_S)
        assert runs.alerts.keys() == {open_.id}
        runs.restart()
        assert runs.alerts.keys() == {open_.id}

    def test_does_not_show_anew_what_somebody_took_long_ago(self, runs: Runs) -> None:
        runs.receives(alert := an_alert())
        runs.station.acknowledge(alert.id, "Marie")
        runs.pass_s(5 * 24 * HOUR_S)
        assert not runs.alerts
        runs.receives(alert)
        assert all(it.taken for it in runs.alerts.values())
        runs.pass_s(CLEAN_S)
        assert not runs.alerts


class TestSomebodyGoes:
    def test_only_once(self, runs: Runs) -> None:
        runs.receives(alert := an_alert())
        first = runs.station.acknowledge(alert.id, "Marie")
        assert runs.station.acknowledge(alert.id, "Marie") == first
        with pytest.raises(AlreadyTaken, match="Marie"):
            runs.station.acknowledge(alert.id, "Paul")

    def test_as_another_station_said(self, runs: Runs) -> None:
        runs.receives(alert := an_alert())
        runs.receives(an_acknowledgement(alert, by="Paul", station="poste-2"))
        with pytest.raises(AlreadyTaken, match="Paul"):
            runs.station.acknowledge(alert.id, "Marie")

    def test_as_another_station_said_before_the_alert_came(self, runs: Runs) -> None:
        alert = an_alert()
        runs.receives(an_acknowledgement(alert))
        runs.restart()
        runs.receives(alert)
        assert runs.alerts[alert.id].taken

    def test_nowhere_for_an_unknown_alert(self, runs: Runs) -> None:
        with pytest.raises(UnknownAlert):
            runs.station.acknowledge("0" * 32, "Marie")


def test_what_lay_at_the_broker_is_marked_late(runs: Runs) -> None:
    runs.station.receive(alert := an_alert(), Delivery(waited_s=1200.0))
    assert runs.alerts[alert.id].late_s == 1200.0


def test_a_lost_link_is_told_with_the_time_it_was_lost(runs: Runs) -> None:
    began = runs.time.wall()
    runs.pass_s(1)
    runs.pass_s(HOUR_S)
    link = runs.station.link
    assert (link.broker, link.store, link.lost_at) == (False, True, began)
