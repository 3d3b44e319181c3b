"""Technical alarms, visits and retired rooms as the station's store keeps them."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row, Table, and_, delete, insert, or_, select

from alert_broker.database import Database
from alert_broker.tables import alarms, retirements, visits
from alert_broker.upkeep.alarms import Alarm
from alert_broker.upkeep.rounds import Visit
from alert_broker.upkeep.views import Retirement, UpkeepRecord

MOST = 1000
"""No more alarms, and no more visits, are told of at once."""

R = TypeVar("R", bound=Struct)


class Records:
    """The technical part of a store; every method may raise StoreFailed."""

    def __init__(self, database: Database, station: str) -> None:
        """Of one station; several may share a database."""
        self._database = database
        self._station = station

    def load(self) -> tuple[list[Alarm], list[Visit]]:
        """The alarms of this station that last, and all visits since the first of them began."""
        mine = and_(alarms.c.station == self._station, alarms.c.ended_at.is_(None))
        with self._database.transaction() as connection:
            found = _read(connection.execute(select(alarms.c.message).where(mine)), Alarm)
            first = min((alarm.began_at for alarm in found), default=None)
            if first is None:
                return found, []
            since = select(visits.c.message).where(visits.c.at >= first)
            return found, _read(connection.execute(since), Visit)

    def save(
        self, changed: Iterable[Alarm], made: Iterable[Visit], retired: Iterable[Retirement]
    ) -> None:
        """Keep these, all or none."""
        with self._database.transaction() as connection:
            for alarm in changed:
                connection.execute(delete(alarms).where(alarms.c.id == alarm.id))
                told = {"id": alarm.id, "station": alarm.station, "ended_at": alarm.ended_at}
                connection.execute(insert(alarms).values(message=_text(alarm), **told))
            for visit in made:
                _put(connection, visits, visit, at=visit.at)
            for it in retired:
                _put(connection, retirements, it, at=it.at)

    def retired(self) -> list[Retirement]:
        """Every room that was ever retired, the latest last."""
        found = select(retirements.c.message).order_by(retirements.c.at)
        with self._database.transaction() as connection:
            return _read(connection.execute(found), Retirement)

    def since(self, moment: datetime) -> UpkeepRecord:
        """What lasts or ended since then, and who visited; the latest first."""
        late = or_(alarms.c.ended_at.is_(None), alarms.c.ended_at >= moment)
        latest = alarms.c.ended_at.desc().nulls_first()
        ended = select(alarms.c.message).where(late).order_by(latest)
        made = select(visits.c.message).where(visits.c.at >= moment).order_by(visits.c.at.desc())
        with self._database.transaction() as connection:
            return UpkeepRecord(
                tuple(_read(connection.execute(ended.limit(MOST)), Alarm)),
                tuple(_read(connection.execute(made.limit(MOST)), Visit)),
            )

    def forget(self, before: datetime) -> None:
        """Delete what ended before then; a room that was retired stays so."""
        with self._database.transaction() as connection:
            connection.execute(delete(alarms).where(alarms.c.ended_at < before))
            connection.execute(delete(visits).where(visits.c.at < before))


def _put(connection: Connection, table: Table, it: Struct, *, at: datetime) -> None:
    text = _text(it)
    connection.execute(delete(table).where(table.c.message == text))
    connection.execute(insert(table).values(message=text, at=at))


def _text(it: Struct) -> str:
    return msgspec.json.encode(it, order="deterministic").decode()


def _read(rows: Iterable[Row[tuple[str]]], kind: type[R]) -> list[R]:
    return [msgspec.json.decode(row.message, type=kind) for row in rows]
