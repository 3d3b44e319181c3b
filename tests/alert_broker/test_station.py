"""Nothing that was heard is hidden from a nurse: not by a full disk, a restart, or a long night."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from brokers import free_port
from clocks import Time
from disks import full_disk
from samples import a_heartbeat, a_status, a_step, an_acknowledgement, an_alert
from stores import said_to_databases

from alert_broker.case import Heard
from alert_broker.ledger import book
from alert_broker.ledger.entries import Rang, Stepped, decode
from alert_broker.life import Forbidden, Stage
from alert_broker.lives import UnknownAlert
from alert_broker.messages import Deed, DeviceState, Label, Message, Outcome, Priority, Step
from alert_broker.mqtt import Delivery
from alert_broker.rooms import Health
from alert_broker.screens import Screen
from alert_broker.settings import Broker, StationSettings
from alert_broker.settings import Station as Settings
from alert_broker.station import CLEAN_S, MEND_S, Station
from alert_broker.store import Store
from alert_broker.views import AlertView

HOUR_S = 3600.0


class Runs:
    """One station, run after run, with no broker in reach."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.time = Time()
        self.rooms = 0
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

    def hears(self, **changes: object) -> str:
        """An alert comes, of another room than any before unless it says which; its id."""
        self.rooms += 1
        alert = an_alert(**{"room": f"r{self.rooms}"} | changes)
        self.receives(alert)
        return alert.id

    def says(self, alert_id: str, deed: Deed, by: str = "Marie") -> AlertView:
        outcome = Outcome.REAL if deed is Deed.CLOSED else None
        return self.station.say(alert_id, deed, by, outcome)

    def closes(self, alert_id: str) -> None:
        self.says(alert_id, Deed.CLAIMED)
        self.says(alert_id, Deed.CLOSED)

    def lives_s(self, seconds: float, step_s: float = 1.0) -> None:
        """Time passes, and the station is awake."""
        for _ in range(int(seconds / step_s)):
            self.pass_s(step_s)

    def record(self, alert_id: str) -> list[Step]:
        return list(self.station.record(alert_id).steps)

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
        open_, taken = an_alert(), an_alert(room="13", delay_s=60.0)
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
            runs.says(alert.id, Deed.CLAIMED)
        runs.pass_s(MEND_S)
        runs.restart()
        taken = runs.alerts[alert.id].taken
        assert taken is not None
        assert taken.by == "Marie"

    def test_once_mended_has_lost_nothing(self, runs: Runs) -> None:
        runs.receives(before := an_alert())
        with full_disk():
            runs.receives(during := an_alert(room="13"))
            runs.pass_s(MEND_S)
            assert not runs.station.link.store
        runs.pass_s(MEND_S)
        runs.pass_s(1)
        assert runs.station.link.store
        runs.restart()
        assert runs.alerts.keys() == {before.id, during.id}

    def test_is_told_until_all_is_written_down(self, runs: Runs) -> None:
        with full_disk():
            runs.hears()
        runs.hears()
        runs.pass_s(0.5)
        assert not runs.station.link.store, "the first one is still not on disk"


class TestAStoreThatCannotBeReadAtTheStart:
    def test_stops_no_alert_and_brings_the_others_back_once_it_can(self, runs: Runs) -> None:
        runs.receives(earlier := an_alert())
        runs.store.close()
        hidden = runs.path.rename(runs.path.with_suffix(".hidden"))
        runs.path.mkdir()
        runs.begin()
        runs.receives(later := an_alert(room="13"))
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
    def test_leaves_what_nobody_closed_and_clears_what_somebody_did(self, runs: Runs) -> None:
        open_, claimed, closed = runs.hears(), runs.hears(), runs.hears()
        runs.says(claimed, Deed.CLAIMED)
        runs.closes(closed)
        runs.pass_s(11 * HOUR_S)
        assert runs.alerts.keys() == {open_, claimed, closed}
        runs.pass_s(1.1 * HOUR_S)
        assert runs.alerts.keys() == {open_, claimed}
        runs.pass_s(400 * 24 * HOUR_S)
        assert runs.alerts.keys() == {open_, claimed}
        runs.restart()
        assert runs.alerts.keys() == {open_, claimed}

    def test_does_not_show_anew_what_somebody_closed_long_ago(self, runs: Runs) -> None:
        runs.receives(alert := an_alert())
        runs.closes(alert.id)
        runs.pass_s(5 * 24 * HOUR_S)
        assert not runs.alerts
        runs.receives(alert)
        assert all(it.stage.ended for it in runs.alerts.values())
        runs.pass_s(CLEAN_S)
        assert not runs.alerts

    def test_is_read_long_after_without_coming_on_a_screen_again(self, runs: Runs) -> None:
        runs.receives(alert := an_alert())
        runs.closes(alert.id)
        runs.pass_s(5 * 24 * HOUR_S)
        assert [step.deed for step in runs.record(alert.id)][-1] is Deed.CLOSED
        assert not runs.alerts


