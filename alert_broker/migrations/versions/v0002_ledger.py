"""The ledger, with the steps known so far; steps by their digest; a count for each station.

A message may be longer than a key of PostgreSQL, and several stations may share one there.
"""

import hashlib

from alembic import op
from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Float,
    Integer,
    String,
    Text,
    column,
    insert,
    table,
    text,
)
from sqlalchemy import select as select_

from alert_broker.ledger.chain import Head, Link
from alert_broker.ledger.entries import Stepped, encode
from alert_broker.messages import MessageRefused, Step, decode

revision = "0002"
down_revision = "0001"

OTHERS = ("message", "alert", "deed", "station", "at", "by", "to", "since_s", "told")
Moment = DateTime(timezone=True)


def upgrade() -> None:
    """Make them."""
    connection = op.get_bind()
    ledger = op.create_table(
        "ledger",
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("text", Text, nullable=False),
        Column("hash", String(64), nullable=False),
    )
    digested = op.create_table(
        "digested",
        Column("digest", String(64), primary_key=True),
        Column("message", Text, nullable=False),
        Column("alert", String(32), nullable=False),
        Column("deed", String(16), nullable=False),
        Column("station", String(64), nullable=False),
        Column("at", Moment, nullable=False),
        Column("by", Text, nullable=False),
        Column("to", Text, nullable=False),
        Column("since_s", Float, nullable=False),
        Column("told", Boolean, nullable=False),
    )
    old = table("steps", *(column(name, digested.c[name].type) for name in OTHERS))
    head = Head()
    for row in connection.execute(select_(old).order_by(old.c.since_s)).mappings().all():
        digest = hashlib.sha256(row["message"].encode()).hexdigest()
        connection.execute(insert(digested).values(digest=digest, **row))
        if link := _link(head, row["message"]):
            head = link.head
            values = {"number": link.number, "text": link.text, "hash": link.hash}
            connection.execute(insert(ledger).values(values))
    op.drop_table("steps")
    op.rename_table("digested", "steps")
    for name in ("alert", "to"):
        op.create_index(f"ix_steps_{name}", "steps", [name])
    op.create_table(
        "counts",
        Column("station", String(64), primary_key=True),
        Column("s", Float, nullable=False),
    )
    connection.execute(text("INSERT INTO counts (station, s) SELECT '', s FROM steady"))
    op.drop_table("steady")


def _link(head: Head, message: str) -> Link | None:
    try:
        return Link.after(head, encode(Stepped(decode(message.encode(), Step))))
    except MessageRefused:
        return None
