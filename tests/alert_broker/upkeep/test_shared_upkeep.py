"""Stations on one PostgreSQL tell the same of devices and rounds, once, whichever is alive."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from time import sleep

import pytest
from brokers import Mosquitto, free_port
from clocks import Time
from houses import Desk, Device, Programme
from postgres import Postgres
from samples import a_status
from sqlalchemy import URL
from waiting import eventually

from alert_broker.clock import Instant
from alert_broker.database import REST_S, Database
from alert_broker.ledger import book
from alert_broker.ledger.audit import audit
from alert_broker.ledger.entries import Alarmed, Visited
from alert_broker.messages import DeviceState, Fault
from alert_broker.mqtt import Delivery
from alert_broker.peers import listening
from alert_broker.settings import Broker, StationSettings
from alert_broker.settings import Station as Settings
from alert_broker.station import Station
from alert_broker.store import Store
from alert_broker.upkeep.alarms import Alarm
from alert_broker.upkeep.defects import Defect
from alert_broker.upkeep.rounds import Round
from alert_broker.upkeep.settings import Upkeep
from alert_broker.views import LinkView

ROOM = ("residence", "12")
DEAF = a_status(state=DeviceState.FAULT, faults=(Fault.MICROPHONE_ABSENT,))
WELL = a_status()

pytestmark = pytest.mark.alone


class Post:
    """One of several stations on one store; what links it has, a test decides."""

    def __init__(
        self, url: URL, name: str, time: Time, *, site: str = "+", wrong_by_s: float = 0
    ) -> None:
        self.time = time
        self._wrong_by = timedelta(seconds=wrong_by_s)
        self.store = Store(url, name)
        settings = StationSettings(
            Settings(name=name, site=site), Broker(port=free_port()), upkeep=Upkeep(wait_s=0)
        )
        self.station = Station(settings, self.store, self._now)
        self._peers = ExitStack()
        self._peers.enter_context(listening(url, name, self.station.catch_up))

    def _now(self) -> Instant:
        return Instant(self.time.wall() + self._wrong_by, self.time.s)

    def stop(self) -> None:
        self._peers.close()
        self.station.stop()
        self.store.close()

    def hears(self, *messages: object, broker: bool = True) -> None:
        """These come from the bus, if any, and time goes by."""
        for message in messages:
            self.station.receive(message, Delivery())  # type: ignore[arg-type]
        self.time.s += 6
        self.station.caretaker.look(LinkView(broker, True, None, "", 0))

    @property
    def alarms(self) -> list[Alarm]:
        return [*self.station.caretaker.view().alarms]

    @property
    def rounds(self) -> list[Round]:
        return [*self.station.caretaker.view().rounds]

    def shows(self, *defects: Defect) -> bool:
        return eventually(lambda: [it.defect for it in self.alarms] == [*defects], within_s=1)


@pytest.fixture
def url(postgres: Postgres) -> URL:
    return postgres.database()


@pytest.fixture
def time() -> Time:
    """Goes by for all of them, whatever their clocks say."""
    return Time()


@pytest.fixture
def posts(url: URL, time: Time) -> Iterator[tuple[Post, Post]]:
    one, two = Post(url, "poste-1", time), Post(url, "poste-2", time, wrong_by_s=-3600)
    for post in (one, two, one):
        post.hears()  # so that each knows that the other lives
    yield one, two
    for post in (one, two):
        post.stop()


def told(url: URL) -> list[tuple[str, str]]:
    """What the ledger, which is whole, tells of rooms: what, and which station found it so."""
    with Database(url).look() as connection:
        found = audit([*book.links(connection)], book.beside(connection))
    assert found.faults == []
    acts = [entry for _, entry in found.entries if isinstance(entry, Alarmed | Visited)]
    return [it for it in map(_told, acts) if not it[0].startswith(Defect.STATION_SILENT)]


def _told(entry: Alarmed | Visited) -> tuple[str, str]:
    if isinstance(entry, Visited):
        return "round", entry.visit.station
    if entry.alarm.ended_at:
        return f"{entry.alarm.defect} ended", entry.alarm.ended_by
    return str(entry.alarm.defect), entry.alarm.station


Posts = tuple[Post, Post]


def test_what_one_notices_both_show_once_and_either_finds_it_over(posts: Posts, url: URL) -> None:
    one, two = posts
    one.hears(DEAF)
    assert two.shows(Defect.MICROPHONE_ABSENT)
    two.hears(DEAF)
    assert [it.id for it in two.alarms] == [it.id for it in one.alarms]
    two.hears(WELL)
    assert one.shows()
    one.hears(WELL)
    assert told(url) == [("microphone_absent", "poste-1"), ("microphone_absent ended", "poste-2")]


def test_what_both_notice_while_the_server_is_away_is_one_alarm(
    own_postgres: Postgres, time: Time
) -> None:
    url = own_postgres.database()
    one, two = Post(url, "poste-1", time), Post(url, "poste-2", time)
    own_postgres.stop()
    for post in (one, two):
        post.hears(DEAF)
        assert post.shows(Defect.MICROPHONE_ABSENT)
    own_postgres.start()
    sleep(REST_S)
    for post in (one, two, one):
        time.s += 6
        post.station.tend()
    assert eventually(lambda: {it.id for it in two.alarms} == {it.id for it in one.alarms})
    raised = [it for it in told(url) if it[0] == "microphone_absent"]
    assert len(raised) == 1
    for post in (one, two):
        post.stop()


def test_a_room_that_another_station_hears_is_not_blind_until_that_one_is_gone(
    posts: Posts, url: URL
) -> None:
    one, two = posts
    two.hears(WELL)
    one.hears(a_status(state=DeviceState.OFFLINE))
    assert two.shows(Defect.DEVICE_OFFLINE)
    two.hears(WELL)
    assert one.shows()
    for _ in range(20):
        one.hears()
    assert one.shows()
    with one.store.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE counts SET seen_s = 0 WHERE station = 'poste-2'")
    one.hears()
    assert one.shows(Defect.DEVICE_OFFLINE)


class TestALostBroker:
    def test_of_one_is_told_at_both_by_its_name_and_makes_no_room_blind(self, posts: Posts) -> None:
        one, two = posts
        two.hears(broker=False)
        for post in posts:
            assert post.shows(Defect.BROKER_LOST)
            assert [it.station for it in post.alarms] == ["poste-2"]
            assert post.rounds == []
        one.hears()
        assert one.shows(Defect.BROKER_LOST), "it alone can tell that it is over"

    def test_of_all_asks_for_one_round_of_all_rooms_wherever_it_is_said(
        self, posts: Posts, url: URL
    ) -> None:
        for post in (*posts, *posts):
            post.hears(broker=False)
        for post in posts:
            assert post.shows(Defect.BROKER_LOST, Defect.BROKER_LOST)
            assert [(it.room, it.defects, it.due) for it in post.rounds] == [
                ("", (Defect.BROKER_LOST,), True)
            ]
        posts[1].station.caretaker.visit(("", ""), "Marie")
        assert eventually(lambda: not any(post.rounds[0].due for post in posts), within_s=1)
        assert told(url)[-1] == ("round", "poste-2")


def test_a_round_counts_at_both_whatever_their_clocks_say(posts: Posts, time: Time) -> None:
    for here, there in (posts, posts[::-1]):
        here.hears(DEAF)
        assert there.shows(Defect.MICROPHONE_ABSENT)
        there.hears(DEAF)
        for said, seen in ((here, there), (there, here)):
            time.s += 1800
            assert [it.due for post in posts for it in post.rounds] == [True, True]
            said.station.caretaker.visit(ROOM, "Marie")
            assert eventually(lambda: not seen.rounds[0].due, within_s=1)  # noqa: B023
            assert not said.rounds[0].due
        for post in posts:
            post.hears(WELL)
        assert here.shows()


def test_one_that_starts_again_knows_who_was_there_when(posts: Posts, url: URL, time: Time) -> None:
    one, _ = posts
    one.hears(DEAF)
    one.station.caretaker.visit(ROOM, "Marie")
    third = Post(url, "poste-3", time, wrong_by_s=7200)
    (seen,) = third.rounds
    assert seen.visited == one.rounds[0].visited
    time.s += 29 * 60
    assert not third.rounds[0].due
    time.s += 60
    assert third.rounds[0].due
    third.stop()


def test_of_two_who_see_to_it_the_first_stays_at_both(posts: Posts) -> None:
    one, two = posts
    one.hears(DEAF)
    assert two.shows(Defect.MICROPHONE_ABSENT)
    (alarm,) = one.alarms
    one.station.caretaker.see_to(alarm.id, "Paul")
    seen_to = two.station.caretaker.see_to(alarm.id, "Zoé").seen_to
    assert seen_to is not None
    assert (seen_to.by, seen_to.station) == ("Paul", "poste-1")


def test_a_room_that_is_retired_at_one_leaves_both(posts: Posts) -> None:
    one, two = posts
    for post in posts:
        post.hears(a_status(state=DeviceState.OFFLINE))
    one.station.caretaker.retire(ROOM, "Tom")
    assert two.shows()
    assert not two.station.board().rooms


def test_a_station_tells_nothing_of_rooms_that_do_not_speak_to_it(posts: Posts, url: URL) -> None:
    one, _ = posts
    one.hears(DEAF)
    one.station.stop()
    annexe = Post(url, "poste-3", one.time, site="annexe")
    annexe.hears()
    assert annexe.alarms == []
    assert annexe.station.board().rooms == ()
    annexe.stop()


class TestAStationThatIsGone:
    def test_is_missed_at_the_others_until_it_is_back(self, posts: Posts) -> None:
        one, two = posts
        self.goes(one, "60")
        one.hears()
        assert one.shows(Defect.STATION_SILENT)
        assert (one.alarms[0].room, one.alarms[0].site) == ("poste-2", "")
        assert one.rounds == []
        two.hears()
        one.hears()
        assert one.shows()

    def test_ends_that_itself_where_nobody_else_is_left(self, posts: Posts) -> None:
        one, two = posts
        self.goes(one, "60")
        one.hears()
        one.stop()
        two.hears()
        assert two.shows()

    def test_is_not_missed_once_it_was_stopped_or_taken_away(self, posts: Posts) -> None:
        one, two = posts
        self.goes(one, "8 * 86400")
        one.hears()
        assert one.shows()
        two.hears()
        two.station.stop()
        one.hears()
        assert one.shows()
        with one.store.database.transaction() as connection:
            found = connection.exec_driver_sql("SELECT station FROM counts WHERE seen_s > 0")
            assert found.scalars().all() == ["poste-1"]

    @staticmethod
    def goes(one: Post, ago_s: str) -> None:
        """It has said nothing for so long."""
        with one.store.database.transaction() as connection:
            connection.exec_driver_sql(
                f"UPDATE counts SET seen_s = seen_s - {ago_s} WHERE station = 'poste-2'"
            )


@pytest.mark.broker
@pytest.mark.system
def test_whichever_is_alive_tells_the_technician_and_the_ledger(
    mosquitto: Mosquitto, url: URL, tmp_path: Path
) -> None:
    def same(*desks: Desk) -> set[str]:
        """The alarms, if all show the same."""
        shown = [{it.id for it in desk.board().upkeep.alarms} for desk in desks]
        return shown[0] if all(it == shown[0] for it in shown) else set()

    soon = Upkeep(wait_s=1)
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    with (
        Programme(
            mosquitto.settings, folders[0], upkeep=soon, name="poste-1", database=str(url)
        ) as one,
        Programme(
            mosquitto.settings, folders[1], upkeep=soon, name="poste-2", database=str(url)
        ) as two,
        Device(mosquitto.settings) as device,
    ):
        device.send(DEAF)
        assert eventually(lambda: len(same(one, two)) == 1)
        one.upkeep("visit", "Marie", site="residence", room="12")
        assert eventually(lambda: not two.board().upkeep.rounds[0].due)
        one.kill()
        device.send(WELL)
        assert eventually(lambda: not two.board().upkeep.alarms)
        raised, visited, ended = told(url)
        assert raised[0] == "microphone_absent"
        assert (visited, ended) == (
            ("round", "poste-1"), ("microphone_absent ended", "poste-2"),
        )  # fmt: skip