class TestSomebodyGoes:
    def test_only_once(self, runs: Runs) -> None:
        alert = runs.hears()
        first = runs.says(alert, Deed.CLAIMED)
        assert runs.says(alert, Deed.CLAIMED) == first
        with pytest.raises(Forbidden, match="Marie"):
            runs.says(alert, Deed.CLAIMED, by="Paul")
        assert [it.deed for it in runs.record(alert)] == [Deed.RAISED, Deed.CLAIMED]

    def test_as_another_station_said(self, runs: Runs) -> None:
        runs.receives(alert := an_alert())
        runs.receives(an_acknowledgement(alert, by="Paul", station="poste-2"))
        with pytest.raises(Forbidden, match="Paul"):
            runs.says(alert.id, Deed.CLAIMED)

    def test_as_another_station_said_before_the_alert_came(self, runs: Runs) -> None:
        alert = an_alert()
        runs.receives(an_acknowledgement(alert))
        runs.restart()
        runs.receives(alert)
        assert runs.alerts[alert.id].taken

    def test_nowhere_for_an_unknown_alert(self, runs: Runs) -> None:
        with pytest.raises(UnknownAlert):
            runs.says("0" * 32, Deed.CLAIMED)

    def test_and_all_that_follows_is_on_the_record(self, runs: Runs) -> None:
        alert = runs.hears()
        runs.station.delivered([alert, alert, "0" * 32])
        for deed in (Deed.CLAIMED, Deed.IN_ROOM, Deed.CLOSED):
            runs.pass_s(30)
            runs.says(alert, deed)
        runs.restart()
        steps = runs.record(alert)
        assert [(it.deed, it.by, it.station) for it in steps] == [
            (Deed.RAISED, "", "poste-1"),
            (Deed.DELIVERED, "", "poste-1"),
            (Deed.CLAIMED, "Marie", "poste-1"),
            (Deed.IN_ROOM, "Marie", "poste-1"),
            (Deed.CLOSED, "Marie", "poste-1"),
        ]
        assert [(it.at - steps[0].at).total_seconds() for it in steps] == [0, 0, 30, 60, 90]
        assert runs.alerts[alert].outcome is Outcome.REAL


