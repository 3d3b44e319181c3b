"""What the station must not forget: alerts, each step of their lives, the rooms."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, and_, delete, except_, func, literal, or_, select

from alert_broker.board import Mark
from alert_broker.case import Heard
from alert_broker.database import Database, Place
from alert_broker.ledger import book
from alert_broker.ledger.chain import Head
from alert_broker.ledger.entries import Entry
from alert_broker.messages import Deed, DeviceStatus, Step, encode
from alert_broker.postgres import announce, clock_s
from alert_broker.rooms import Room
from alert_broker.rows import (
    batches,
    ended,
    never_came,
    read_all,
    read_marks,
    read_message,
    save_heard,
    save_steps,
)
from alert_broker.tables import alerts, counts, rooms, steps, upsert

Known = tuple[list[Heard], list[Mark]]
"""Alerts in their latest revision, and steps."""


class Store:
    """Alerts and steps; every method may raise StoreFailed."""

    def __init__(self, place: Place, station: str = "") -> None:
        """`station` counts its own steady seconds there."""
        self._database = Database(place)
        self._station = station

    @property
    def database(self) -> Database:
        """Where it is kept, for what else a station keeps there."""
        return self._database

    @property
    def shared(self) -> bool:
        """Whether other stations may write there."""
        return self._database.shared

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
        known = (select(alerts.c.id), select(steps.c.alert).where(never_came()))
        with self._database.transaction() as connection:
            # EXCEPT, since a PostgreSQL that is asked for what is NOT IN too many takes for ever.
            lasting = [except_(those, ended(ended_since)) for those in known]
            ids = [it for those in lasting for it in connection.execute(those).scalars()]
            return read_all(connection, ids)

    def find(self, *alert_ids: str) -> Known:
        """These alerts, however old, with all that are one case with them; none that are not."""
        with self._database.transaction() as connection:
            return read_all(connection, _one_case(connection, alert_ids))

    def save(
        self,
        heard: Iterable[Heard],
        marks: Iterable[Mark],
        *,
        told: bool = False,
        place: str = "",
    ) -> None:
        """Keep these, all or none; an older revision, or a step that is there, changes nothing.

        `told` once the bus has the steps; that is not forgotten. `place` is the screen that they
        were said on.
        """
        with self._database.transaction() as connection:
            news = {it.alert.id for it in heard if save_heard(connection, it)}
            news |= save_steps(connection, marks, told=told, place=place)
            if self._database.shared:
                announce(connection, self._station, news)

    def untold(self, station: str) -> list[Step]:
        """Steps made at this station that the bus may not have yet, in their order."""
        wanted = and_(steps.c.told.is_(False), steps.c.station == station)
        with self._database.transaction() as connection:
            return [step for step, _ in read_marks(connection, wanted)]

    def last_s(self) -> float:
        """The latest of this station's steady seconds ever written down; 0 when none were."""
        ours = counts.c.station.in_(["", self._station])
        made = or_(literal(not self._database.shared), steps.c.station == self._station)
        with self._database.transaction() as connection:
            latest = [
                connection.execute(wanted).scalar()
                for wanted in (
                    select(func.max(counts.c.s)).where(ours),
                    select(func.max(steps.c.since_s)).where(made),
                )
            ]
        return max(it or 0.0 for it in latest)

    def clock_s(self) -> float:
        """Seconds by the clock of a server."""
        with self._database.transaction() as connection:
            return clock_s(connection)

    def save_steady(self, seconds: float) -> None:
        """Write down the steady seconds."""
        with self._database.transaction() as connection:
            new = upsert(connection, counts).values(station=self._station, s=seconds)
            latest = {"s": new.excluded.s}
            connection.execute(
                new.on_conflict_do_update(index_elements=[counts.c.station], set_=latest)
            )

    def note(self, entries: Iterable[Entry]) -> None:
        """Write into the ledger what is no step."""
        with self._database.transaction() as connection:
            book.append(connection, entries)

    def head(self) -> Head:
        """How far the ledger goes."""
        with self._database.transaction() as connection:
            return book.head(connection)

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
                status=read_message(row.status, DeviceStatus) if row.status else None,
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
        with self._database.transaction() as connection:
            new = upsert(connection, rooms)
            keep = new.on_conflict_do_update(
                index_elements=[rooms.c.site, rooms.c.room],
                set_={name: new.excluded[name] for name in ("device", "seen_at", "status")},
                # Another station may have heard of it since.
                where=or_(rooms.c.seen_at.is_(None), new.excluded.seen_at >= rooms.c.seen_at),
            )
            connection.execute(keep, rows)

    def forget(self, before: datetime) -> None:
        """Delete what ended before then; what is open stays for ever."""
        # Of every deed: so they are found by their time.
        early = and_(steps.c.deed.in_([*Deed]), steps.c.at < before, never_came())
        with self._database.transaction() as connection:
            gone = connection.execute(delete(steps).where(early)).rowcount
            for some in batches([*connection.execute(ended(before)).scalars()]):
                connection.execute(delete(alerts).where(alerts.c.id.in_(some)))
                gone += connection.execute(delete(steps).where(steps.c.alert.in_(some))).rowcount
            if gone:
                book.forget(connection, before)


def _one_case(connection: Connection, alert_ids: Iterable[str]) -> list[str]:
    """The ids of these alerts, and of all that joined them or that they joined."""
    joined = steps.c.deed == Deed.JOINED
    openers = {*alert_ids}
    for some in batches([*alert_ids]):
        found = select(steps.c.to).where(joined, steps.c.alert.in_(some))
        openers |= {*connection.execute(found).scalars()}
    again: set[str] = set()
    for some in batches([*openers]):
        found = select(steps.c.alert).where(joined, steps.c.to.in_(some))
        again |= {*connection.execute(found).scalars()}
    return sorted(openers | again)
