"""A store of an earlier version is taken over and loses nothing; one of a newer is left alone."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from oldstores import of_claims, of_given_secrets, of_people, of_steps
from samples import NOON, a_step, an_acknowledgement, an_alert

from alert_broker.database import Database, Place, StoreNewer
from alert_broker.ledger import book
from alert_broker.ledger.audit import audit
from alert_broker.ledger.entries import Alarmed, Stepped, Visited
from alert_broker.messages import Deed
from alert_broker.people.register import Register
from alert_broker.store import Store
from alert_broker.tables import metadata
from alert_broker.upkeep.records import Records


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "station.sqlite3"


class TestAStoreThatKeptClaimsAlone:
    def test_is_taken_over_so_that_what_was_done_with_never_rings_again(self, path: Path) -> None:
        open_, taken = an_alert(), an_alert()
        of_claims(path, [open_, taken], [an_acknowledgement(taken)])
        for _ in range(2):
            store = Store(path)
            store.open()
            heard, marks = store.load(NOON)
            assert [(step.alert, step.deed, step.by) for step, _ in marks] == [
                (taken.id, Deed.CLAIMED, "Marie"),
                (taken.id, Deed.CANCELLED, ""),
            ]
            assert store.untold("poste-1") == []
            assert {it.alert.id for it in heard} == {open_.id, taken.id}
            assert [room.room for room in store.rooms(0.0)] == ["12"]
            store.close()


class TestAStoreThatToldNoVersion:
    def test_is_taken_over_with_every_alert_step_room_and_timer(self, path: Path) -> None:
        alert = an_alert()
        steps = [a_step(alert, Deed.RAISED), a_step(alert, Deed.CLAIMED, by="Marie")]
        of_steps(path, [alert], steps)
        store = Store(path)
        store.open()
        heard, marks = store.load(NOON)
        assert [it.alert for it in heard] == [alert]
        assert marks == [(step, float(number)) for number, step in enumerate(steps)]
        assert store.untold("poste-1") == steps
        assert store.last_s() == 90.0
        assert [room.room for room in store.rooms(0.0)] == ["12"]
        with store.database.transaction() as connection:
            found = audit([*book.links(connection)], book.beside(connection))
        assert found.faults == []
        assert [entry for _, entry in found.entries] == [Stepped(step) for step in steps]
        store.close()


class TestAStoreWhoseLedgerTellsOfAlertsAlone:
    ALARM = (
        '{"id":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","station":"poste-1","site":"residence",'
        '"room":"12","device":"veilleur-12","defect":"device_silent","priority":"medium",'
        '"detail":"","began_at":"2026-03-01T12:00:00Z","since_s":1.0,"seen_to":'
        '{"by":"Marie","station":"poste-1","at":"2026-03-01T12:00:00Z"},"ended_at":null}'
    )
    VISIT = (
        '{"site":"residence","room":"12","by":"%s","station":"poste-1",'
        '"at":"2026-03-01T12:00:00Z","since_s":2.0}'
    )

    def test_tells_of_the_technical_side_too_and_of_whoever_is_known_by_her_id(
        self, path: Path
    ) -> None:
        of_people(path, alarms=[self.ALARM], visits=[self.VISIT % "Marie", self.VISIT % "Luc"])
        store = Store(path)
        store.open()
        alarms, visits = Records(store.database, "poste-1").load()
        assert [it.seen_to and it.seen_to.by for it in alarms] == ["p-marie0"]
        assert {it.by for it in visits} == {"p-marie0", "Luc"}
        with store.database.transaction() as connection:
            found = audit([*book.links(connection)], book.beside(connection))
        assert found.faults == []
        assert [type(entry) for _, entry in found.entries] == [Alarmed, Visited, Visited]
        store.close()


def test_the_first_secret_which_stands_in_an_old_log_lets_her_choose_her_own_alone(
    path: Path,
) -> None:
    of_given_secrets(path)
    database = Database(path)
    database.open()
    people = Register(database).people()
    assert {it.name: it.given for it in people.values()} == {"Administrateur": True, "Marie": False}
    database.close()


def test_a_store_of_a_newer_program_is_refused_and_left_as_it_is(path: Path) -> None:
    store = Store(path)
    store.open()
    store.close()
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    refused = Store(path)
    with pytest.raises(StoreNewer, match=r"station\.database: .*version 9999.* a newer one"):
        refused.open()
    refused.close()
    assert path.read_bytes() == before


def test_the_steps_lead_to_the_tables_as_they_are_declared(place: Place) -> None:
    database = Database(place)
    database.open()
    with database.transaction() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []
    database.close()