class TestNobodyAnswers:
    def test_and_the_next_group_is_called_then_the_supervisor(self, runs: Runs) -> None:
        alert = runs.hears()
        runs.lives_s(59)
        assert (runs.alerts[alert].rings, runs.alerts[alert].calls) == (0, ())
        runs.lives_s(1)
        assert runs.alerts[alert].rings == 1
        runs.lives_s(240)
        called = runs.alerts[alert].calls
        assert [call.to for call in called] == ["équipe voisine", "responsable"]
        assert (called[1].at - called[0].at).total_seconds() == 180
        runs.lives_s(300)
        assert runs.alerts[alert].rings == 10
        assert [it.deed for it in runs.record(alert)].count(Deed.ESCALATED) == 2

    def test_and_every_screen_is_told_each_time_it_rings(self, runs: Runs) -> None:
        runs.hears()
        assert asyncio.run(self.rings_told(runs, 200)) == [1, 2, 3]

    async def rings_told(self, runs: Runs, seconds: int) -> list[int]:
        screen = Screen()
        runs.station.join(screen)
        events = screen.events()
        await anext(events)
        told: list[int] = []
        for _ in range(seconds):
            runs.pass_s(1)
            await asyncio.sleep(0)
            while screen._pending:
                text = (await anext(events)).decode()
                data = [it for it in text.splitlines() if it.startswith('data: {"id"')]
                told += [msgspec.json.decode(it[6:], type=AlertView).rings for it in data]
        return sorted(set(told))

    def test_and_a_whole_ward_that_rings_again_is_written_down_at_once(self, runs: Runs) -> None:
        """A slow disk that is asked once for each would meanwhile hold up the next alert."""
        alerts = {runs.hears() for _ in range(50)}
        runs.pass_s(59)
        with said_to_databases("commit") as commits:
            runs.pass_s(2)
        assert len(commits) < len(alerts)
        with runs.store.database.transaction() as connection:
            entries = [decode(link.text) for link in book.links(connection)]
        assert {entry.alert for entry in entries if isinstance(entry, Rang)} == alerts

    def test_whatever_the_clock_of_the_wall_does(self, runs: Runs) -> None:
        alert = runs.hears()
        runs.lives_s(60)
        runs.time.wall_is_wrong_by_s = -2 * HOUR_S
        runs.lives_s(59)
        assert not runs.alerts[alert].calls
        runs.lives_s(1)
        assert len(runs.alerts[alert].calls) == 1
        runs.time.wall_is_wrong_by_s = 2 * HOUR_S
        runs.lives_s(179)
        assert len(runs.alerts[alert].calls) == 1
        runs.lives_s(1)
        assert len(runs.alerts[alert].calls) == 2

    def test_though_the_station_was_restarted(self, runs: Runs) -> None:
        alert = runs.hears()
        runs.lives_s(100)
        runs.restart()
        runs.lives_s(19)
        assert not runs.alerts[alert].calls
        runs.lives_s(1)
        assert len(runs.alerts[alert].calls) == 1

    def test_while_the_station_was_away(self, runs: Runs) -> None:
        alert = runs.hears()
        runs.lives_s(10)
        runs.station.stop()
        runs.store.close()
        runs.time.s += 400
        runs.begin()
        runs.lives_s(1)
        assert len(runs.alerts[alert].calls) == 2
        assert runs.alerts[alert].rings == 6

    def test_though_the_clock_went_back_while_the_station_was_away(self, runs: Runs) -> None:
        alert = runs.hears()
        runs.lives_s(100)
        runs.station.stop()
        runs.store.close()
        runs.time.wall_is_wrong_by_s = -5 * HOUR_S
        runs.begin()
        runs.lives_s(20)
        assert len(runs.alerts[alert].calls) == 1, "and not five hours later"

    def test_but_a_restart_calls_nobody_twice(self, runs: Runs) -> None:
        alert = runs.hears()
        runs.lives_s(130)
        before = runs.record(alert)
        for _ in range(3):
            runs.restart()
            runs.pass_s(1)
        assert runs.record(alert) == before

    def test_even_on_a_full_disk(self, runs: Runs) -> None:
        with full_disk():
            alert = runs.hears()
            runs.lives_s(130)
            assert len(runs.alerts[alert].calls) == 1
        runs.pass_s(MEND_S)
        before = runs.record(alert)
        runs.restart()
        assert runs.record(alert) == before

    def test_and_what_an_earlier_version_left_begins_to_wait_now(self, runs: Runs) -> None:
        runs.store.save([Heard.arrived(alert := an_alert(), 0.0, runs.time.wall())], [])
        runs.pass_s(HOUR_S)
        runs.restart()
        runs.lives_s(119)
        assert not runs.alerts[alert.id].calls
        runs.lives_s(1)
        assert runs.alerts[alert.id].calls


