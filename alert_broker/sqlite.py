"""A store in a file, by SQLite: one station's own; set aside when corrupt."""

import logging
import shutil
import sqlite3
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event

from alert_broker.alone import Alone
from alert_broker.refusals import StoreBusy, StoreCorrupt, StoreFailed

log = logging.getLogger(__name__)

MIB = 2**20
PRAGMAS = (
    "busy_timeout = 500",
    "journal_mode = WAL",
    # FULL, not NORMAL: the device forgets an alert once we have it, so the disk must too.
    "synchronous = FULL",
)


class File:
    """One file; whatever a transaction wrote survives a power cut."""

    shared = False

    def __init__(self, path: Path) -> None:
        self._path = path
        self._alone = Alone(path)
        self.where = f"station.database: {path}"

    def engine(self) -> Engine:
        """Connects to it, to write as well."""
        engine = create_engine(self._url, pool_size=1, max_overflow=0)
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
        return engine

    def reader(self) -> Engine:
        """Connects to it to read, and holds nobody up.

        Raises:
            StoreFailed: there is none.
        """
        if not self._path.exists():
            raise StoreFailed(f"{self.where}: there is no such file; start the station once")
        return create_engine(self._url)

    @property
    def left_mib(self) -> float | None:
        """Room left on its disk; None while nobody can tell."""
        try:
            return shutil.disk_usage(self._path.absolute().parent).free / MIB
        except OSError:
            return None

    def take(self) -> None:
        """Be the one station that uses it.

        Raises:
            StoreBusy: another does.
            StoreFailed: the folder is not there, or not ours.
        """
        try:
            alone = self._alone.take()
        except OSError as error:
            raise self.failure(error) from None
        if not alone:
            raise StoreBusy(f"{self.where}: another station uses it, stop that one")

    def leave(self) -> None:
        """Let another station use it."""
        self._alone.leave()

    def check(self, connection: Connection) -> None:
        """Look whether it is whole.

        Raises:
            StoreCorrupt: it is not.
        """
        verdict = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        if verdict != "ok":
            raise StoreCorrupt(f"{self._path}: {verdict}")

    def failure(self, error: BaseException) -> StoreFailed:
        """What a failure means, and what mends it."""
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        where = f"{self.where}: {error}"
        if code == sqlite3.SQLITE_BUSY:
            return StoreBusy(f"{where}; another program keeps it, stop that one")
        if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            return StoreCorrupt(where)
        return StoreFailed(f"{where}; check that the folder exists, is ours to write and has room")

    def set_aside(self, error: StoreCorrupt) -> None:
        """Keep a corrupt file for a technician; one at most, so that they never fill the disk.

        Raises:
            StoreFailed: it cannot be moved.
        """
        aside = self._path.with_name(f"{self._path.name}.corrupt")
        log.error("%s; it is set aside as %s, what only it held is lost", error, aside.name)
        try:
            self._path.replace(aside)
            for tail in ("-wal", "-shm"):
                self._path.with_name(self._path.name + tail).unlink(missing_ok=True)
        except OSError as failure:
            raise StoreFailed(
                f"{self.where}: corrupt, and cannot be set aside ({failure.strerror}); move it away"
            ) from None

    @property
    def _url(self) -> URL:
        return URL.create("sqlite", database=str(self._path))


def _prepare(raw: sqlite3.Connection, _record: object) -> None:
    """Set up each new connection."""
    # SQLAlchemy begins our transactions itself: left alone, sqlite3 begins them too late.
    raw.isolation_level = None
    for pragma in PRAGMAS:
        raw.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # One that reads first and asks for the lock late would fail instead of waiting its turn.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
