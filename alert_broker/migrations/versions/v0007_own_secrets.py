"""Whoever signs in with a secret that was made for her chooses her own first."""

from alembic import op
from sqlalchemy import Boolean, Column, column, false, table, update

revision = "0007"
down_revision = "0006"

people = table("people", column("id"), column("given"))


def upgrade() -> None:
    """The first administrator's stands in the log of the first start."""
    op.add_column("people", Column("given", Boolean, nullable=False, server_default=false()))
    op.get_bind().execute(update(people).where(people.c.id == "p-000000").values(given=True))
