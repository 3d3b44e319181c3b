"""What the store keeps of people: who they are, who is signed in, wrong tries, residents' names."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, insert, select, update

from alert_broker.database import Database
from alert_broker.people.limits import Counted, Failures
from alert_broker.people.person import Person, Session
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

    def add(self, person: Person) -> bool:
        """Keep somebody new; False, and nothing is done, where her id or her name is taken."""
        with self._database.transaction() as connection:
            known = people_of(connection)
            if person.id in known or any(_alike(it, person) for it in known.values()):
                return False
            connection.execute(insert(people).values(asdict(person)))
            return True

    def add_first(self, person: Person) -> bool:
        """Keep the first administrator; False where there is one."""
        with self._database.transaction() as connection:
            leads = people.c.role == Role.ADMINISTRATOR
            wanted = select(people.c.id).where(leads, people.c.removed_at.is_(None))
            if connection.execute(wanted).first():
                return False
            _put(connection, people, {"id": person.id}, asdict(person))
            return True

    def change(self, person: Person) -> None:
        """Keep what is new of somebody known."""
        with self._database.transaction() as connection:
            connection.execute(
                update(people).where(people.c.id == person.id).values(asdict(person))
            )

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

    def failures(self) -> dict[Counted, Failures]:
        """Wrong tries."""
        with self._database.transaction() as connection:
            rows = connection.execute(select(failures)).mappings()
            return {
                Counted(row["person"], row["address"]): Failures(row["count"], row["last_at"])
                for row in rows
            }

    def save_failures(self, counted: Mapping[Counted, Failures | None]) -> None:
        """Keep these counts; those that are None are forgotten."""
        with self._database.transaction() as connection:
            for who, found in counted.items():
                row = who._asdict() | asdict(found) if found else None
                _put(connection, failures, who._asdict(), row)

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
