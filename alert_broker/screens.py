"""The screens that are connected now: each has a mailbox that keeps only the newest of each thing.

A slow phone costs at most one entry for each alert and room, never a growing queue.
"""

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass

import msgspec

from alert_broker.upkeep.views import Retired
from alert_broker.views import EVENTS, AlertView, Gone, RoomView, View

PAUSE_S = 0.05
"""Between two deliveries to one screen: a burst becomes a few large ones."""

_KINDS = {view: kind for kind, view in EVENTS.items()}


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event, written once for all screens."""

    number: int
    kind: str
    about: tuple[str, ...]
    """A newer event about the same thing replaces an older one."""
    data: bytes

    @classmethod
    def of(cls, number: int, view: View) -> "Event":
        """The event that carries a view."""
        match view:
            case AlertView() | Gone():
                about: tuple[str, ...] = "alert", view.id
            case RoomView() | Retired():
                about = "room", view.site, view.room
            case _:
                about = (_KINDS[type(view)],)
        return cls(number, _KINDS[type(view)], about, msgspec.json.encode(view))

    def encode(self) -> bytes:
        """As `text/event-stream` asks."""
        return b"id: %d\nevent: %s\ndata: %s\n\n" % (self.number, self.kind.encode(), self.data)


class Screen:
    """One connected screen; make it on the event loop that reads it, tell it from any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._pending: dict[tuple[str, ...], Event] = {}
        self._news = asyncio.Event()
        self._closed = False

    def tell(self, event: Event) -> None:
        """Leave an event; thread-safe."""
        self._loop.call_soon_threadsafe(self._take, event)

    def close(self) -> None:
        """End its events; thread-safe."""
        self._loop.call_soon_threadsafe(self._end)

    async def events(self) -> AsyncIterator[bytes]:
        """Yield what is new, in the order it came, several events at once if there are several."""
        while not self._closed:
            await self._news.wait()
            self._news.clear()
            pending, self._pending = self._pending, {}
            if pending:
                yield b"".join(event.encode() for event in pending.values())
                await asyncio.sleep(PAUSE_S)

    def _take(self, event: Event) -> None:
        self._pending.pop(event.about, None)
        self._pending[event.about] = event
        self._news.set()

    def _end(self) -> None:
        self._closed = True
        self._news.set()


class Screens:
    """All that are connected. Thread-safe, and in order if those who tell agree on one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connected: set[Screen] = set()
        self._number = 0

    def join(self, screen: Screen, snapshot: View) -> None:
        """Tell a screen how things stand, and from then on each change."""
        with self._lock:
            screen.tell(Event.of(self._number, snapshot))
            self._connected.add(screen)

    def leave(self, screen: Screen) -> None:
        """Tell a screen nothing more."""
        with self._lock:
            self._connected.discard(screen)

    def tell(self, view: View) -> None:
        """Tell every screen."""
        with self._lock:
            self._number += 1
            event = Event.of(self._number, view)
            for screen in self._connected:
                screen.tell(event)

    def dismiss(self) -> None:
        """End the events of every screen: the station stops."""
        with self._lock:
            for screen in self._connected:
                screen.close()
            self._connected.clear()
