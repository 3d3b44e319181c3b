"""Stations that share a store tell each other that they are alive, and whether they hear."""

from alembic import op
from sqlalchemy import Boolean, Column, Float

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """None has said so yet."""
    op.add_column("counts", Column("seen_s", Float))
    op.add_column("counts", Column("hears", Boolean))
