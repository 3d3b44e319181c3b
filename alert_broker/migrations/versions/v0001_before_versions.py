"""What a store held before it told its version: whatever it lacks is made, nothing is lost."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    inspect,
    text,
)

from alert_broker.messages import Acknowledgement, Deed, MessageRefused, Step, decode, encode
from alert_broker.steps import of_acknowledgement

revision = "0001"
down_revision = None

Moment = DateTime(timezone=True)
metadata = MetaData()
Table(
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
    Column("message", Text, primary_key=True),
    Column("alert", String(32), nullable=False, index=True),
    Column("deed", String(16), nullable=False),
    Column("station", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("to", Text, nullable=False, index=True),
    Column("since_s", Float, nullable=False),
    Column("told", Boolean, nullable=False),
)
Table(
    "steady",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("s", Float, nullable=False),
)
Table(
    "rooms",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("room", String(64), primary_key=True),
    Column("device", String(64), nullable=False),
    Column("seen_at", Moment),
    Column("status", Text),
)
Table(
    "technical_alarms",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("station", String(64), nullable=False),
    Column("ended_at", Moment),
    Column("message", Text, nullable=False),
)
for name in ("visits", "retirements"):
    Table(
        name,
        metadata,
        Column("message", Text, primary_key=True),
        Column("at", Moment, nullable=False),
    )


def upgrade() -> None:
    """Make what is not there."""
    connection = op.get_bind()
    metadata.create_all(connection)
    if inspect(connection).has_table("acknowledgements"):
        _take_over(connection)


def _take_over(connection: Connection) -> None:
    """The first stations kept who takes an alert, and nothing after.

    There an alert was done with once somebody took it: it must not ring again tonight.
    """
    for message in connection.execute(text("SELECT message FROM acknowledgements")).scalars():
        try:
            claim = of_acknowledgement(decode(message.encode(), Acknowledgement))
        except MessageRefused:
            continue
        end = Step(
            site=claim.site,
            room=claim.room,
            alert=claim.alert,
            deed=Deed.CANCELLED,
            station=claim.station,
            at=claim.at,
        )
        for step in (claim, end):
            connection.execute(steps.insert().values(_row(step)))
    op.drop_table("acknowledgements")


def _row(step: Step) -> dict[str, object]:
    told = {name: getattr(step, name) for name in ("alert", "deed", "station", "at", "by", "to")}
    return told | {"message": encode(step).decode(), "since_s": 0.0, "told": True}
