"""The agent of room 12 as systemd runs it: the installed command, with a socket to report to."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Self

from waiting import eventually

from alert_broker.settings import Broker


class ServiceManager:
    """What systemd would be told, on a socket of its own."""

    def __init__(self, folder: Path) -> None:
        self.address = str(folder / "notify")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.address)
        self._socket.setblocking(False)
        self._told: list[str] = []

    def hears(self, state: str, within_s: float = 20.0) -> bool:
        """Whether a state has been told, or is in time."""
        return eventually(lambda: state in self._read(), within_s)

    def forget(self) -> None:
        """From now on, only what is told anew counts."""
        self._read()
        self._told.clear()

    def close(self) -> None:
        self._socket.close()

    def _read(self) -> list[str]:
        while True:
            try:
                self._told.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return self._told


class RunningAgent:
    """`veilleur listen` in a process of its own; use it in a `with`."""

    def __init__(self, folder: Path, broker: Broker, more: str = "") -> None:
        """`more` is further TOML; a sound server must be this environment's own."""
        self._settings = folder / "agent.toml"
        self._settings.write_text(
            f'[broker]\nport = {broker.port}\n[outbox]\npath = "{folder / "outbox.sqlite3"}"\n'
            f"resend_s = 1.0\n{more}",
            encoding="utf-8",
        )
        self._log = folder / "agent.log"
        self.manager = ServiceManager(folder)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "edge.cli", "listen", "--config", str(self._settings)],
                env=os.environ | {"NOTIFY_SOCKET": self.manager.address},
                stderr=log,
            )
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()
        self.manager.close()

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def says(self, text: str, within_s: float = 20.0) -> bool:
        """Whether its log holds a text in time."""
        return eventually(lambda: text in self.log, within_s)

    def stop(self) -> int:
        """As `systemctl stop` does; returns the exit code."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        return self._process.wait(30)
