"""Who may sign in, who is, wrong tries, and who lives where."""

from alembic import op
from sqlalchemy import Boolean, Column, DateTime, Integer, String, Text

revision = "0003"
down_revision = "0002"

Moment = DateTime(timezone=True)


def upgrade() -> None:
    """Nobody is known yet: the station makes an administrator as it starts."""
    op.create_table(
        "people",
        Column("id", String(16), primary_key=True),
        Column("name", Text, nullable=False),
        Column("role", String(16), nullable=False),
        Column("pin", Boolean, nullable=False),
        Column("sealed", Text, nullable=False),
        Column("since", Moment, nullable=False),
        Column("removed_at", Moment),
    )
    op.create_table(
        "sessions",
        Column("token", String(64), primary_key=True),
        Column("person", String(16), nullable=False),
        Column("begun_at", Moment, nullable=False),
        Column("ends_at", Moment, nullable=False),
    )
    op.create_table(
        "failures",
        Column("person", String(16), primary_key=True),
        Column("address", String(64), primary_key=True),
        Column("count", Integer, nullable=False),
        Column("last_at", Moment, nullable=False),
    )
    op.create_table(
        "residents",
        Column("site", String(64), primary_key=True),
        Column("room", String(64), primary_key=True),
        Column("name", Text, nullable=False),
    )
