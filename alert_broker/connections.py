"""The connections of the web side: none is held for nothing, and nobody holds them all.

Each costs the station an open file. Without files it could neither reach the broker again nor
take the next screen; so it refuses the connections that are too many, long before it has none.
"""

import asyncio
import socket
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from alert_broker.seldom import Seldom

MOST = 400
"""Of all screens and programs together; a system gives a program 1024 files."""
MOST_OF_ONE = 100
"""Of one address, so that the others of a house find room."""
AT_ONCE = 64
"""So many are taken up before the first of them is looked at."""
IDLE_S = 10.0
"""A connection that asks nothing for so long, or not to the end, is closed; at the latest after
twice this."""
UNHEARD_MS = 20_000
"""A screen that is told something and does not say that it came is gone: so long it may take."""

Connection = Callable[..., H11Protocol]


def counted(refused: Seldom) -> Connection:
    """How the web server is to hold each connection; those that are too many are `refused`."""

    def connection(**told: Any) -> H11Protocol:
        return _Counted(refused, **told)

    return connection


class _Counted(H11Protocol):
    def __init__(self, refused: Seldom, **told: Any) -> None:
        super().__init__(**told)
        self._refused = refused
        self._answered: object = None
        self._looks: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        wire = transport.get_extra_info("socket")
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNHEARD_MS)
        if too_many := self._too_many():
            self._refused.warn(f"connection refused: {too_many}")
            transport.abort()
        else:
            self._looks = self.loop.call_later(IDLE_S, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._looks:
            self._looks.cancel()
        super().connection_lost(exc)

    def _too_many(self) -> str:
        """Why there is no room for this one; empty if there is."""
        host = self.client[0] if self.client else ""
        hosts = [it.client[0] for it in self.connections if isinstance(it, _Counted) and it.client]
        if hosts.count(host) > MOST_OF_ONE:
            return f"{host} has {MOST_OF_ONE} already"
        return f"there are {MOST} already" if len(self.connections) > MOST else ""

    def _look(self) -> None:
        """Whether anything was asked since the last look, or is being answered."""
        idle = self.cycle is None or self.cycle.response_complete
        if idle and self.cycle is self._answered:
            self.transport.abort()
            return
        self._answered = self.cycle if idle else None
        self._looks = self.loop.call_later(IDLE_S, self._look)
