"""What the station must not forget: alerts, each step of their lives, the rooms."""

import logging
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.sqlite import insert

from alert_broker.board import Mark
from alert_broker.case import Arrival, Heard
from alert_broker.database import Database
from alert_broker.life import ENDS
from alert_broker.messages import (
    Alert,
    Deed,
    DeviceStatus,
    M,
    MessageRefused,
    Step,
    decode,
    encode,
)
from alert_broker.rooms import Room
from alert_broker.steps import KEPT_HERE
from alert_broker.tables import alerts, rooms, steady, steps

log = logging.getLogger(__name__)

Known = tuple[list[Heard], list[Mark]]
"""Alerts in their latest revision, and steps."""


class Store:
    """Alerts and steps; every method may raise StoreFailed."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path)

    @property
    def database(self) -> Database:
        """Where it is kept, for what else a station keeps there."""
        return self._database

    def open(self) -> None:
        """Check the file, or create it; a corrupt one is set aside and begun anew.

        Raises:
            StoreRefused: another station uses it, or it is of a newer program.
        """
        self._database.open()

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def load(self, ended_since: datetime) -> Known:
        """All that is open, what ended since then, and steps of alerts that have not come yet."""
        old = _ended(ended_since)
        with self._database.transaction() as connection:
            return (
                _heard(connection, alerts.c.id.not_in(old)),
                _marks(connection, steps.c.alert.not_in(old)),
            )

    def find(self, alert_id: str) -> Known:
        """One alert, however old, with all that are one case with it; empty if there is none."""
        joined = steps.c.deed == Deed.JOINED
        with self._database.transaction() as connection:
            found = select(steps.c.to).where(joined, steps.c.alert == alert_id)
            openers = [alert_id, *connection.execute(found).scalars()]
            again = select(steps.c.alert).where(joined, steps.c.to.in_(openers))
            ids = [*openers, *connection.execute(again).scalars()]
            return _heard(connection, alerts.c.id.in_(ids)), _marks(
                connection, steps.c.alert.in_(ids)
            )

    def save(self, heard: Iterable[Heard], marks: Iterable[Mark], *, told: bool = False) -> None:
        """Keep these, all or none; an older revision, or a step that is there, changes nothing.

        `told` once the bus has the steps; that is not forgotten.
        """
        with self._database.transaction() as connection:
            for it in heard:
                _save_heard(connection, it)
            _save_steps(connection, marks, told=told)

    def untold(self, station: str) -> list[Step]:
        """Steps made at this station that the bus may not have yet, in their order."""
        wanted = and_(steps.c.told.is_(False), steps.c.station == station)
        with self._database.transaction() as connection:
            return [step for step, _ in _marks(connection, wanted)]

    def last_s(self) -> float:
        """The latest of the steady seconds ever written down; 0 when none were."""
        with self._database.transaction() as connection:
            latest = [
                connection.execute(select(func.max(column))).scalar()
                for column in (steps.c.since_s, steady.c.s)
            ]
        return max(it or 0.0 for it in latest)

    def save_steady(self, seconds: float) -> None:
        """Write down the steady seconds."""
        new = insert(steady).values(id=1, s=seconds)
        with self._database.transaction() as connection:
            connection.execute(
                new.on_conflict_do_update(index_elements=[steady.c.id], set_={"s": new.excluded.s})
            )

    def rooms(self, waiting_since_s: float) -> list[Room]:
        """The rooms that ever spoke; each is given from that time on to speak again."""
        with self._database.transaction() as connection:
            found = connection.execute(select(rooms)).all()
        return [
            Room(
                row.site,
                row.room,
                row.device,
                waiting_since_s,
                seen_at=row.seen_at,
                status=_message(row.status, DeviceStatus) if row.status else None,
            )
            for row in found
        ]

    def save_rooms(self, known: Iterable[Room]) -> None:
        """Keep the rooms with their last sign of life."""
        rows = [
            {
                "site": room.site,
                "room": room.room,
                "device": room.device,
                "seen_at": room.seen_at,
                "status": encode(room.status).decode() if room.status else None,
            }
            for room in known
        ]
        if not rows:
            return
        new = insert(rooms)
        latest = {name: new.excluded[name] for name in ("device", "seen_at", "status")}
        with self._database.transaction() as connection:
            connection.execute(
                new.on_conflict_do_update(index_elements=[rooms.c.site, rooms.c.room], set_=latest),
                rows,
            )

    def forget(self, before: datetime) -> None:
        """Delete what ended before then; what is open stays for ever."""
        with self._database.transaction() as connection:
            old = _ended(before)
            never_came = and_(steps.c.alert.not_in(select(alerts.c.id)), steps.c.at < before)
            connection.execute(delete(alerts).where(alerts.c.id.in_(old)))
            connection.execute(delete(steps).where(or_(steps.c.alert.in_(old), never_came)))


def _ended(before: datetime) -> Select[tuple[str]]:
    """The ids of alerts that ended before then, and of those that had joined them."""
    end = steps.alias()
    ended = select(end.c.alert).where(end.c.deed.in_(ENDS), end.c.at < before)
    joined, raised = steps.alias(), steps.alias()
    stands_alone = exists().where(
        raised.c.alert == joined.c.alert,
        raised.c.deed == Deed.RAISED,
        raised.c.station == joined.c.station,
    )
    again = select(joined.c.alert).where(
        joined.c.deed == Deed.JOINED, joined.c.to.in_(ended), ~stands_alone
    )
    return ended.union(again).subquery().select()


def _heard(connection: Connection, wanted: ColumnElement[bool]) -> list[Heard]:
    return [
        Heard(alert, Arrival(row.first_revision, row.first_delay_s, row.first_at))
        for row in connection.execute(select(alerts).where(wanted))
        if (alert := _message(row.message, Alert))
    ]


def _marks(connection: Connection, wanted: ColumnElement[bool]) -> list[Mark]:
    found = select(steps.c.message, steps.c.since_s).where(wanted).order_by(steps.c.since_s)
    return [
        (step, row.since_s)
        for row in connection.execute(found)
        if (step := _message(row.message, Step))
    ]


def _save_heard(connection: Connection, heard: Heard) -> None:
    new = insert(alerts).values(
        id=heard.alert.id,
        revision=heard.alert.revision,
        first_revision=heard.first.revision,
        first_delay_s=heard.first.delay_s,
        first_at=heard.first.at,
        message=encode(heard.alert).decode(),
    )
    connection.execute(
        new.on_conflict_do_update(
            index_elements=[alerts.c.id],
            set_={column.name: new.excluded[column.name] for column in alerts.c},
            where=new.excluded.revision >= alerts.c.revision,
        )
    )


def _save_steps(connection: Connection, marks: Iterable[Mark], *, told: bool) -> None:
    rows = [
        {
            "message": encode(step).decode(),
            "alert": step.alert,
            "deed": step.deed,
            "station": step.station,
            "at": step.at,
            "by": step.by,
            "to": step.to,
            "since_s": since_s,
            "told": told or step.deed in KEPT_HERE,
        }
        for step, since_s in marks
    ]
    if not rows:
        return
    new = insert(steps)
    connection.execute(
        new.on_conflict_do_update(
            index_elements=[steps.c.message],
            set_={"told": or_(steps.c.told, new.excluded.told)},
        ),
        rows,
    )


def _message(text: str, kind: type[M]) -> M | None:
    try:
        return decode(text.encode(), kind)
    except MessageRefused as error:
        log.error("a %s in the store cannot be read and is left out: %s", kind.__name__, error)
        return None
