"""What the store keeps of people: who they are, who is signed in, wrong tries, residents' names."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, insert, select, update

from alert_broker.database import Database
from alert_broker.ledger import book
from alert_broker.ledger.entries import Staffed
from alert_broker.people.limits import Counted, Failures, Known
from alert_broker.people.person import Person, PersonId, Session
from alert_broker.people.rights import Role
from alert_broker.rooms import Place
from alert_broker.tables import failures, people, residents, sessions


class Register:
    """Beside the alerts, in the same store; every method may raise StoreFailed."""

    def __init__(self, database: Database) -> None:
        """`database` is opened by its station, or by a command while no station runs."""
        self._database = database

    def people(self) -> dict[str, Person]:
        """Everybody by id, those who were removed as well."""
        with self._database.transaction() as connection:
            return people_of(connection)

    def add(self, person: Person, *told: Staffed) -> bool:
        """Keep somebody new; False, and nothing is done, where her id or her name is taken.

        `told`, here and below, is what the ledger tells of it.
        """
        with self._database.transaction() as connection:
            known = people_of(connection)
            if person.id in known or any(_alike(it, person) for it in known.values()):
                return False
            connection.execute(insert(people).values(asdict(person)))
            book.append(connection, told)
            return True

    def add_first(self, person: Person, told: Staffed) -> bool:
        """Keep the first administrator; False where there is one."""
        with self._database.transaction() as connection:
            leads = people.c.role == Role.ADMINISTRATOR
            wanted = select(people.c.id).where(leads, people.c.removed_at.is_(None))
            if connection.execute(wanted).first():
                return False
            _put(connection, people, {"id": person.id}, asdict(person))
            book.append(connection, [told])
            return True

    def change(self, person: Person, told: Staffed) -> None:
        """Keep what is new of somebody known."""
        with self._database.transaction() as connection:
            connection.execute(
                update(people).where(people.c.id == person.id).values(asdict(person))
            )
            book.append(connection, [told])

    def sessions(self) -> dict[str, Session]:
        """Who is signed in, by what is kept of the token."""
        with self._database.transaction() as connection:
            rows = connection.execute(select(sessions)).mappings()
            return {row["token"]: Session(**row) for row in rows}

    def open_session(self, session: Session) -> None:
        """Somebody has signed in."""
        with self._database.transaction() as connection:
            _put(connection, sessions, {"token": session.token}, asdict(session))

    def end_session(self, token: str) -> None:
        """Somebody has signed out."""
        with self._database.transaction() as connection:
            connection.execute(delete(sessions).where(sessions.c.token == token))

    def end_sessions(self, person: PersonId) -> None:
        """Somebody is signed in nowhere any more."""
        with self._database.transaction() as connection:
            connection.execute(delete(sessions).where(sessions.c.person == person))

    def failures(self) -> Known:
        """Wrong tries."""
        with self._database.transaction() as connection:
            return _failures_of(connection)

    def recount(
        self,
        whose: Collection[Counted],
        instead: Mapping[Counted, Failures | None],
        change: Callable[[Known], Known],
    ) -> tuple[Known, Known]:
        """Change some counts while nobody else does; what they were, and what they are.

        Those in `instead` were so, whatever the store says.
        """
        with self._database.transaction() as connection:
            stored = {who: it for who, it in _failures_of(connection).items() if who in whose}
            before = {who: it for who, it in {**stored, **instead}.items() if it}
            after = change(before)
            for who in whose:
                if (found := after.get(who)) != stored.get(who):
                    row = who._asdict() | asdict(found) if found else None
                    _put(connection, failures, who._asdict(), row)
        return before, after

    def forgive(self, person: PersonId) -> None:
        """Forget somebody's wrong tries."""
        with self._database.transaction() as connection:
            connection.execute(delete(failures).where(failures.c.person == person))

    def residents(self) -> dict[Place, str]:
        """Who lives where."""
        with self._database.transaction() as connection:
            rows = connection.execute(select(residents))
            return {(row.site, row.room): row.name for row in rows}

    def name_resident(self, place: Place, name: str) -> None:
        """Keep who lives in a room; without a name, forget who did."""
        key = dict(zip(("site", "room"), place, strict=True))
        with self._database.transaction() as connection:
            _put(connection, residents, key, key | {"name": name} if name else None)

    def forget(self, ended_before: datetime, removed_before: datetime) -> None:
        """Delete sessions that are over, and whoever was removed so long ago."""
        with self._database.transaction() as connection:
            connection.execute(delete(sessions).where(sessions.c.ends_at < ended_before))
            connection.execute(delete(failures).where(failures.c.last_at < ended_before))
            connection.execute(delete(people).where(people.c.removed_at < removed_before))


def people_of(connection: Connection) -> dict[str, Person]:
    """Everybody by id, those who were removed as well."""
    rows = connection.execute(select(people)).mappings()
    return {row["id"]: Person(**dict(row) | {"role": Role(row["role"])}) for row in rows}


def _failures_of(connection: Connection) -> Known:
    rows = connection.execute(select(failures)).mappings()
    return {
        Counted(row["person"], row["address"]): Failures(row["count"], row["last_at"])
        for row in rows
    }


def _alike(one: Person, other: Person) -> bool:
    """Whether two who are here could not be told apart on a list of names."""
    return one.here and one.name.casefold() == other.name.casefold()


def _put(
    connection: Connection, table: Table, key: dict[str, Any], row: dict[str, Any] | None
) -> None:
    """Replace a row, or only take it away."""
    same = and_(*(table.c[name] == value for name, value in key.items()))
    connection.execute(delete(table).where(same))
    if row:
        connection.execute(insert(table).values(row))