class TestAnsweredIsNotClosed:
    def test_and_opens_again_after_ten_minutes(self, runs: Runs) -> None:
        alert = runs.hears()
        runs.says(alert, Deed.CLAIMED)
        runs.lives_s(599)
        assert runs.alerts[alert].stage is Stage.ACKNOWLEDGED
        runs.restart()
        runs.lives_s(1)
        again = runs.alerts[alert]
        assert again.stage.waits
        assert (again.taken, again.before and again.before.by) == (None, "Marie")
        runs.lives_s(120)
        assert runs.alerts[alert].calls
        assert runs.says(alert, Deed.CLAIMED, by="Paul").stage is Stage.ACKNOWLEDGED

    def test_and_stays_so_until_somebody_says_what_it_was(self, runs: Runs) -> None:
        alert = runs.hears()
        runs.closes(alert)
        runs.lives_s(HOUR_S, step_s=60)
        assert runs.alerts[alert].stage is Stage.CLOSED

    def test_by_a_station_that_another_one_told(self, runs: Runs) -> None:
        runs.receives(alert := an_alert())
        runs.receives(a_step(alert, Deed.CLAIMED, by="Zoé", station="poste-2"))
        runs.receives(a_step(alert, Deed.CLOSED, by="Zoé", station="poste-2"))
        assert runs.alerts[alert.id].stage is Stage.CLOSED


CRY = {"room": "12", "label": Label.CRY, "priority": Priority.LOW}


class TestTheSameTroubleAgain:
    def test_joins_what_is_open_and_is_counted(self, runs: Runs) -> None:
        first = runs.hears(**CRY)
        for _ in range(3):
            runs.hears(**CRY)
        assert runs.alerts.keys() == {first}
        assert (runs.alerts[first].repeats, runs.alerts[first].priority) == (4, Priority.MEDIUM)
        before = runs.alerts
        runs.restart()
        assert runs.alerts == before

    def test_hides_no_higher_priority(self, runs: Runs) -> None:
        first, _ = runs.hears(**CRY), runs.hears(**CRY | {"priority": Priority.HIGH})
        assert runs.alerts[first].priority is Priority.HIGH

    def test_that_comes_twice_is_counted_once(self, runs: Runs) -> None:
        first = runs.hears(**CRY)
        again = an_alert(**CRY)
        for _ in range(3):
            runs.receives(again)
            runs.restart()
        assert runs.alerts[first].repeats == 2

    def test_after_it_was_closed_is_an_alert_of_its_own(self, runs: Runs) -> None:
        first = runs.hears(**CRY)
        runs.closes(first)
        second = runs.hears(**CRY)
        assert runs.alerts.keys() == {first, second}
        assert runs.alerts[second].stage.waits

    def test_does_not_put_off_who_is_called(self, runs: Runs) -> None:
        first = runs.hears(**CRY)
        for _ in range(13):
            runs.hears(**CRY)
            runs.lives_s(10)
        assert len(runs.alerts[first].calls) == 1

    def test_that_another_station_could_not_know_as_it_closed_it_stands_alone(
        self, runs: Runs
    ) -> None:
        runs.receives(first := an_alert(**CRY))
        closed_at = runs.time.wall()
        runs.pass_s(60)
        again = runs.hears(**CRY)
        assert runs.alerts.keys() == {first.id}
        runs.receives(a_step(first, Deed.CLOSED, station="poste-2", at=closed_at))
        for _ in range(2):
            assert runs.alerts[first.id].stage is Stage.CLOSED
            assert runs.alerts[again].stage.waits
            runs.restart()


def test_what_lay_at_the_broker_is_marked_late(runs: Runs) -> None:
    runs.station.receive(alert := an_alert(), Delivery(waited_s=1200.0))
    assert runs.alerts[alert.id].late_s == 1200.0


def test_a_lost_link_is_told_with_the_time_it_was_lost(runs: Runs) -> None:
    began = runs.time.wall()
    runs.pass_s(1)
    runs.pass_s(HOUR_S)
    link = runs.station.link
    assert (link.broker, link.store, link.lost_at) == (False, True, began)


def test_the_ledger_tells_of_each_ring_and_of_the_screen_that_she_used(runs: Runs) -> None:
    alert_id = runs.hears()
    runs.lives_s(125.0)
    runs.station.say(alert_id, Deed.CLAIMED, "Marie", place="10.0.0.7 page")
    with runs.store.database.transaction() as connection:
        entries = [decode(link.text) for link in book.links(connection)]
    assert [it.times for it in entries if isinstance(it, Rang)] == [1, 2]
    claims = [it for it in entries if isinstance(it, Stepped) and it.step.deed is Deed.CLAIMED]
    assert [(it.step.by, it.screen, it.model) for it in claims] == [
        ("Marie", "10.0.0.7 page", "test-1")
    ]
