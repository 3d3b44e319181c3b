"""What was wrong, who looked in and what was taken away outlive the station, in either store."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from postgres import Postgres
from samples import NOON, a_status, an_alarm
from sqlalchemy import insert
from stores import reopened

from alert_broker import clock
from alert_broker import settings as settings_of
from alert_broker.database import Place
from alert_broker.ledger.entries import Alarmed, CameBack, TakenAway, Visited
from alert_broker.messages import DeviceState, Fault
from alert_broker.mqtt import Delivery
from alert_broker.settings import StationSettings
from alert_broker.station import Station
from alert_broker.store import Store
from alert_broker.tables import alarms, retirements, visits
from alert_broker.upkeep.records import Records
from alert_broker.upkeep.rounds import Visit
from alert_broker.upkeep.settings import Upkeep
from alert_broker.upkeep.views import Retirement
from alert_broker.views import LinkView

HOUR = timedelta(hours=1)
VISIT = Visit("residence", "12", "Marie", "poste-1", NOON + HOUR, 60.0)
VISITED = Visited(VISIT, "10.0.0.7 page")
GONE = Retirement("residence", "13", "veilleur-13", "Paul", "poste-1", NOON)
BACK = CameBack("residence", "13", "veilleur-13", "poste-1", NOON + HOUR)


def test_all_that_lasts_is_there_at_the_next_run(place: Place) -> None:
    lasting, over = an_alarm(id="a" * 32), an_alarm(id="b" * 32, ended_at=NOON)
    with reopened(place) as store:
        Records(store.database, "poste-1").save(
            [Alarmed(lasting), Alarmed(over), VISITED, TakenAway(GONE)]
        )
    with reopened(place) as store:
        records = Records(store.database, "poste-1")
        assert records.load() == ([lasting], [VISIT])
        assert records.retired() == [GONE]


def test_what_ended_meanwhile_is_kept_once_and_as_it_ended(place: Place) -> None:
    alarm = an_alarm(id="a" * 32)
    ended = replace(alarm, ended_at=NOON + HOUR)
    with reopened(place) as store:
        records = Records(store.database, "poste-1")
        for _ in range(2):
            records.save([Alarmed(alarm), VISITED, TakenAway(GONE)])
        records.save([Alarmed(ended)])
        assert records.load() == ([], [])
        assert records.since(NOON).alarms == (ended,)
        assert records.since(NOON).visits == (VISIT,)


def test_the_record_begins_with_what_lasts_and_then_the_latest(place: Place) -> None:
    alarms = [an_alarm(id=it * 32, ended_at=NOON + n * HOUR) for n, it in enumerate("abc")]
    lasting = an_alarm(id="d" * 32)
    with reopened(place) as store:
        records = Records(store.database, "poste-1")
        records.save(map(Alarmed, [*alarms, lasting]))
        assert [it.id[0] for it in records.since(NOON + HOUR).alarms] == ["d", "c", "b"]


def test_what_two_stations_notice_is_kept_once_and_ends_once(place: Place) -> None:
    here, there = an_alarm(id="a" * 32), an_alarm(id="b" * 32, station="poste-2")
    ended = replace(here, ended_at=NOON + HOUR, ended_by="poste-2")
    later = replace(here, ended_at=NOON + 2 * HOUR, ended_by="poste-1")
    with reopened(place) as store:
        records = Records(store.database, "poste-1")
        records.save(map(Alarmed, (here, there)))
        assert records.load()[0] == [here]
        records.save(map(Alarmed, (ended, later)))
        assert records.load([here.id])[0] == [ended]
        records.save([Alarmed(there)])
        assert records.load()[0] == [there], "it is there again"


def test_what_each_station_says_of_itself_is_its_own(place: Place) -> None:
    own = [an_alarm(id=it * 32, site="", room="", station=f"poste-{it}") for it in "12"]
    with reopened(place) as store:
        Records(store.database, "poste-1").save(map(Alarmed, own))
        assert Records(store.database, "poste-1").load()[0] == own


def test_a_room_that_speaks_again_is_retired_no_more(place: Place) -> None:
    with reopened(place) as store:
        records = Records(store.database, "poste-1")
        records.save([TakenAway(GONE), BACK])
        assert records.retired() == []


@pytest.mark.parametrize("text", ["no alarm", '{"id":"b"}', '{"defect":"of a later version"}'])
def test_what_cannot_be_read_is_left_out_and_the_rest_is_told(place: Place, text: str) -> None:
    with reopened(place) as store:
        records = Records(store.database, "poste-1")
        records.save([Alarmed(an_alarm()), TakenAway(GONE)])
        with store.database.transaction() as connection:
            connection.execute(
                insert(alarms).values(id="x", station="poste-1", ended_at=None, message=text)
            )
            for table in (visits, retirements):
                connection.execute(insert(table).values(message=text, at=NOON + HOUR))
        assert records.load() == ([an_alarm()], [])
        assert records.since(NOON).alarms == (an_alarm(),)
        records.save([BACK])
        assert records.retired() == []


def test_only_what_ended_long_ago_is_forgotten(place: Place) -> None:
    old, lasting = an_alarm(id="a" * 32, ended_at=NOON - HOUR), an_alarm(id="b" * 32)
    with reopened(place) as store:
        records = Records(store.database, "poste-1")
        earlier = Visited(replace(VISIT, at=NOON - HOUR))
        records.save([Alarmed(old), Alarmed(lasting), earlier, VISITED, TakenAway(GONE)])
        records.forget(NOON)
        assert records.since(NOON - 2 * HOUR).alarms == (lasting,)
        assert records.since(NOON - 2 * HOUR).visits == (VISIT,)
        assert records.retired() == [GONE]


def test_a_visit_said_at_one_station_counts_at_another_within_a_minute(postgres: Postgres) -> None:
    place, well = postgres.database(), LinkView(True, True, None, "", 0)
    with reopened(place, "poste-1") as one, reopened(place, "poste-2") as two:
        stations = [a_station("poste-1", one), a_station("poste-2", two)]
        for station in stations:
            broken = a_status(state=DeviceState.FAULT, faults=(Fault.MICROPHONE_ABSENT,))
            station.receive(broken, Delivery())
            station.caretaker.look(well)
        here, there = (station.caretaker for station in stations)
        here.visit(("residence", "12"), "Marie")
        assert there.view().rounds[0].due
        there.tidy(NOON)  # as a station does once a minute
        assert not there.view().rounds[0].due
        assert there.view().rounds[0].visited == here.view().rounds[0].visited


def a_station(name: str, store: Store) -> Station:
    settings = StationSettings(settings_of.Station(name=name), upkeep=Upkeep(wait_s=0))
    return Station(settings, store, clock.now)
