"""What ended, and what the bus may not have yet, is found without reading all that was done."""

from alembic import op
from sqlalchemy import text

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """A house of three hundred rooms keeps hundreds of thousands of steps."""
    op.create_index("ix_steps_deed_at", "steps", ["deed", "at", "alert"])
    op.create_index(
        "ix_steps_untold",
        "steps",
        ["station"],
        sqlite_where=text("told IS 0"),
        postgresql_where=text("told IS false"),
    )
