"""What the station must not forget: alerts, who takes them, the rooms."""

import logging
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, delete, or_, select
from sqlalchemy.dialects.sqlite import insert

from alert_broker.board import Arrival, Case
from alert_broker.database import Database
from alert_broker.messages import (
    Acknowledgement,
    Alert,
    DeviceStatus,
    M,
    MessageRefused,
    decode,
    encode,
)
from alert_broker.rooms import Room
from alert_broker.tables import acknowledgements, alerts, rooms

log = logging.getLogger(__name__)


class Store:
    """Alerts by id, each with its latest revision; every method may raise StoreFailed."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path)

    def open(self) -> None:
        """Check the file, or create it; a corrupt one is set aside and begun anew.

        Raises:
            StoreBusy: another station uses it.
        """
        self._database.open()

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def cases(self, taken_since: datetime) -> list[Case]:
        """All that nobody has taken, and what was taken since then."""
        fresh = or_(
            acknowledgements.c.alert.is_(None),
            acknowledgements.c.acknowledged_at >= taken_since,
        )
        return self._cases(fresh)

    def find(self, alert_id: str) -> Case | None:
        """One case, however old, None when the store has none."""
        return next(iter(self._cases(alerts.c.id == alert_id)), None)

    def save(self, case: Case) -> None:
        """Keep an alert; an older revision than the one already there changes nothing."""
        with self._database.transaction() as connection:
            _save_alert(connection, case)

    def save_acknowledgement(self, acknowledgement: Acknowledgement, *, told: bool) -> None:
        """Keep who takes an alert, in place of whoever did; `told` once the bus has it."""
        with self._database.transaction() as connection:
            _save_acknowledgement(connection, acknowledgement, told=told)

    def save_all(self, cases: Iterable[Case], taken: Iterable[Acknowledgement]) -> None:
        """Keep these, all or none; what the bus was told is not forgotten."""
        with self._database.transaction() as connection:
            for case in cases:
                _save_alert(connection, case)
            for acknowledgement in taken:
                _save_acknowledgement(connection, acknowledgement, told=False)

    def untold(self) -> list[Acknowledgement]:
        """Acknowledgements made here that the bus may not have yet."""
        return self._acknowledgements(acknowledgements.c.told.is_(False))

    def early(self) -> list[Acknowledgement]:
        """Acknowledgements whose alert has not come yet."""
        return self._acknowledgements(acknowledgements.c.alert.not_in(select(alerts.c.id)))

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
        """Delete what somebody took before then; what nobody took stays for ever."""
        old = acknowledgements.c.acknowledged_at < before
        taken = select(acknowledgements.c.alert).where(old)
        with self._database.transaction() as connection:
            connection.execute(delete(alerts).where(alerts.c.id.in_(taken)))
            connection.execute(delete(acknowledgements).where(old))

    def _cases(self, wanted: ColumnElement[bool]) -> list[Case]:
        joined = select(alerts, acknowledgements.c.message.label("taken")).outerjoin_from(
            alerts, acknowledgements, acknowledgements.c.alert == alerts.c.id
        )
        with self._database.transaction() as connection:
            found = connection.execute(joined.where(wanted)).all()
        return [
            Case(
                alert,
                Arrival(row.first_revision, row.first_delay_s, row.first_at),
                _message(row.taken, Acknowledgement) if row.taken else None,
            )
            for row in found
            if (alert := _message(row.message, Alert))
        ]

    def _acknowledgements(self, wanted: ColumnElement[bool]) -> list[Acknowledgement]:
        with self._database.transaction() as connection:
            found = connection.execute(select(acknowledgements.c.message).where(wanted)).scalars()
            return [message for text in found if (message := _message(text, Acknowledgement))]


def _save_alert(connection: Connection, case: Case) -> None:
    new = insert(alerts).values(
        id=case.alert.id,
        revision=case.alert.revision,
        first_revision=case.first.revision,
        first_delay_s=case.first.delay_s,
        first_at=case.first.at,
        message=encode(case.alert).decode(),
    )
    connection.execute(
        new.on_conflict_do_update(
            index_elements=[alerts.c.id],
            set_={column.name: new.excluded[column.name] for column in alerts.c},
            where=new.excluded.revision >= alerts.c.revision,
        )
    )


def _save_acknowledgement(
    connection: Connection, acknowledgement: Acknowledgement, *, told: bool
) -> None:
    new = insert(acknowledgements).values(
        alert=acknowledgement.alert,
        acknowledged_at=acknowledgement.acknowledged_at,
        told=told,
        message=encode(acknowledgement).decode(),
    )
    another = new.excluded.message != acknowledgements.c.message
    connection.execute(
        new.on_conflict_do_update(
            index_elements=[acknowledgements.c.alert],
            set_={column.name: new.excluded[column.name] for column in acknowledgements.c},
            where=or_(another, new.excluded.told),
        )
    )


def _message(text: str, kind: type[M]) -> M | None:
    try:
        return decode(text.encode(), kind)
    except MessageRefused as error:
        log.error("a %s in the store cannot be read and is left out: %s", kind.__name__, error)
        return None
