"""Alerts and steps as rows of the station's store, read and written within one transaction."""

import hashlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, exists, insert, select, update

from alert_broker.board import Mark
from alert_broker.case import Arrival, Heard
from alert_broker.ledger import book
from alert_broker.ledger.entries import Stepped
from alert_broker.life import ENDS
from alert_broker.messages import Alert, Deed, M, MessageRefused, Step, decode, encode
from alert_broker.steps import KEPT_HERE
from alert_broker.tables import alerts, steps, upsert

log = logging.getLogger(__name__)

AT_ONCE = 500
"""No statement names more things than this."""


def ended(before: datetime) -> Select[tuple[str]]:
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


def never_came() -> ColumnElement[bool]:
    """Of a step: its alert is not here."""
    return ~exists().where(alerts.c.id == steps.c.alert)


def read_heard(connection: Connection, wanted: ColumnElement[bool]) -> list[Heard]:
    """The alerts that fit."""
    return [
        Heard(alert, Arrival(row.first_revision, row.first_delay_s, row.first_at))
        for row in connection.execute(select(alerts).where(wanted))
        if (alert := read_message(row.message, Alert))
    ]


def read_all(connection: Connection, alert_ids: Sequence[str]) -> tuple[list[Heard], list[Mark]]:
    """These alerts, as far as they came, and all their steps, in the order of `read_marks`."""
    heard: list[Heard] = []
    marks: list[Mark] = []
    for some in batches(alert_ids):
        heard += read_heard(connection, alerts.c.id.in_(some))
        marks += read_marks(connection, steps.c.alert.in_(some))
    return heard, sorted(marks, key=lambda mark: mark[1])


def read_marks(connection: Connection, wanted: ColumnElement[bool]) -> list[Mark]:
    """The steps that fit, in the order in which they became known."""
    found = select(steps.c.message, steps.c.since_s).where(wanted).order_by(steps.c.since_s)
    return [
        (step, row.since_s)
        for row in connection.execute(found)
        if (step := read_message(row.message, Step))
    ]


def save_heard(connection: Connection, heard: Heard) -> bool:
    """Keep an alert; an older revision changes nothing. Whether it was kept."""
    new = upsert(connection, alerts).values(
        id=heard.alert.id,
        revision=heard.alert.revision,
        first_revision=heard.first.revision,
        first_delay_s=heard.first.delay_s,
        first_at=heard.first.at,
        message=encode(heard.alert).decode(),
    )
    kept = connection.execute(
        new.on_conflict_do_update(
            index_elements=[alerts.c.id],
            set_={column.name: new.excluded[column.name] for column in alerts.c},
            where=new.excluded.revision >= alerts.c.revision,
        )
    )
    return bool(kept.rowcount)


def save_steps(
    connection: Connection, marks: Iterable[Mark], *, told: bool, place: str
) -> set[str]:
    """Keep steps, and write those that are new into the ledger; `place` as there.

    Returns the ids of the alerts that something is new of.
    """
    given = {digest(step): (step, since_s) for step, since_s in marks}
    known = _known(connection, [*given])
    if told:
        for some in batches([*known]):
            there = steps.c.digest.in_(some)
            connection.execute(update(steps).where(there, ~steps.c.told).values(told=True))
    fresh = {key: mark for key, mark in given.items() if key not in known}
    if fresh:
        rows = [_row(key, *mark, told=told) for key, mark in fresh.items()]
        connection.execute(insert(steps), rows)
        book.append(connection, _entries(connection, [step for step, _ in fresh.values()], place))
    return {step.alert for step, _ in fresh.values()}


def digest(step: Step) -> str:
    """What a step is kept by, once."""
    return hashlib.sha256(encode(step)).hexdigest()


def read_message(text: str, kind: type[M]) -> M | None:
    """A message as it was kept; None, and a line in the log, for one that cannot be read."""
    try:
        return decode(text.encode(), kind)
    except MessageRefused as error:
        log.error("a %s in the store cannot be read and is left out: %s", kind.__name__, error)
        return None


def _row(key: str, step: Step, since_s: float, *, told: bool) -> dict[str, object]:
    return {
        "digest": key,
        "message": encode(step).decode(),
        "alert": step.alert,
        "deed": step.deed,
        "station": step.station,
        "at": step.at,
        # These two are searched by: PostgreSQL's texts cannot hold a NUL, the message escapes it.
        "by": step.by.replace("\0", ""),
        "to": step.to.replace("\0", ""),
        "since_s": since_s,
        "told": told or step.deed in KEPT_HERE,
    }


def _known(connection: Connection, keys: list[str]) -> set[str]:
    """Those of these steps that are kept."""
    return {
        key
        for some in batches(keys)
        for key in connection.execute(select(steps.c.digest).where(steps.c.digest.in_(some)))
        .scalars()
        .all()
    }


def _entries(connection: Connection, made: list[Step], place: str) -> list[Stepped]:
    wanted = [*{step.alert for step in made}]
    about = {
        heard.alert.id: heard.alert
        for some in batches(wanted)
        for heard in read_heard(connection, alerts.c.id.in_(some))
    }
    return [
        Stepped(step, place, alert.model, alert.config)
        if (alert := about.get(step.alert))
        else Stepped(step, place)
        for step in made
    ]


def batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many of these at a time as a statement may name."""
    for begin in range(0, len(keys), AT_ONCE):
        yield keys[begin : begin + AT_ONCE]
