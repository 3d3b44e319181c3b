"""The tables of the station's store: messages as they travelled, beside what we search by."""

from datetime import UTC, datetime
from typing import cast

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Dialect,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    false,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite


class Moment(TypeDecorator[datetime]):
    """A time with its offset; SQLite keeps none, so it is kept as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """To the database."""
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """From the database."""
        return value.replace(tzinfo=value.tzinfo or UTC) if value else None


metadata = MetaData()

alerts = Table(
    "alerts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("first_revision", BigInteger, nullable=False),
    Column("first_delay_s", Float, nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("message", Text, nullable=False),
)

steps = Table(
    "steps",
    metadata,
    # SHA-256 of the message, which is always the same for the same step: it is kept once.
    Column("digest", String(64), primary_key=True),
    Column("message", Text, nullable=False),
    # No foreign key: it may arrive before its alert.
    Column("alert", String(32), nullable=False, index=True),
    Column("deed", String(16), nullable=False),
    Column("station", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("to", Text, nullable=False, index=True),
    # When it became known here, on the station's steady count of seconds.
    Column("since_s", Float, nullable=False),
    Column("told", Boolean, nullable=False),
    Index("ix_steps_deed_at", "deed", "at", "alert"),
    Index(
        "ix_steps_untold",
        "station",
        sqlite_where=text("told IS 0"),
        postgresql_where=text("told IS false"),
    ),
)

counts = Table(
    "counts",
    metadata,
    # Empty for what a store of one station left, which did not say whose.
    Column("station", String(64), primary_key=True),
    # The station's count of seconds as it was last written down; see `steady.py`.
    Column("s", Float, nullable=False),
    # Of stations that share the store: when each last said so, by the server's clock, and whether
    # the rooms reach it.
    Column("seen_s", Float),
    Column("hears", Boolean),
)

ledger = Table(
    "ledger",
    metadata,
    # As in `ledger/chain.py`.
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("hash", String(64), nullable=False),
)

rooms = Table(
    "rooms",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("room", String(64), primary_key=True),
    Column("device", String(64), nullable=False),
    Column("seen_at", Moment),
    Column("status", Text),
)

alarms = Table(
    "technical_alarms",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("station", String(64), nullable=False),
    Column("ended_at", Moment),
    Column("message", Text, nullable=False),
)

visits = Table(
    "visits",
    metadata,
    # The thing itself, kept once.
    Column("message", Text, primary_key=True),
    Column("at", Moment, nullable=False),
)

retirements = Table(
    "retirements",
    metadata,
    Column("message", Text, primary_key=True),
    Column("at", Moment, nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("pin", Boolean, nullable=False),
    # Argon2's digest: nobody reads the PIN in it.
    Column("sealed", Text, nullable=False),
    Column("since", Moment, nullable=False),
    # Whoever was removed keeps her line as long as alerts tell of her.
    Column("removed_at", Moment),
    # Whether somebody else knows her secret, since it was given to her.
    Column("given", Boolean, nullable=False, server_default=false()),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token", String(64), primary_key=True),
    Column("person", String(16), nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
)

failures = Table(
    "failures",
    metadata,
    Column("person", String(16), primary_key=True),
    Column("address", String(64), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", Moment, nullable=False),
)

residents = Table(
    "residents",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("room", String(64), primary_key=True),
    Column("name", Text, nullable=False),
)


def upsert(connection: Connection, table: Table) -> sqlite.Insert:
    """An INSERT that may say what to do with a row that is there, as this database spells it."""
    if connection.dialect.name == "postgresql":
        return cast("sqlite.Insert", postgresql.insert(table))  # the two are alike
    return sqlite.insert(table)
