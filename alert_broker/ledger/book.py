"""The ledger in the store: entries are put at its end, and cut off at its beginning alone.

It is written within the transaction that does what it tells: both are there, or neither.
"""

from collections.abc import Generator, Iterable
from contextlib import closing
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from alert_broker.ledger.chain import Head, Link
from alert_broker.ledger.entries import Entry, EntryRefused, Forgot, decode, encode
from alert_broker.tables import ledger, steps


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


def forget(connection: Connection, before: datetime) -> None:
    """Write down that what ended before then is deleted, and cut off what tells of nothing else.

    An entry goes once no step of its alert is kept, and nor is any entry before it: so what is
    left is still one chain, and this entry vouches for where it begins.
    """
    cut = _cut(connection)
    append(connection, [Forgot(before, cut.number, cut.hash) if cut.number else Forgot(before)])
    connection.execute(delete(ledger).where(ledger.c.number <= cut.number))


def _cut(connection: Connection) -> Head:
    kept = {*connection.execute(select(steps.c.alert).distinct()).scalars()}
    cut = Head()
    with closing(links(connection)) as all_links:
        for link in all_links:
            if _about(link) in kept:
                break
            cut = link.head
    return cut


def _about(link: Link) -> str:
    try:
        return decode(link.text).alert
    except EntryRefused:
        return ""
