"""Technical alarms and visits known so far stand in the ledger; of their own staff by id."""

import msgspec
from alembic import op
from sqlalchemy import Connection, column, select, table, update

from alert_broker.ledger import book
from alert_broker.ledger.entries import Alarmed, Visited, encode
from alert_broker.steps import Named
from alert_broker.upkeep.alarms import Alarm
from alert_broker.upkeep.rounds import Visit

revision = "0004"
down_revision = "0003"

people = table("people", column("id"), column("name"), column("removed_at"))


def upgrade() -> None:
    """They were kept with the names of whoever saw to them or went."""
    connection = op.get_bind()
    ids = _ids(connection)
    for name, decode in (("technical_alarms", _alarm), ("visits", _visit)):
        rows = table(name, column("message"))
        for text in connection.execute(select(rows.c.message)).scalars().all():
            kept, entry = decode(text, lambda said: ids.get(said.by, said.by))
            changed = update(rows).where(rows.c.message == text)
            connection.execute(changed.values(message=encode(kept)))
            book.append(connection, [entry])


def _alarm(text: str, named: Named) -> tuple[Alarm, Alarmed]:
    alarm = msgspec.json.decode(text, type=Alarm).named(named)
    return alarm, Alarmed(alarm)


def _visit(text: str, named: Named) -> tuple[Visit, Visited]:
    visit = msgspec.json.decode(text, type=Visit).named(named)
    return visit, Visited(visit)


def _ids(connection: Connection) -> dict[str, str]:
    """The ids of whoever is here, by name; nobody who is shares hers."""
    here = select(people).where(people.c.removed_at.is_(None))
    return {row.name: row.id for row in connection.execute(here)}
