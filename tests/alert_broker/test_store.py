"""What the station was told is there after restarts and power cuts, in a file or at a server."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from killed import promises_of_one_killed
from samples import NOON, a_status, a_step, an_alert
from stores import came, kept, recorded, reopened, said_to_databases

from alert_broker.case import Heard
from alert_broker.database import Place
from alert_broker.messages import Deed, Priority
from alert_broker.rooms import Room
from alert_broker.store import Store

STATION = """
import sys
from pathlib import Path
from sqlalchemy import make_url
from samples import NOON, a_step, an_alert
from alert_broker.case import Heard
from alert_broker.messages import Deed
from alert_broker.store import Store
told = sys.argv[1]
store = Store(make_url(told) if "://" in told else Path(told))
store.open()
while True:
    alert = an_alert()
    store.save([Heard.arrived(alert, 0.0, NOON)], [(a_step(alert, Deed.RAISED), 1.0)])
    print(alert.id, flush=True)
"""


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    with reopened(place) as store:
        yield store


class TestARestart:
    def test_finds_every_alert_and_step_as_it_was(self, store: Store, place: Place) -> None:
        late = Heard.arrived(an_alert(delay_s=40.0), 2.0, NOON)
        taken = came(an_alert())
        claim = a_step(taken.alert, Deed.CLAIMED, by="Marie")
        store.save([late, taken], [(claim, 12.5)])
        store.close()
        with reopened(place) as again:
            heard, marks = again.load(NOON)
        assert {it.alert.id: it for it in heard} == {late.alert.id: late, taken.alert.id: taken}
        assert marks == [(claim, 12.5)]
        assert next(it for it in heard if it.alert.id == late.alert.id).late_s == 42.0

    def test_finds_the_rooms(self, store: Store, place: Place) -> None:
        known = Room("residence", "12", "veilleur-12", 7.0, seen_at=NOON, status=a_status())
        store.save_rooms([known])
        store.close()
        with reopened(place) as again:
            assert again.rooms(waiting_since_s=7.0) == [known]

    def test_finds_who_goes_to_an_alert_that_has_not_come(self, store: Store, place: Place) -> None:
        claim = a_step(an_alert(), Deed.CLAIMED)
        store.save([], [(claim, 1.0)], told=True)
        store.close()
        with reopened(place) as again:
            assert recorded(again) == [claim]

    def test_finds_how_far_the_timers_were(self, store: Store, place: Place) -> None:
        assert store.last_s() == 0.0
        store.save([], [(a_step(an_alert(), Deed.RAISED), 70.0)])
        assert store.last_s() == 70.0
        store.save_steady(90.0)
        store.close()
        with reopened(place) as again:
            assert again.last_s() == 90.0

    def test_does_not_bring_back_what_was_closed_long_ago(self, store: Store) -> None:
        old, again, open_ = came(an_alert()), came(an_alert()), came(an_alert())
        joined = a_step(again.alert, Deed.JOINED, to=old.alert.id)
        steps = [joined, a_step(old.alert, Deed.CLOSED)]
        store.save([old, again, open_], [(step, 1.0) for step in steps])
        heard, marks = store.load(NOON + timedelta(seconds=1))
        assert [it.alert.id for it in heard] == [open_.alert.id]
        assert marks == []
        found = {it.alert.id for it in store.find(again.alert.id)[0]}
        assert found == {old.alert.id, again.alert.id}, "they are out of sight, not gone"

    def test_after_a_kill_finds_all_that_was_saved(self, place: Place) -> None:
        promised = promises_of_one_killed(STATION, str(place))
        with reopened(place) as again:
            assert kept(again) >= promised
            assert {step.alert for step in recorded(again)} == kept(again), "both or neither"


class TestWhatIsSaved:
    def test_a_newer_revision_replaces_and_an_older_one_does_not(self, store: Store) -> None:
        first = an_alert(priority=Priority.LOW)
        second = an_alert(id=first.id, revision=1, priority=Priority.HIGH)
        for alert in (first, second, first):
            store.save([came(alert)], [])
        assert [heard.alert.priority for heard in store.load(NOON)[0]] == [Priority.HIGH]

    def test_a_step_is_kept_once_since_it_was_first_known(self, store: Store) -> None:
        step = a_step(an_alert(), Deed.RAISED)
        for since_s in (5.0, 9.0):
            store.save([], [(step, since_s)])
        assert store.load(NOON)[1] == [(step, 5.0)]

    def test_the_bus_is_told_once_more_until_it_has_answered(self, store: Store) -> None:
        mark = a_step(an_alert(), Deed.CLAIMED), 1.0
        store.save([], [mark])
        assert store.untold("poste-1") == [mark[0]]
        assert store.untold("poste-2") == [], "others tell their own"
        store.save([], [mark], told=True)
        assert store.untold("poste-1") == []
        store.save([], [mark])
        assert store.untold("poste-1") == []

    def test_every_step_of_a_long_night_stays_on_the_record(self, store: Store) -> None:
        alert = an_alert()
        deeds = [Deed.RAISED, Deed.CLAIMED, Deed.REOPENED, Deed.CLAIMED, Deed.CLOSED]
        steps = [
            a_step(alert, deed, at=NOON + timedelta(hours=hour), by="Marie")
            for hour, deed in enumerate(deeds)
        ]
        for number, step in enumerate(steps):
            store.save([came(alert)], [(step, float(number))])
        assert [step for step, _ in store.find(alert.id)[1]] == steps

    def test_only_what_somebody_ended_is_ever_deleted(self, store: Store) -> None:
        long_ago = NOON - timedelta(days=400)
        open_, claimed = came(an_alert(onset_at=long_ago)), came(an_alert(onset_at=long_ago))
        closed, again = came(an_alert()), came(an_alert())
        steps = [
            a_step(claimed.alert, Deed.CLAIMED, at=long_ago),
            a_step(again.alert, Deed.JOINED, to=closed.alert.id),
            a_step(closed.alert, Deed.CLOSED),
        ]
        store.save([open_, claimed, closed, again], [(step, 1.0) for step in steps])
        store.forget(before=NOON)
        assert len(kept(store)) == 4
        store.forget(before=NOON + timedelta(seconds=1))
        assert kept(store) == {open_.alert.id, claimed.alert.id}
        assert recorded(store) == steps[:1]

    def test_what_is_done_every_minute_reads_not_all_that_was_ever_done(
        self, tmp_path: Path
    ) -> None:
        """A month of a large house is two hundred thousand steps; alerts waited for seconds."""
        with reopened(tmp_path / "store") as store:
            with said_to_databases("before_cursor_execute") as said:
                store.forget(NOON)
                store.untold("poste-1")
                store.find("0" * 32)
            with store.database.transaction() as connection:
                ways = [
                    row.detail
                    for _, _, statement, values, *_ in said
                    if statement.startswith(("SELECT", "DELETE"))
                    for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
                ]
        assert len(ways) > 5
        assert [way for way in ways if re.search(r"SCAN (alerts|steps)", way)] == []

    def test_a_step_of_the_longest_names_is_kept(self, store: Store) -> None:
        alert = an_alert(site="s" * 64, room="r" * 64)
        by = "".join(chr(0x1F300 + number) for number in range(200))
        step = a_step(alert, Deed.CLAIMED, by=by, to="\x1f" * 200, station="p" * 64)
        store.save([came(alert)], [(step, 1.0)])
        assert recorded(store) == [step]

    def test_a_room_that_another_station_heard_since_stays_so(self, store: Store) -> None:
        before = Room("residence", "12", "veilleur-12", 7.0, seen_at=NOON)
        after = replace(before, seen_at=NOON + timedelta(seconds=5), status=a_status())
        for known in (after, before):
            store.save_rooms([known])
        assert store.rooms(7.0) == [after]
