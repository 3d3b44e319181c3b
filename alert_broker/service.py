"""Runs a station: its store, its session on the bus and its page, until it is told to stop."""

import asyncio
import logging
import socket
import sys
from contextlib import AbstractContextManager, nullcontext

import uvicorn
from sqlalchemy import URL

from alert_broker import clock, systemd
from alert_broker.connections import AT_ONCE, counted
from alert_broker.database import place_of
from alert_broker.people.roll import FIRST_NAME
from alert_broker.people.staff import Staff
from alert_broker.settings import SettingsRefused, StationSettings
from alert_broker.station import Station
from alert_broker.store import Store
from alert_broker.web import application

log = logging.getLogger(__name__)
server_log = logging.getLogger("uvicorn.error")

TEND_S = 0.5
FIRST_START = f"""
  Première mise en service : {FIRST_NAME} peut ouvrir la page et y ajouter l'équipe.
  First start: {FIRST_NAME} can open the page and add the staff there.

      {{secret}}

  Il ne sert qu'à choisir le vôtre ; le poste n'en garde pas copie et ne l'affichera plus.
  It serves to choose your own alone; the station keeps no copy and never shows it again.
  Perdu, ou refusé / lost, or refused: veilleur people reset
"""


class Service:
    """A station that serves; `run` blocks, `stop` ends it from any thread or signal."""

    def __init__(self, settings: StationSettings) -> None:
        """Open the store and take the port.

        Raises:
            SettingsRefused: the port cannot be had, or a password file cannot be read.
            StoreRefused: another station uses the store, or a newer program made it.
        """
        station = settings.station
        self._name = station.name
        self._place = place_of(station)
        self._store = Store(self._place, self._name)
        self._staff = Staff(
            self._store.database, settings.people, station.keep_days, clock.now, station.name
        )
        self._station = Station(settings, self._store, clock.now, self._staff.roll.name_of)
        self._staff.read()
        self._listener = _listen(station.host, station.port)
        self._server = uvicorn.Server(
            uvicorn.Config(
                application(self._station, self._staff, settings),
                access_log=False,
                backlog=AT_ONCE,
                http=counted(self._station.refused),  # type: ignore[arg-type]
                lifespan="off",
                log_config=None,
                log_level="warning",
                server_header=False,
                timeout_graceful_shutdown=2,
                ws="none",
            )
        )

    @property
    def address(self) -> str:
        """Where the page is."""
        host, port = self._listener.getsockname()[:2]
        return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"

    def run(self) -> None:
        """Serve until told to stop; what the bus brings meanwhile waits at the broker."""
        self._station.start()
        server_log.addFilter(self._is_worth_a_line)
        try:
            with self._peers():
                asyncio.run(self._serve())
        finally:
            server_log.removeFilter(self._is_worth_a_line)
            self._station.stop()
            self._store.close()
            self._listener.close()

    def stop(self) -> None:
        """Let `run` end; returns at once."""
        self._server.should_exit = True

    def _peers(self) -> AbstractContextManager[None]:
        """Within it, the stations that share our store are heard."""
        if not isinstance(self._place, URL):
            return nullcontext()
        from alert_broker.peers import listening

        return listening(self._place, self._name, self._station.catch_up)

    def _is_worth_a_line(self, record: logging.LogRecord) -> bool:
        """What is no HTTP at all never reaches the application, and would fill the log."""
        if record.levelno != logging.WARNING or "Invalid HTTP" not in str(record.msg):
            return True
        self._station.refused.warn("request refused: no HTTP")
        return False

    async def _serve(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._server.serve(sockets=[self._listener]))
            tasks.create_task(self._tend())

    async def _tend(self) -> None:
        """Care for the station; the watchdog hears of us only while this goes round."""
        ready = False
        while not self._server.should_exit:
            await asyncio.to_thread(self._look_after)
            if self._server.started and not ready and not self._server.should_exit:
                ready = True
                log.info("the nurse's page is at %s", self.address)
                systemd.notify("READY=1")
            systemd.notify("WATCHDOG=1")
            await asyncio.sleep(TEND_S)
        systemd.notify("STOPPING=1")
        self._station.dismiss()

    def _look_after(self) -> None:
        self._station.tend()
        if secret := self._staff.tend():
            print(FIRST_START.format(secret=secret), file=sys.stderr, flush=True)


def _listen(host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(found[4][:2], family=found[0], backlog=128)
    except (OSError, OverflowError) as error:
        raise SettingsRefused(
            f"station.host and port: {host}:{port}: {getattr(error, 'strerror', error)}; "
            "choose an address of this machine and a free port, or 0"
        ) from None
