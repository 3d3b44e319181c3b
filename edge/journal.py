"""The file behind the outbox: a small SQLite database that survives a power cut."""

import logging
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)

SETUP = (
    "PRAGMA locking_mode = EXCLUSIVE",  # one agent, one outbox
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA wal_autocheckpoint = 100",
    "CREATE TABLE IF NOT EXISTS alert (id TEXT PRIMARY KEY, since REAL, payload BLOB)",
    "CREATE TABLE IF NOT EXISTS counter (id INTEGER PRIMARY KEY CHECK (id = 0), value INTEGER)",
    "INSERT OR IGNORE INTO counter VALUES (0, 0)",
)
BUSY_S = 0.5
"""How long another program may keep the file before we call it busy, seconds."""


class JournalFailed(Exception):
    """The disk does not take it: full, read-only, gone; the text says which."""


class JournalBusy(JournalFailed):
    """Another program works with the file."""


@dataclass(frozen=True, slots=True)
class Line:
    """One alert as it lies in the file."""

    id: str
    since: float
    """When it began to wait, seconds since 1970."""
    payload: bytes


class Journal:
    """What is written here is there after a power cut. Not thread-safe."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database: sqlite3.Connection | None = None

    def load(self) -> tuple[list[Line], int]:
        """Open the file; return what lies in it, and the count. A corrupt file is set aside.

        Raises:
            JournalBusy: another program has it open.
            JournalFailed: the disk does not let us.
        """
        for _attempt in range(2):
            try:
                return self._open()
            except sqlite3.OperationalError as error:
                self.close()
                if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                    raise JournalBusy(
                        f"{self._path} is in use by another agent; "
                        "stop that one, or give this one its own outbox.path"
                    ) from None
                raise JournalFailed(f"{self._path}: {error}") from None
            except sqlite3.DatabaseError as error:
                self.close()
                self._set_aside(error)
        raise JournalFailed(f"{self._path}: corrupt again as soon as it is made anew")

    def write(self, saved: Iterable[Line], removed: Iterable[str], count: int) -> None:
        """Save and remove alerts and keep the count, all or nothing.

        Raises:
            JournalFailed: nothing was kept, and the file is closed: `load` it again.
        """
        if self._database is None:
            raise JournalFailed(f"{self._path}: not open")
        try:
            with self._database as database:
                database.executemany("DELETE FROM alert WHERE id = ?", [(id_,) for id_ in removed])
                database.executemany(
                    "INSERT OR REPLACE INTO alert VALUES (?, ?, ?)",
                    [(line.id, line.since, line.payload) for line in saved],
                )
                database.execute("UPDATE counter SET value = ?", (count,))
        except sqlite3.DatabaseError as error:
            self.close()
            raise JournalFailed(f"{self._path}: {error}") from None

    def close(self) -> None:
        """Let go of the file."""
        if self._database is not None:
            with suppress(sqlite3.DatabaseError):  # a full disk cannot tidy up; the next one will
                self._database.close()
            self._database = None

    def _open(self) -> tuple[list[Line], int]:
        self._database = database = sqlite3.connect(
            self._path, timeout=BUSY_S, check_same_thread=False
        )
        for statement in SETUP:
            database.execute(statement)
        database.commit()
        (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        lines = [Line(*row) for row in database.execute("SELECT id, since, payload FROM alert")]
        (count,) = database.execute("SELECT value FROM counter").fetchone()
        return lines, count

    def _set_aside(self, error: sqlite3.DatabaseError) -> None:
        """Keep a corrupt file for a technician; one at most, so that they never fill the disk."""
        aside = self._path.with_name(f"{self._path.name}.corrupt")
        try:
            self._path.replace(aside)
            for tail in ("-wal", "-shm"):
                self._path.with_name(self._path.name + tail).unlink(missing_ok=True)
        except OSError as failure:
            raise JournalFailed(f"{self._path}: {error}; {failure.strerror}") from None
        log.error("%s is corrupt (%s): kept as %s, a new one is begun", self._path, error, aside)
