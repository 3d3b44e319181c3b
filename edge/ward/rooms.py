"""The rooms of a simulated ward: all of the real agent, but for its microphone and its model."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from alert_broker.messages import Alert
from edge.alerts import AlertWriter, Versions
from edge.config import AgentSettings
from edge.courier import Courier
from edge.events import SoundEvent
from edge.outbox import Outbox
from edge.status import Hearing
from edge.triage import Triage

QUIET = Hearing(audio_age_s=0.1, level_dbfs=-55.0, overflows=0, gaps=0)
CONNECTED_IN_S = 60.0


class Unconnected(ValueError):
    """Not every room reached the broker; the text says why."""


class Room:
    """One room; use it in a `with`."""

    def __init__(self, number: int, settings: AgentSettings, folder: Path) -> None:
        """Room `number` of the site, the broker and the rules in `settings`."""
        name = f"{number + 1:03}"
        room = replace(settings.room, room=name, device=f"ward-{name}")
        outbox = replace(settings.outbox, path=str(folder / f"{name}.sqlite3"))
        own = replace(settings, room=room, outbox=outbox)
        versions = Versions.of("ward-1", own)
        self._outbox = Outbox(own.outbox, now)
        self._triage = Triage(own)
        self._writer = AlertWriter(own.room, versions, self._outbox.next_sequence, now)
        self.courier = Courier(own, self._outbox, versions, now)

    def do(self, event: SoundEvent | None) -> Alert | None:
        """A sound becomes an alert, on its way; without one, a heartbeat tells that sound flows."""
        if event is None:
            self.courier.beat(QUIET)
            return None
        alert = self._writer.write(self._triage.judge(event, now()))
        self.courier.send(alert)
        return alert


@contextmanager
def connected(
    numbers: Sequence[int], settings: AgentSettings, folder: Path
) -> Iterator[dict[int, Room]]:
    """Rooms of these numbers, all connected, their outboxes in a folder.

    Raises:
        Unconnected: some did not reach the broker in time.
    """
    with ExitStack() as open_rooms:
        rooms = {number: Room(number, settings, folder) for number in numbers}
        for room in rooms.values():
            open_rooms.enter_context(room.courier)
            room.courier.report(detail="a simulated room")
        _await([*rooms.values()])
        yield rooms


def _await(rooms: list[Room]) -> None:
    deadline_s = time.monotonic() + CONNECTED_IN_S
    while lost := [room for room in rooms if not room.courier.connected]:
        if time.monotonic() > deadline_s:
            why = lost[0].courier.problem
            raise Unconnected(f"{len(lost)} of {len(rooms)} rooms are not connected: {why}")
        time.sleep(0.05)


def now() -> datetime:
    """The time, with its offset from UTC."""
    return datetime.now().astimezone()
