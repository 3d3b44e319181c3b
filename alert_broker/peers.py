"""Hears at once what other stations write into a PostgreSQL that they share; no bus is needed."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import URL

from alert_broker.postgres import CHANNEL, CONNECT, Server

log = logging.getLogger(__name__)

LOOK_S = 0.5
"""How long a stop may wait."""
AGAIN_S = 1.0
"""Between two attempts to reach the server."""

Tell = Callable[[set[str]], None]
"""Is given the ids of the alerts that there is news of; none, where it may be of any."""


@contextmanager
def listening(url: URL, station: str, tell: Tell) -> Iterator[None]:
    """Within it, `tell` hears from every station but this one, on a thread of its own."""
    ends = threading.Event()
    thread = threading.Thread(target=_listen, args=(url, station, tell, ends), name="peers")
    thread.start()
    try:
        yield
    finally:
        ends.set()
        thread.join()


def _listen(url: URL, station: str, tell: Tell, ends: threading.Event) -> None:
    told = Server(url).reader().dialect.create_connect_args(url)[1]
    lost = False
    while not ends.is_set():
        try:
            with psycopg.connect(**told, **CONNECT, autocommit=True) as connection:
                connection.execute(f"LISTEN {CHANNEL}")
                lost = False
                tell(set())  # what was told before we listened
                while not ends.is_set():
                    _hear(connection, station, tell)
        except psycopg.Error as error:
            if not lost:
                log.warning("the other stations are not heard through the store now: %s", error)
            lost = True
            ends.wait(AGAIN_S)


def _hear(connection: psycopg.Connection[Any], station: str, tell: Tell) -> None:
    told = [it.payload for it in connection.notifies(timeout=LOOK_S, stop_after=1)]
    # What another program, or another version of this, says there is news of we know not what.
    news = [payload.partition(" ") for payload in told]
    ids = {alert_id for sender, _, alert_id in news if sender != station}
    if ids:
        tell(set() if "" in ids else ids)
