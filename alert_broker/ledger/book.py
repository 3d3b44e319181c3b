"""The ledger in the store: entries are put at its end, and cut off at its beginning alone.

It is written within the transaction that does what it tells: both are there, or neither.
"""

from collections.abc import Generator, Iterable
from contextlib import closing
from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Table, delete, insert, select

from alert_broker.ledger.chain import Head, Link
from alert_broker.ledger.entries import Entry, EntryRefused, Forgot, decode, encode
from alert_broker.tables import alarms, ledger, steps, visits
from alert_broker.upkeep.alarms import Alarm
from alert_broker.upkeep.rounds import Visit


def head(connection: Connection) -> Head:
    """How far the ledger goes."""
    last = select(ledger.c.number, ledger.c.hash).order_by(ledger.c.number.desc()).limit(1)
    found = connection.execute(last).first()
    return Head(found.number, found.hash) if found else Head()


def append(connection: Connection, entries: Iterable[Entry]) -> None:
    """Put entries at the end."""
    at, rows = head(connection), []
    for entry in entries:
        link = Link.after(at, encode(entry))
        at = link.head
        rows.append({"number": link.number, "text": link.text, "hash": link.hash})
    if rows:
        connection.execute(insert(ledger), rows)


def links(connection: Connection) -> Generator[Link, None, None]:
    """All of it, from its beginning; a few hundred at a time are in memory."""
    wanted = select(ledger.c.number, ledger.c.text, ledger.c.hash).order_by(ledger.c.number)
    with connection.execute(wanted.execution_options(yield_per=500)) as rows:
        for row in rows:
            yield Link(row.number, row.text, row.hash)


def beside(connection: Connection) -> list[str]:
    """What is kept beside it, in the texts by which entries tell of it."""
    return [
        *_texts(connection, steps),
        *(_as_told(text, Alarm) for text in _texts(connection, alarms)),
        *(_as_told(text, Visit) for text in _texts(connection, visits)),
    ]


def forget(connection: Connection, before: datetime) -> None:
    """Write down that what ended before then is deleted, and cut off what tells of nothing else.

    An entry goes once what it is about is kept no more, and nor is any entry before it: so what
    is left is still one chain, and this entry vouches for where it begins.
    """
    cut = _cut(connection, before)
    append(connection, [Forgot(before, cut.number, cut.hash) if cut.number else Forgot(before)])
    connection.execute(delete(ledger).where(ledger.c.number <= cut.number))


def _cut(connection: Connection, before: datetime) -> Head:
    about = (select(steps.c.alert).distinct(), select(alarms.c.id))
    kept = {it for wanted in about for it in connection.execute(wanted).scalars()}
    cut = Head()
    with closing(links(connection)) as all_links:
        for link in all_links:
            if _stays(link, kept, before):
                break
            cut = link.head
    return cut


def _stays(link: Link, kept: set[str], before: datetime) -> bool:
    try:
        entry = decode(link.text)
    except EntryRefused:
        return False
    if entry.about:
        return entry.about in kept
    return not isinstance(entry, Forgot) and entry.at >= before


def _texts(connection: Connection, table: Table) -> list[str]:
    return [*connection.execute(select(table.c.message)).scalars()]


def _as_told(text: str, kind: type[Struct]) -> str:
    """An earlier version may have kept fewer fields; what cannot be read was never told."""
    try:
        return encode(msgspec.json.decode(text, type=kind))
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return text
