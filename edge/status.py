"""What a device says of itself: its retained status, its heartbeat, its last words."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from alert_broker.messages import DeviceState, DeviceStatus, Fault, Heartbeat
from edge.alerts import Versions
from edge.config import Room


@dataclass(frozen=True, slots=True)
class Hearing:
    """How well sound flows."""

    audio_age_s: float
    """Since the last block of sound."""
    level_dbfs: float
    overflows: int
    gaps: int


class StatusWriter:
    """Writes the health messages of one device."""

    def __init__(
        self,
        room: Room,
        versions: Versions,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._room = room
        self._versions = versions
        self._clock = clock
        self._monotonic = monotonic
        self._began_s = monotonic()
        self._state = DeviceState.OFFLINE
        self._since = clock()

    def status(self, faults: tuple[Fault, ...], detail: str) -> DeviceStatus:
        """How the device is; `since` moves only when it becomes better or worse."""
        state = DeviceState.FAULT if faults else DeviceState.ONLINE
        if state is not self._state:
            self._state, self._since = state, self._clock()
        return self._status(state, faults, detail, self._since)

    def offline(self, detail: str) -> DeviceStatus:
        """Goodbye, or the Last Will: made in advance, its `since` is when it was handed over."""
        return self._status(DeviceState.OFFLINE, (), detail, self._clock())

    def heartbeat(self, hearing: Hearing, *, waiting: int, unheard: bool) -> Heartbeat:
        """Proof of life; `waiting` alerts are in the outbox."""
        return Heartbeat(
            site=self._room.site,
            room=self._room.room,
            device=self._room.device,
            sent_at=self._clock(),
            uptime_s=self._monotonic() - self._began_s,
            audio_age_s=hearing.audio_age_s,
            level_dbfs=hearing.level_dbfs,
            overflows=hearing.overflows,
            gaps=hearing.gaps,
            waiting=waiting,
            unheard=unheard,
        )

    def _status(
        self, state: DeviceState, faults: tuple[Fault, ...], detail: str, since: datetime
    ) -> DeviceStatus:
        return DeviceStatus(
            site=self._room.site,
            room=self._room.room,
            device=self._room.device,
            state=state,
            faults=faults,
            detail=detail[:200],
            since=since,
            model=self._versions.model,
            config=self._versions.config,
            software=self._versions.software,
        )
