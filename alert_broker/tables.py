"""The tables of the station's store: messages as they travelled, beside what we search by."""

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)


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
    Column("revision", Integer, nullable=False),
    Column("first_revision", Integer, nullable=False),
    Column("first_delay_s", Float, nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("message", Text, nullable=False),
)

acknowledgements = Table(
    "acknowledgements",
    metadata,
    # No foreign key: it may arrive before its alert.
    Column("alert", String(32), primary_key=True),
    Column("acknowledged_at", Moment, nullable=False, index=True),
    Column("told", Boolean, nullable=False),
    Column("message", Text, nullable=False),
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
