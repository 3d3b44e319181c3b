"""What the station was told is there after restarts, power cuts, full disks and damage."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from disks import full_disk
from killed import promises_of_one_killed
from samples import NOON, a_status, an_acknowledgement, an_alert

from alert_broker.board import Case
from alert_broker.database import StoreBusy, StoreFailed
from alert_broker.messages import Alert, Priority
from alert_broker.rooms import Room
from alert_broker.store import Store

STATION = """
import sys
from pathlib import Path
from samples import NOON, an_alert
from alert_broker.board import Case
from alert_broker.store import Store
store = Store(Path(sys.argv[1]))
store.open()
while True:
    alert = an_alert()
    store.save(Case.arrived(alert, 0.0, NOON))
    print(alert.id, flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "station.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with reopened(path) as store:
        yield store


@contextmanager
def reopened(path: Path) -> Iterator[Store]:
    """The file as the next run of the station finds it."""
    store = Store(path)
    store.open()
    yield store
    store.close()


def came(alert: Alert) -> Case:
    return Case.arrived(alert, 0.0, NOON)


def kept(store: Store) -> set[str]:
    return {case.alert.id for case in store.cases(NOON)}


class TestARestart:
    def test_finds_every_alert_as_it_was(self, store: Store, path: Path) -> None:
        late = Case.arrived(an_alert(delay_s=40.0), 2.0, NOON)
        taken = came(an_alert())
        acknowledgement = an_acknowledgement(taken.alert)
        store.save(late)
        store.save(taken)
        store.save_acknowledgement(acknowledgement, told=True)
        store.close()
        with reopened(path) as again:
            found = {case.alert.id: case for case in again.cases(NOON)}
        assert found == {
            late.alert.id: late,
            taken.alert.id: taken.acknowledged(acknowledgement),
        }
        assert found[late.alert.id].late_s == 42.0

    def test_finds_the_rooms(self, store: Store, path: Path) -> None:
        known = Room("residence", "12", "veilleur-12", 7.0, seen_at=NOON, status=a_status())
        store.save_rooms([known])
        store.close()
        with reopened(path) as again:
            assert again.rooms(waiting_since_s=7.0) == [known]

    def test_finds_who_goes_to_an_alert_that_has_not_come(self, store: Store, path: Path) -> None:
        acknowledgement = an_acknowledgement(an_alert())
        store.save_acknowledgement(acknowledgement, told=True)
        store.close()
        with reopened(path) as again:
            assert again.early() == [acknowledgement]

    def test_does_not_bring_back_what_was_taken_long_ago(self, store: Store) -> None:
        old, open_ = came(an_alert()), came(an_alert())
        store.save(old)
        store.save(open_)
        store.save_acknowledgement(an_acknowledgement(old.alert), told=True)
        assert {it.alert.id for it in store.cases(NOON + timedelta(seconds=1))} == {open_.alert.id}
        assert store.find(old.alert.id) is not None, "it is out of sight, not gone"

    def test_after_a_kill_finds_all_that_was_saved(self, path: Path) -> None:
        promised = promises_of_one_killed(STATION, str(path))
        with reopened(path) as again:
            assert kept(again) >= promised


class TestWhatIsSaved:
    def test_a_newer_revision_replaces_and_an_older_one_does_not(self, store: Store) -> None:
        first = an_alert(priority=Priority.LOW)
        second = an_alert(id=first.id, revision=1, priority=Priority.HIGH)
        for alert in (first, second, first):
            store.save(came(alert))
        assert [case.alert.priority for case in store.cases(NOON)] == [Priority.HIGH]

    def test_the_bus_is_told_once_more_until_it_has_answered(self, store: Store) -> None:
        acknowledgement = an_acknowledgement(an_alert())
        store.save_acknowledgement(acknowledgement, told=False)
        assert store.untold() == [acknowledgement]
        store.save_acknowledgement(acknowledgement, told=True)
        assert store.untold() == []
        store.save_all([], [acknowledgement])
        assert store.untold() == []

    def test_whoever_was_first_takes_the_place_of_who_was_not(self, store: Store) -> None:
        alert = an_alert()
        store.save(came(alert))
        for name in ("Paul", "Marie"):
            store.save_acknowledgement(an_acknowledgement(alert, by=name), told=True)
        case = store.find(alert.id)
        assert case is not None
        assert case.acknowledgement == an_acknowledgement(alert)

    def test_only_what_somebody_took_is_ever_deleted(self, store: Store) -> None:
        open_, taken = came(an_alert(onset_at=NOON - timedelta(days=400))), came(an_alert())
        store.save(open_)
        store.save(taken)
        store.save_acknowledgement(an_acknowledgement(taken.alert), told=True)
        store.forget(before=NOON)
        assert len(store.cases(NOON)) == 2
        store.forget(before=NOON + timedelta(seconds=1))
        assert kept(store) == {open_.alert.id}


class TestADisk:
    def test_that_is_full_is_told_and_damages_nothing(self, store: Store) -> None:
        before, during, after = (came(an_alert()) for _ in range(3))
        store.save(before)
        with full_disk(), pytest.raises(StoreFailed, match=r"station\.database: .*has room"):
            store.save(during)
        store.save(after)
        assert kept(store) == {before.alert.id, after.alert.id}

    def test_saves_all_or_nothing(self, store: Store) -> None:
        many = [came(an_alert()) for _ in range(2000)]
        with full_disk(), pytest.raises(StoreFailed):
            store.save_all(many, [])
        assert kept(store) == set()

    def test_without_the_folder_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(StoreFailed, match=r"nowhere.*check that the folder exists"):
            Store(tmp_path / "nowhere" / "station.sqlite3").open()


class TestDamage:
    def test_a_file_that_is_no_database_is_set_aside(
        self, path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        path.write_bytes(b"a nurse's shopping list\n" * 100)
        with reopened(path) as store:
            store.save(alert := came(an_alert()))
            assert kept(store) == {alert.alert.id}
        assert path.with_name("station.sqlite3.corrupt").read_bytes().startswith(b"a nurse's")
        assert "set aside" in caplog.text

    def test_a_torn_page_is_found_when_it_is_opened(self, store: Store, path: Path) -> None:
        store.save_all([came(an_alert()) for _ in range(100)], [])
        store.close()
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * 8192)
        with reopened(path) as again:
            assert kept(again) == set()
        assert path.with_name("station.sqlite3.corrupt").exists()

    def test_one_unreadable_line_hides_no_other(
        self,
        store: Store,
        path: Path,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        good, bad = came(an_alert()), came(an_alert())
        store.save_all([good, bad], [])
        store.close()
        with closing(sqlite3.connect(path)) as raw, raw:
            raw.execute("UPDATE alerts SET message = '{}' WHERE id = ?", [bad.alert.id])
        with reopened(path) as again:
            assert kept(again) == {good.alert.id}
        assert "left out" in caplog.text


def test_a_second_station_on_the_same_file_is_refused(store: Store, path: Path) -> None:
    with pytest.raises(StoreBusy, match="another station uses it"):
        Store(path).open()
