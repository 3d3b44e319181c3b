"""A real PostgreSQL server of a test's own, on a socket in a folder of its own."""

import os
import shutil
import signal
import subprocess
import tempfile
from itertools import count
from pathlib import Path
from typing import Any, Self

import psycopg
from sqlalchemy import URL
from waiting import eventually

USER = "veilleur"


def programs() -> Path | None:
    """Where the newest server here has its programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    path = shutil.which("initdb")
    return found[-1].parent if found else Path(path).parent if path else None


class Postgres:
    """Use it in a `with`; databases are made one after the other."""

    def __init__(self, folder_of_programs: Path) -> None:
        self._programs = folder_of_programs
        # Short, since a socket's path is; and not pytest's, which another user cannot enter.
        self.folder = Path(tempfile.mkdtemp(prefix="veilleur-pg-"))
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:  # which the server refuses
            self._as = {"user": "postgres", "group": "postgres", "extra_groups": []}
            shutil.chown(self.folder, "postgres", "postgres")
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)

    def __enter__(self) -> Self:
        data = self.folder / "data"
        subprocess.run(
            [self._programs / "initdb", "-D", data, "-U", USER, "-E", "UTF8", "--locale=C",
             "--auth=trust", "--no-sync", "--no-instructions"],
            check=True, capture_output=True, cwd=self.folder, **self._as,
        )  # fmt: skip
        hba = data / "pg_hba.conf"
        hba.write_text("local all secretive scram-sha-256\n" + hba.read_text())
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        self._process = subprocess.Popen(
            [self._programs / "postgres", "-D", self.folder / "data", "-k", self.folder,
             "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_wal_size=64MB",
             "-c", "shared_buffers=16MB"],
            cwd=self.folder, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **self._as,
        )  # fmt: skip
        assert eventually(self._answers)

    def stop(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGQUIT)  # at once, whoever is connected
        self._process.wait(20)

    def database(self, **more: str) -> URL:
        """A new one."""
        name = f"station{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE template0")
        return URL.create(
            "postgresql+psycopg", more.get("user", USER), more.get("password"),
            database=name, query={"host": str(self.folder)},
        )  # fmt: skip

    def run(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run SQL as the server's owner would."""
        with psycopg.connect(
            host=str(self.folder), user=USER, dbname=database, autocommit=True
        ) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def _answers(self) -> bool:
        try:
            self.run("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True
