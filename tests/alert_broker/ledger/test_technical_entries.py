"""What was wrong with a device, and whether somebody looked in, can be proven as an alert can."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from msgspec.structs import replace
from samples import NOON, an_alarm
from stores import reopened

from alert_broker.database import Place
from alert_broker.ledger import book
from alert_broker.ledger.audit import audit
from alert_broker.ledger.entries import Act, Alarmed, CameBack, TakenAway, Visited, encode
from alert_broker.ledger.lines import line
from alert_broker.people.person import Person
from alert_broker.people.rights import Role
from alert_broker.said import Said
from alert_broker.store import Store
from alert_broker.tables import visits
from alert_broker.upkeep.records import Records
from alert_broker.upkeep.rounds import Visit
from alert_broker.upkeep.views import Retirement

HOUR = timedelta(hours=1)
PAGE = "10.0.0.7 page"
RAISED = an_alarm(id="a" * 32)
SEEN_TO = replace(RAISED, seen_to=Said("p-paul00", "poste-1", NOON + HOUR))
ENDED = replace(SEEN_TO, ended_at=NOON + 3 * HOUR, ended_by="poste-2")
VISIT = Visit("residence", "12", "p-marie0", "poste-1", NOON + 2 * HOUR, 60.0)
GONE = Retirement("residence", "13", "veilleur-13", "p-autre0", "poste-1", NOON)
BACK = CameBack("residence", "13", "veilleur-13", "poste-1", NOON + HOUR)
ACTS: list[Act] = [
    Alarmed(RAISED),
    Alarmed(SEEN_TO, PAGE),
    Visited(VISIT, PAGE),
    Alarmed(ENDED),
    TakenAway(GONE, PAGE),
    BACK,
]
PEOPLE = {
    "p-marie0": Person("p-marie0", "Marie", Role.CARER, True, "", NOON),
    "p-paul00": Person("p-paul00", "Paul", Role.TECHNICIAN, True, "", NOON, removed_at=NOON),
}


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    with reopened(place) as store:
        yield store


def faults(store: Store) -> list[str]:
    with store.database.transaction() as connection:
        return audit([*book.links(connection)], book.beside(connection)).faults


def lines(store: Store) -> list[str]:
    with store.database.transaction() as connection:
        found = audit([*book.links(connection)], book.beside(connection))
    return [line(entry, PEOPLE) for _, entry in found.entries]


def test_each_is_told_once_with_who_when_and_where_and_her_name_as_far_as_it_is_known(
    store: Store,
) -> None:
    for _ in range(2):
        Records(store.database, "poste-1").save(ACTS[:-1])
    Records(store.database, "poste-1").save(ACTS[-1:])
    assert faults(store) == []
    alarm = "residence/12 " + "a" * 32
    assert lines(store) == [
        f"2026-11-24 12:00:00 {alarm} 'alarm raised device_silent veilleur-12' [poste-1]",
        f"2026-11-24 13:00:00 {alarm} 'alarm seen to device_silent "
        f"p-paul00 (Paul, no longer on the roll)' [poste-1 {PAGE}]",
        f"2026-11-24 14:00:00 residence/12 'round made p-marie0 (Marie)' [poste-1 {PAGE}]",
        f"2026-11-24 15:00:00 {alarm} 'alarm ended device_silent' [poste-2]",
        "2026-11-24 12:00:00 residence/13 'room retired veilleur-13 "
        f"p-autre0 (no longer on the roll, her name is deleted)' [poste-1 {PAGE}]",
        "2026-11-24 13:00:00 residence/13 'room taken back veilleur-13' [poste-1]",
    ]


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DELETE FROM visits", "entry 3: what it tells was taken out"),
        ("UPDATE visits SET message = replace(message, 'marie0', 'julie0')", "entry 3: what it"),
        ("DELETE FROM technical_alarms", "entry 4: what it tells was taken out"),
        ("UPDATE technical_alarms SET message = replace(message, 'T12:00', 'T12:10')", "entry 4"),
        ("UPDATE ledger SET text = replace(text, 'marie0', 'julie0') WHERE number = 3", "entry 3"),
        ("DELETE FROM ledger WHERE number = 6", "entry 6: it is missing"),
    ],
)
def test_it_shows_where_it_was_tampered_with(store: Store, statement: str, told: str) -> None:
    Records(store.database, "poste-1").save(ACTS)
    with store.database.transaction() as connection:
        book.append(connection, [BACK])
    with store.database.transaction() as connection:
        assert connection.exec_driver_sql(statement).rowcount
    assert told in faults(store)[0]


def test_a_round_that_was_never_made_cannot_be_written_in(store: Store) -> None:
    with store.database.transaction() as connection:
        made = {"message": encode(VISIT), "at": VISIT.at}
        connection.execute(visits.insert().values(made))
    assert "the store has what no entry tells of" in faults(store)[0]


class TestWhatIsForgotten:
    def test_goes_once_it_is_over_and_leaves_one_chain(self, store: Store) -> None:
        records = Records(store.database, "poste-1")
        records.save(ACTS)
        records.forget(NOON + 4 * HOUR)
        assert faults(store) == []
        (told,) = lines(store)
        assert told == "forgot what ended before 2026-11-24 16:00:00, and the entries up to 6"

    def test_is_never_what_still_lasts_nor_what_is_of_late(self, store: Store) -> None:
        records = Records(store.database, "poste-1")
        lasting = replace(an_alarm(id="b" * 32), room="14")
        later = Visited(replace(VISIT, at=NOON + 9 * HOUR))
        records.save([*ACTS, later, Alarmed(lasting)])
        records.forget(NOON + 5 * HOUR)
        assert faults(store) == []
        assert [it.split("'")[1] for it in lines(store)[:-1]] == [
            "round made p-marie0 (Marie)",
            "alarm raised device_silent veilleur-12",
        ]
