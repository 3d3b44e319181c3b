"""The station's database, by SQLAlchemy: a file of its own, or a server's, written all or nothing.

A database that fails raises StoreFailed and is let go; the next transaction connects again.
"""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from alert_broker.postgres import Server
from alert_broker.refusals import StoreBusy, StoreCorrupt, StoreFailed, StoreNewer, StoreRefused
from alert_broker.settings import SettingsRefused, Station
from alert_broker.sqlite import File
from alert_broker.upgrade import is_known, is_newest, upgrade, version_of

__all__ = [
    "Database",
    "Place",
    "StoreBusy",
    "StoreFailed",
    "StoreNewer",
    "StoreRefused",
    "place_of",
]

Place = Path | URL
"""A file of SQLite, or a database of PostgreSQL."""
REST_S = 2.0
"""So long a server that failed is not asked again: no page hangs at each thing that it is told."""
FAILURES = (SQLAlchemyError, sqlite3.Error)


def place_of(settings: Station) -> Place:
    """Where a station's settings say that its store is.

    Raises:
        SettingsRefused: the password cannot be read, or the address is none.
    """
    if "://" not in settings.database:
        return Path(settings.database)
    try:
        return make_url(settings.database).set(password=settings.database_password)
    except ArgumentError:
        raise SettingsRefused(
            "station.database: no address of a database; "
            "write postgresql+psycopg://USER@HOST/DATABASE"
        ) from None


@dataclass
class _Running:
    """A transaction of this thread, and what failed in it."""

    connection: Connection
    failed: StoreFailed | None = None


class Database:
    """Whatever a transaction wrote survives a power cut. One at a time, of all that write."""

    def __init__(self, place: Place) -> None:
        """Nothing is opened yet.

        Raises:
            StoreFailed: what speaks to such a database is not installed.
        """
        self._kind = Server(place) if isinstance(place, URL) else File(place)
        self._engine = self._kind.engine()
        self._turn = threading.Lock()
        """Not the pool's queue: who waits there while it is let go waits for nothing."""
        self._here = threading.local()
        self._rests: tuple[float, StoreFailed] | None = None

    @property
    def shared(self) -> bool:
        """Whether other stations may write there."""
        return self._kind.shared

    @property
    def left_mib(self) -> float | None:
        """Room left on its disk; None where nobody can tell."""
        return self._kind.left_mib

    def open(self) -> None:
        """Check it, create or upgrade its tables; a corrupt file is set aside and begun anew.

        Raises:
            StoreBusy: another station has the file open.
            StoreNewer: a newer program made it.
            StoreFailed: it cannot be opened or written.
        """
        self._kind.take()
        try:
            self._check()
        except StoreCorrupt as error:
            self._kind.set_aside(error)
            self._check()

    def close(self) -> None:
        """Let go of it."""
        with self._turn:
            self._let_go()
        self._kind.leave()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Do several things or none of them; one within another is a part of that.

        Raises:
            StoreFailed: nothing was done.
        """
        running: _Running | None = getattr(self._here, "running", None)
        if running:
            yield from self._part(running)
            return
        with self._turn:
            yield from self._whole()

    @contextmanager
    def look(self) -> Iterator[Connection]:
        """Read it, also while a station works with it; nothing is made, upgraded or held up.

        Raises:
            StoreFailed: there is none, or a station of this version never opened it.
        """
        engine = self._kind.reader()
        try:
            with engine.connect() as connection:
                if not is_newest(connection):
                    raise StoreFailed(
                        f"{self._kind.where}: its tables are of version "
                        f"{version_of(connection)!r}, not of this program's; start the station "
                        "once, or use its own program"
                    )
                yield connection
        except FAILURES as error:
            raise self._failure(error) from None
        finally:
            engine.dispose()

    def _whole(self) -> Iterator[Connection]:
        self._refuse_at_rest()
        try:
            with self._engine.begin() as connection:
                running = self._here.running = _Running(connection)
                yield connection
                if running.failed:
                    raise running.failed
        except (*FAILURES, StoreFailed) as error:
            self._let_go()
            failed = self._failure(error)
            self._rests = (time.monotonic() + REST_S, failed) if self.shared else None
            raise failed from None
        finally:
            self._here.running = None

    def _part(self, running: _Running) -> Iterator[Connection]:
        try:
            yield running.connection
        except FAILURES as error:
            running.failed = self._failure(error)
            raise running.failed from None

    def _refuse_at_rest(self) -> None:
        until_s, failed = self._rests or (0.0, None)
        if failed and time.monotonic() < until_s:
            raise StoreFailed(str(failed))

    def _let_go(self) -> None:
        with suppress(*FAILURES):  # a full disk cannot tidy up
            self._engine.dispose()

    def _check(self) -> None:
        with self.transaction() as connection:
            self._kind.check(connection)
            version = version_of(connection)
            if not is_known(version):
                raise StoreNewer(
                    f"{self._kind.where}: its tables are of version {version}, which this program "
                    "does not know: a newer one made them; run that one, or give another database"
                )
            upgrade(connection)

    def _failure(self, error: BaseException) -> StoreFailed:
        if isinstance(error, StoreFailed):
            return error
        return self._kind.failure(getattr(error, "orig", None) or error)
