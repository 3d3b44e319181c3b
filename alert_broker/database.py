"""The station's SQLite file, by SQLAlchemy: opened, set aside when corrupt, written all or nothing.

A failing disk raises StoreFailed and leaves the file closed; the next transaction opens it again.
"""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from alert_broker.alone import Alone
from alert_broker.upgrade import is_known, is_newest, upgrade, version_of

log = logging.getLogger(__name__)

PRAGMAS = (
    "busy_timeout = 500",
    "journal_mode = WAL",
    # FULL, not NORMAL: the device forgets an alert once we have it, so the disk must too.
    "synchronous = FULL",
)


class StoreFailed(ValueError):
    """The store cannot be used now; the text names the file and the fix."""


class StoreRefused(StoreFailed):
    """It is not ours to use: waiting mends nothing."""


class StoreBusy(StoreRefused):
    """Another program works with the file, and does not let us."""


class StoreNewer(StoreRefused):
    """A newer program made it."""


class _Corrupt(StoreFailed):
    """The file is not a database of ours."""


class Database:
    """One file; whatever a transaction wrote survives a power cut. One transaction at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._alone = Alone(path)
        url = URL.create("sqlite", database=str(path))
        self._engine = create_engine(url, pool_size=1, max_overflow=0)
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "begin", _begin)

    def open(self) -> None:
        """Check the file, or create it; a corrupt one is set aside and begun anew.

        Raises:
            StoreBusy: another station has it open.
            StoreNewer: a newer program made it.
            StoreFailed: it cannot be opened or written.
        """
        try:
            alone = self._alone.take()
        except OSError as error:
            raise self._failure(error) from None
        if not alone:
            raise StoreBusy(f"{self._where}: another station uses it, stop that one")
        try:
            self._check()
        except _Corrupt as error:
            self._set_aside(error)
            self._check()

    def close(self) -> None:
        """Let go of the file."""
        self._let_go()
        self._alone.leave()

    def _let_go(self) -> None:
        with suppress(SQLAlchemyError, sqlite3.Error):  # a full disk cannot tidy up
            self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Do several things or none of them.

        Raises:
            StoreFailed: nothing was done.
        """
        try:
            with self._engine.begin() as connection:
                yield connection
        except (SQLAlchemyError, sqlite3.Error) as error:
            self._let_go()
            raise self._failure(getattr(error, "orig", None) or error) from None

    @contextmanager
    def look(self) -> Iterator[Connection]:
        """Read it, also while a station works with it; nothing is made, upgraded or held up.

        Raises:
            StoreFailed: there is none, or a station of this version never opened it.
        """
        if not self._path.exists():
            raise StoreFailed(f"{self._where}: there is no such file; start the station once")
        engine = create_engine(self._engine.url)
        try:
            with engine.connect() as connection:
                if not is_newest(connection):
                    raise StoreFailed(
                        f"{self._where}: its tables are of version {version_of(connection)!r}, "
                        "not of this program's; start the station once, or use its own program"
                    )
                yield connection
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise self._failure(getattr(error, "orig", None) or error) from None
        finally:
            engine.dispose()

    def _check(self) -> None:
        with self.transaction() as connection:
            verdict = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
            if verdict == "ok":
                self._upgrade(connection)
        if verdict != "ok":
            self._let_go()
            raise _Corrupt(f"{self._path}: {verdict}")

    def _upgrade(self, connection: Connection) -> None:
        version = version_of(connection)
        if not is_known(version):
            raise StoreNewer(
                f"{self._where}: its tables are of version {version}, which this program does not "
                "know: a newer one made them; run that one, or give another database"
            )
        upgrade(connection)

    @property
    def _where(self) -> str:
        return f"station.database: {self._path}"

    def _failure(self, error: BaseException) -> StoreFailed:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        where = f"{self._where}: {error}"
        if code == sqlite3.SQLITE_BUSY:
            return StoreBusy(f"{where}; another program keeps it, stop that one")
        if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            return _Corrupt(where)
        return StoreFailed(f"{where}; check that the folder exists, is ours to write and has room")

    def _set_aside(self, error: StoreFailed) -> None:
        """Keep a corrupt file for a technician; one at most, so that they never fill the disk."""
        aside = self._path.with_name(f"{self._path.name}.corrupt")
        log.error("%s; it is set aside as %s, what only it held is lost", error, aside.name)
        try:
            self._path.replace(aside)
            for tail in ("-wal", "-shm"):
                self._path.with_name(self._path.name + tail).unlink(missing_ok=True)
        except OSError as failure:
            raise StoreFailed(
                f"station.database: {self._path}: corrupt, and cannot be set aside "
                f"({failure.strerror}); move it away"
            ) from None


def _prepare(raw: sqlite3.Connection, _record: object) -> None:
    """Set up each new connection."""
    # SQLAlchemy begins our transactions itself: left alone, sqlite3 begins them too late.
    raw.isolation_level = None
    for pragma in PRAGMAS:
        raw.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # One that reads first and asks for the lock late would fail instead of waiting its turn.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
