"""Technical alarms, visits and retired rooms as the station's store keeps them."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, Table, and_, delete, insert, or_, select, update

from alert_broker.database import Database
from alert_broker.ledger import book
from alert_broker.ledger.entries import Act, Alarmed, CameBack, TakenAway, Visited, encode
from alert_broker.postgres import UPKEEP, announce, clock_s
from alert_broker.tables import alarms, counts, retirements, upsert, visits
from alert_broker.upkeep.alarms import Alarm
from alert_broker.upkeep.neighbours import Neighbour
from alert_broker.upkeep.rounds import Visit
from alert_broker.upkeep.views import Retirement, UpkeepRecord

MOST = 1000
"""No more alarms, and no more visits, are told of at once."""
LASTS = alarms.c.ended_at.is_(None)

log = logging.getLogger(__name__)

R = TypeVar("R", bound=Struct)


class Records:
    """The technical part of a store; every method may raise StoreFailed."""

    def __init__(self, database: Database, station: str) -> None:
        """As a station writes it; several may share a database."""
        self._database = database
        self._station = station

    def meet(self, count_s: float, *, hears: bool) -> list[Neighbour]:
        """Say that we are alive, and whether the rooms reach us; returns the other stations.

        The clock of the server, which all of them share, tells how long ago each said so.
        """
        with self._database.transaction() as connection:
            now_s = clock_s(connection)
            told = {"s": count_s, "seen_s": now_s, "hears": hears}
            new = upsert(connection, counts).values(station=self._station, **told)
            connection.execute(
                new.on_conflict_do_update(index_elements=[counts.c.station], set_=told)
            )
            others = and_(counts.c.station != self._station, counts.c.seen_s.is_not(None))
            return [
                Neighbour(row.station, now_s - row.seen_s, row.hears)
                for row in connection.execute(select(counts).where(others))
            ]

    def part(self) -> None:
        """Say that we stop, and are not missed."""
        ours = update(counts).where(counts.c.station == self._station)
        with self._database.transaction() as connection:
            connection.execute(ours.values(seen_s=None))

    def load(self, known: Iterable[str] = ()) -> tuple[list[Alarm], list[Visit]]:
        """The alarms that last, and those `known` by id; all visits since the first that lasts."""
        with self._database.transaction() as connection:
            found = _alarms(connection, or_(LASTS, alarms.c.id.in_([*known])))
            first = min((it.began_at for it in found if it.ended_at is None), default=None)
            made = _all(connection, visits, Visit, visits.c.at >= first) if first else []
            return found, made

    def save(self, acts: Iterable[Act]) -> None:
        """Keep these, and write what is new in them into the ledger: all or none.

        Other stations may have been first: each thing is kept, and told, once.
        """
        acts = [*acts]
        told = [it.alarm.id for it in acts if isinstance(it, Alarmed)]
        with self._database.transaction() as connection:
            found = _alarms(connection, or_(LASTS, alarms.c.id.in_(told)))
            known = {alarm.id: alarm for alarm in found}
            news = [new for act in acts if (new := _put(connection, act, known))]
            book.append(connection, news)
            if news and self._database.shared:
                announce(connection, self._station, {UPKEEP})

    def retired(self) -> list[Retirement]:
        """Every room that is retired, the latest last."""
        with self._database.transaction() as connection:
            found = _all(connection, retirements, Retirement)
        return sorted(found, key=lambda it: it.at)

    def since(self, moment: datetime) -> UpkeepRecord:
        """What lasts or ended since then, and who visited; the latest first."""
        late = or_(LASTS, alarms.c.ended_at >= moment)
        latest = alarms.c.ended_at.desc().nulls_first()
        ended = select(alarms.c.message).where(late).order_by(latest).limit(MOST)
        made = select(visits.c.message).where(visits.c.at >= moment).order_by(visits.c.at.desc())
        with self._database.transaction() as connection:
            return UpkeepRecord(
                tuple(_read(connection.execute(ended).scalars(), Alarm)),
                tuple(_read(connection.execute(made.limit(MOST)).scalars(), Visit)),
            )

    def forget(self, before: datetime) -> None:
        """Delete what ended before then; a room that was retired stays so."""
        with self._database.transaction() as connection:
            gone = (
                connection.execute(delete(alarms).where(alarms.c.ended_at < before)).rowcount,
                connection.execute(delete(visits).where(visits.c.at < before)).rowcount,
            )
            if any(gone):
                book.forget(connection, before)


def _put(connection: Connection, act: Act, known: dict[str, Alarm]) -> Act | None:
    """Keep what is new in an act, if anything is; `known` are the alarms that are kept."""
    match act:
        case Alarmed():
            return _put_alarm(connection, act, known)
        case Visited(visit=it):
            return act if _put_once(connection, visits, it, at=it.at) else None
        case TakenAway(retirement=it):
            return act if _put_once(connection, retirements, it, at=it.at) else None
        case CameBack():
            return act if _take_back(connection, act) else None


def _put_alarm(connection: Connection, act: Alarmed, known: dict[str, Alarm]) -> Alarmed | None:
    """Who sees to it first, and when it was first found over, stay."""
    new, old = act.alarm, known.get(act.alarm.id)
    if old is None:
        if any(it.trouble == new.trouble and it.ended_at is None for it in known.values()):
            return None
        row = {"id": new.id, "station": new.station, "ended_at": new.ended_at}
        connection.execute(insert(alarms).values(message=encode(new), **row))
    else:
        if old.ended_at is None:
            seen_to = old.seen_to or new.seen_to
            new = replace(old, seen_to=seen_to, ended_at=new.ended_at, ended_by=new.ended_by)
        if old.ended_at or new == old:
            return None
        changed = update(alarms).where(alarms.c.id == new.id)
        connection.execute(changed.values(message=encode(new), ended_at=new.ended_at))
    known[new.id] = new
    return Alarmed(new, act.screen)


def _put_once(connection: Connection, table: Table, it: Struct, *, at: datetime) -> bool:
    text = encode(it)
    if connection.execute(select(table.c.at).where(table.c.message == text)).first():
        return False
    connection.execute(insert(table).values(message=text, at=at))
    return True


def _take_back(connection: Connection, act: CameBack) -> bool:
    kept = connection.execute(select(retirements.c.message)).scalars().all()
    gone = [text for text in kept for it in _read([text], Retirement) if it.place == act.place]
    taken_back = delete(retirements).where(retirements.c.message.in_(gone))
    return bool(connection.execute(taken_back).rowcount)


def _alarms(connection: Connection, wanted: ColumnElement[bool]) -> list[Alarm]:
    return _all(connection, alarms, Alarm, wanted)


def _all(
    connection: Connection, table: Table, kind: type[R], *wanted: ColumnElement[bool]
) -> list[R]:
    return _read(connection.execute(select(table.c.message).where(*wanted)).scalars(), kind)


def _read(texts: Iterable[str], kind: type[R]) -> list[R]:
    """What can be read; of what nobody of ours wrote, or a later version, a line in the log."""
    found = []
    for text in texts:
        try:
            found.append(msgspec.json.decode(text, type=kind))
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            log.error("a %s in the store cannot be read, left out: %s", kind.__name__, error)
    return found
