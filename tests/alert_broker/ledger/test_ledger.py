"""An auditor can prove what was done about an alert, and sees where somebody changed that."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from samples import NOON, a_step, an_alert

from alert_broker.case import Heard
from alert_broker.database import Database, Place, StoreFailed
from alert_broker.ledger import book
from alert_broker.ledger.audit import Audit, audit
from alert_broker.ledger.entries import Forgot, Rang, Stepped
from alert_broker.messages import Alert, Deed
from alert_broker.store import Store


class Office:
    """A station's store, and an auditor's look at it."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.store = Store(place)
        self.store.open()

    def live(self, alert: Alert, *deeds: Deed) -> None:
        """An alert comes, and this is done about it."""
        self.store.save([Heard.arrived(alert, 0.0, NOON)], [(a_step(alert, Deed.RAISED), 1.0)])
        for number, deed in enumerate(deeds, 2):
            step = a_step(alert, deed, by="Marie")
            self.store.save([], [(step, float(number))], place="10.0.0.7 page")

    def look(self, noted: str = "") -> Audit:
        with Database(self.place).look() as connection:
            return audit([*book.links(connection)], book.beside(connection), noted)

    def tamper(self, statement: str) -> None:
        with self.store.database.transaction() as connection:
            assert connection.exec_driver_sql(statement).rowcount


@pytest.fixture
def office(place: Place) -> Iterator[Office]:
    office = Office(place)
    yield office
    office.store.close()


def test_tells_who_when_from_where_and_by_which_model(office: Office) -> None:
    alert = an_alert()
    office.live(alert, Deed.CLAIMED)
    found = office.look()
    assert found.faults == []
    assert [entry for _, entry in found.entries] == [
        Stepped(a_step(alert, Deed.RAISED), "", "test-1", "0123456789ab"),
        Stepped(a_step(alert, Deed.CLAIMED, by="Marie"), "10.0.0.7 page", "test-1", "0123456789ab"),
    ]


def test_tells_each_step_once_however_often_it_is_saved(office: Office) -> None:
    alert = an_alert()
    for _ in range(3):
        office.live(alert, Deed.CLAIMED)
    assert len(office.look().entries) == 2


def test_tells_of_each_ring(office: Office) -> None:
    rang = Rang("0" * 32, "residence", "12", "poste-1", NOON, 3)
    office.store.note([rang])
    assert office.look().entries == [(1, rang)]


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "UPDATE ledger SET text = replace(text, 'Marie', 'Julie') WHERE number = 2",
            "entry 2: it",
        ),
        ("DELETE FROM ledger WHERE number = 2", "entry 2: it is missing"),
        ("DELETE FROM ledger WHERE number = 1", "entry 1: it is missing"),
        ("UPDATE ledger SET hash = 'x' || substr(hash, 2) WHERE number = 3", "entry 3: it"),
        ("DELETE FROM steps WHERE deed = 'claimed'", "entry 2: what it tells was taken out"),
        ("UPDATE steps SET message = replace(message, 'Marie', 'Julie')", "entry 2: what it tells"),
        ("DELETE FROM ledger WHERE number = 4", "the store has what no entry tells of"),
    ],
)
def test_shows_where_it_was_tampered_with(office: Office, statement: str, told: str) -> None:
    office.live(an_alert(), Deed.CLAIMED, Deed.IN_ROOM, Deed.CLOSED)
    office.store.note([Rang("0" * 32, "residence", "12", "poste-1", NOON, 1)])
    if "number = 4" in statement:
        office.tamper("DELETE FROM ledger WHERE number = 5")
    office.tamper(statement)
    assert told in office.look().faults[0]


def test_a_head_noted_elsewhere_betrays_a_lost_end_and_a_chain_made_anew(office: Office) -> None:
    office.live(an_alert(), Deed.CLAIMED)
    noted = office.store.head().hash
    office.live(an_alert())
    assert office.look(noted).faults == []
    office.tamper("DELETE FROM ledger WHERE number >= 2")
    office.tamper("DELETE FROM steps WHERE since_s > 1 OR told IS FALSE")
    assert any(noted in fault for fault in office.look(noted).faults)


class TestWhatIsForgotten:
    def test_leaves_a_chain_that_tells_where_it_begins(self, office: Office) -> None:
        office.live(an_alert(), Deed.CLAIMED, Deed.CLOSED)
        office.live(an_alert(), Deed.CLAIMED)
        noted = office.store.head()
        before = NOON + timedelta(seconds=1)
        for _ in range(2):
            office.store.forget(before)
        found = office.look(noted.hash)
        assert found.faults == []
        assert [number for number, _ in found.entries] == [4, 5, 6]
        assert isinstance(last := found.entries[-1][1], Forgot)
        assert (last.before, last.through) == (before, 3)

    def test_is_told_even_where_an_older_alert_is_still_open(self, office: Office) -> None:
        office.live(open_ := an_alert())
        office.live(an_alert(), Deed.CLAIMED, Deed.CLOSED)
        office.store.forget(NOON + timedelta(seconds=1))
        found = office.look()
        assert found.faults == []
        assert [number for number, _ in found.entries] == [1, 2, 3, 4, 5]
        office.store.save([], [(a_step(open_, Deed.CANCELLED), 9.0)])
        office.store.forget(NOON + timedelta(seconds=1))
        found = office.look()
        assert found.faults == []
        assert [number for number, _ in found.entries] == [7], "nothing but that it was forgotten"

    def test_does_not_cover_who_takes_off_more(self, office: Office) -> None:
        office.live(an_alert(), Deed.CLOSED)
        office.live(an_alert(), Deed.CLAIMED)
        office.store.forget(NOON + timedelta(seconds=1))
        assert office.look().faults == []
        office.tamper("DELETE FROM ledger WHERE number = 3")
        assert "is missing" in office.look().faults[0]


def test_a_look_makes_no_store_where_there_is_none(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere.sqlite3"
    with pytest.raises(StoreFailed, match="no such file"), Database(nowhere).look():
        pass
    assert not nowhere.exists()


@pytest.mark.system
def test_the_command_says_so_while_the_station_works(office: Office, tmp_path: Path) -> None:
    config = tmp_path / "station.toml"
    config.write_text(f'[station]\ndatabase = "{office.place}"\n')
    command = [sys.executable, "-m", "edge.cli", "ledger", "--config", str(config)]

    def says() -> tuple[int, str]:
        run = subprocess.run(command, capture_output=True, check=False, text=True)
        return run.returncode, run.stdout

    office.live(an_alert(), Deed.CLAIMED, Deed.IN_ROOM)
    code, said = says()
    assert code == 0, said
    assert "claimed Marie" in said
    assert "[poste-1 10.0.0.7 page] model test-1 config 0123456789ab" in said
    assert said.splitlines()[-1] == f"whole: 3 entries, the last is {office.store.head().hash}"
    office.tamper("UPDATE ledger SET text = replace(text, 'Marie', 'Julie') WHERE number = 2")
    code, said = says()
    assert code == 1
    assert "TAMPERED WITH: entry 2" in said
