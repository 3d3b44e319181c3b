"""Real MQTT brokers for tests, on free ports of 127.0.0.1: Mosquitto, and the demo's own."""

import os
import random
import shutil
import signal
import socket
import subprocess
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path
from typing import Protocol

from waiting import eventually

from alert_broker.broker import embedded_broker
from alert_broker.settings import Broker

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")


class AnyBroker(Protocol):
    """A broker that a test can take away and bring back on the same port."""

    settings: Broker

    def start(self) -> None: ...

    def stop(self) -> None: ...


class Embedded:
    """The demo's broker: forgets everything when it stops."""

    def __init__(self) -> None:
        self.settings = Broker(port=free_port(), keepalive_s=5)
        self._running = ExitStack()

    def start(self) -> None:
        self._running.enter_context(embedded_broker(self.settings.port))

    def stop(self) -> None:
        self._running.close()


class Mosquitto:
    """A broker as in a real house: keeps sessions, queues and retained messages on disk."""

    def __init__(self, folder: Path, *extra: str) -> None:
        """`extra` are further lines of its configuration; `allow_anonymous` is on without any."""
        self.settings = Broker(port=free_port(), keepalive_s=5)
        self._configuration = folder / "mosquitto.conf"
        self._log = folder / "mosquitto.log"
        lines = [
            f"listener {self.settings.port} 127.0.0.1",
            "persistence true",
            f"persistence_location {folder}/",
            "autosave_on_changes true",
            "autosave_interval 1",
            f"user {'root' if os.geteuid() == 0 else 'nobody'}",
            *(extra or ["allow_anonymous true"]),
        ]
        self._configuration.write_text("\n".join(lines) + "\n")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert MOSQUITTO is not None
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [MOSQUITTO, "-c", str(self._configuration)], stdout=log, stderr=log
            )
        assert eventually(self._accepts), self._log.read_text()

    def stop(self) -> None:
        if self._process is not None:
            self.thaw()
            self._end(signal.SIGTERM)

    def kill(self) -> None:
        """As a power cut would: nothing more is written."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """The connection stays, and nothing answers any more, as behind a dead switch."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def _end(self, how: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait(10)
        self._process = None

    def _accepts(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.settings.port), 0.5).close()
        except OSError:
            return False
        return True


def free_port() -> int:
    """A port that nothing listens on, and that no other test is given meanwhile."""
    return next(port for port in _PORTS if _is_free(port))


def _ports_of_this_worker() -> list[int]:
    """Below those that the system gives to whoever asks for any; in no order, since two runs of
    the tests may stand side by side."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = 10_000 + 2_000 * (worker % 11)
    return random.sample(range(first, first + 2_000), 2_000)


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


_PORTS = cycle(_ports_of_this_worker())
