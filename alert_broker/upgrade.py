"""Brings a store to the tables of this program; what an earlier version kept is taken over."""

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parent / "migrations"


def version_of(connection: Connection) -> str:
    """The version of a store's tables; empty before there were any."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def is_known(version: str) -> bool:
    """Whether this program reads that version, or can upgrade it."""
    return not version or version in {it.revision for it in _scripts().walk_revisions()}


def is_newest(connection: Connection) -> bool:
    """Whether the tables are those of this program."""
    return version_of(connection) == _scripts().get_current_head()


def upgrade(connection: Connection, to: str = "head") -> None:
    """Bring the tables to a version, the newest one, within the transaction of `connection`."""
    if is_newest(connection):
        return
    before = version_of(connection) or "none"
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)
    log.info("the store's tables are upgraded: %s, now %s", before, version_of(connection))


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config
