"""A store in a file: a full disk, damage, and another program beside it."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from disks import full_disk
from samples import an_alert
from stores import came, kept, reopened

from alert_broker.database import Database, StoreBusy, StoreFailed
from alert_broker.store import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "station.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with reopened(path) as store:
        yield store


class TestADisk:
    def test_that_is_full_is_told_and_damages_nothing(self, store: Store) -> None:
        before, during, after = (came(an_alert()) for _ in range(3))
        store.save([before], [])
        with full_disk(), pytest.raises(StoreFailed, match=r"station\.database: .*has room"):
            store.save([during], [])
        store.save([after], [])
        assert kept(store) == {before.alert.id, after.alert.id}

    def test_saves_all_or_nothing(self, store: Store) -> None:
        many = [came(an_alert()) for _ in range(2000)]
        with full_disk(), pytest.raises(StoreFailed):
            store.save(many, [])
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
            store.save([alert := came(an_alert())], [])
            assert kept(store) == {alert.alert.id}
        assert path.with_name("station.sqlite3.corrupt").read_bytes().startswith(b"a nurse's")
        assert "set aside" in caplog.text

    def test_a_torn_page_is_found_when_it_is_opened(self, store: Store, path: Path) -> None:
        store.save([came(an_alert()) for _ in range(100)], [])
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
        store.save([good, bad], [])
        store.close()
        with closing(sqlite3.connect(path)) as raw, raw:
            raw.execute("UPDATE alerts SET message = '{}' WHERE id = ?", [bad.alert.id])
        with reopened(path) as again:
            assert kept(again) == {good.alert.id}
        assert "left out" in caplog.text


def test_a_second_station_on_the_same_file_is_refused(store: Store, path: Path) -> None:
    with pytest.raises(StoreBusy, match="another station uses it"):
        Store(path).open()


def test_the_file_stays_open_to_whoever_adds_people_meanwhile(store: Store, path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE counts SET s = s")
    store.save([alert := came(an_alert())], [])
    assert kept(store) == {alert.alert.id}


def test_a_store_that_fails_lets_nobody_wait(tmp_path: Path) -> None:
    """Who waits for a turn while another's fails has it next: the station must go on ringing."""
    database = Database(tmp_path / "station.sqlite3")
    database.open()
    waits_s: list[float] = []

    def next_turn() -> None:
        began_s = time.monotonic()
        with database.transaction():
            waits_s.append(time.monotonic() - began_s)

    for _ in range(30):
        with suppress(StoreFailed), database.transaction():
            waiting = threading.Thread(target=next_turn)
            waiting.start()
            time.sleep(0.02)
            raise sqlite3.OperationalError("disk I/O error")
        waiting.join()
    database.close()
    assert max(waits_s) < 5.0
