"""How each room's device is, as far as its messages and its silence tell. No I/O, no clock."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from alert_broker.clock import Instant
from alert_broker.messages import DeviceState, DeviceStatus, Heartbeat

Place = tuple[str, str]
"""Site and room."""


class Health(StrEnum):
    """What a nurse may rely on, the worst first."""

    OFFLINE = "offline"
    """The device said goodbye, or the broker saw it vanish."""
    SILENT = "silent"
    """Nothing came for too long: nobody knows."""
    FAULT = "fault"
    """It runs, and cannot be relied on: it says so itself, or no sound reaches it."""
    AWAITED = "awaited"
    """The station has just come back, and has not heard of it yet."""
    ONLINE = "online"

    @property
    def rank(self) -> int:
        """0 for the worst, to sort by."""
        return list(Health).index(self)


@dataclass(frozen=True, slots=True)
class Room:
    """A room, and the device that last spoke for it."""

    site: str
    room: str
    device: str
    waiting_since_s: float
    """When we last heard of it or began to expect that, on the clock that never jumps."""
    heard: bool = False
    """Whether we heard of it since we began to expect that."""
    seen_at: datetime | None = None
    """Its last sign of life; a status that the broker had kept is none."""
    status: DeviceStatus | None = None
    heartbeat: Heartbeat | None = None
    clock_ahead_s: float = 0.0
    """By how much its clock was ahead of ours as its heart last beat; less than 0: behind."""

    def health(self, now: Instant, silent_after_s: float) -> Health:
        """What a nurse may rely on."""
        state = self.status.state if self.status else DeviceState.ONLINE
        if state is DeviceState.OFFLINE:
            return Health.OFFLINE
        if now.elapsed_s - self.waiting_since_s > silent_after_s:
            return Health.SILENT
        if state is DeviceState.FAULT or self._is_deaf(silent_after_s):
            return Health.FAULT
        return Health.ONLINE if self.heard else Health.AWAITED

    def _is_deaf(self, silent_after_s: float) -> bool:
        """Its heart beats, and sound has stopped flowing."""
        return self.heartbeat is not None and self.heartbeat.audio_age_s > silent_after_s


class UnknownRoom(LookupError):
    """No room here has this name."""


class StillSpeaks(ValueError):
    """A room cannot be retired while its device speaks."""


class Rooms:
    """All rooms that ever spoke, and were not retired since."""

    def __init__(self, silent_after_s: float, site: str = "+") -> None:
        """Without a sign of life for `silent_after_s` a room counts as silent."""
        self._silent_after_s = silent_after_s
        self._site = site
        self._rooms: dict[Place, Room] = {}
        self._told: dict[Place, Health] = {}
        self._retired: set[Place] = set()
        self._returned: list[Room] = []

    def all(self) -> list[Room]:
        """Every room, by site and name."""
        return [self._rooms[place] for place in sorted(self._rooms)]

    def health(self, room: Room, now: Instant) -> Health:
        """What a nurse may rely on in a room."""
        return room.health(now, self._silent_after_s)

    def ours(self, site: str) -> bool:
        """Whether the rooms of a site speak to us: a store may be shared with those of another."""
        return self._site in {"+", site}

    def restore(self, room: Room) -> None:
        """Take a room that an earlier run knew, unless it has spoken since, or was retired."""
        if self.ours(room.site) and (room.site, room.room) not in self._retired:
            self._rooms.setdefault((room.site, room.room), room)

    def beat(self, heartbeat: Heartbeat, now: Instant) -> Room:
        """Take a heartbeat."""
        ahead_s = (heartbeat.sent_at - now.at).total_seconds()
        room = replace(self._room(heartbeat, now), heartbeat=heartbeat, clock_ahead_s=ahead_s)
        return self._keep(room, now, seen=True)

    def state(self, status: DeviceStatus, now: Instant, *, kept: bool) -> Room | None:
        """Take a status; one that the broker had kept for newcomers proves no life.

        None when nothing is known of the room any more: it was retired, and this is no life.
        """
        if (status.site, status.room) in self._retired and (
            kept or status.state is DeviceState.OFFLINE
        ):
            return None
        known = self._rooms.get((status.site, status.room))
        leaves = status.state is DeviceState.OFFLINE
        if leaves and known is not None and known.heard and known.device != status.device:
            return known  # the device that was replaced says goodbye
        alive = not kept and not leaves
        return self._keep(replace(self._room(status, now), status=status), now, seen=alive)

    def retire(self, place: Place, now: Instant) -> Room:
        """Forget a room whose device was taken away; one that speaks again is a room again.

        Raises:
            UnknownRoom: there is none.
            StillSpeaks: its device was not taken away.
        """
        room = self._rooms.get(place)
        if room is None:
            raise UnknownRoom(place)
        if self.health(room, now) not in {Health.OFFLINE, Health.SILENT}:
            raise StillSpeaks(f"room {room.room}: its device {room.device} still speaks; unplug it")
        self._retired.add(place)
        self._told.pop(place, None)
        return self._rooms.pop(place)

    def leave_retired(self, place: Place, at: datetime) -> bool:
        """A room was retired then, in an earlier run or elsewhere; whether it leaves us now.

        It does not once its device has spoken since.
        """
        room = self._rooms.get(place)
        if room is not None and room.seen_at is not None and room.seen_at > at:
            return False
        self._retired.add(place)
        self._told.pop(place, None)
        return self._rooms.pop(place, None) is not None

    def expect(self, now: Instant) -> None:
        """Give every room its time again: the link to them has just come back."""
        for place, room in self._rooms.items():
            self._rooms[place] = replace(room, waiting_since_s=now.elapsed_s, heard=False)

    def turned(self, now: Instant) -> list[Room]:
        """Rooms whose health is another than when last asked, by time alone or by a message."""
        changed = []
        for place, room in self._rooms.items():
            health = self.health(room, now)
            if self._told.get(place) is not health:
                self._told[place] = health
                changed.append(room)
        return changed

    def returned(self) -> list[Room]:
        """Rooms that had been retired and have spoken again since last asked."""
        returned, self._returned = self._returned, []
        return returned

    def _room(self, message: DeviceStatus | Heartbeat, now: Instant) -> Room:
        known = self._rooms.get((message.site, message.room))
        if known is not None and known.device == message.device:
            return known
        return Room(message.site, message.room, message.device, now.elapsed_s)

    def _keep(self, room: Room, now: Instant, *, seen: bool) -> Room:
        if seen:
            room = replace(room, seen_at=now.at, waiting_since_s=now.elapsed_s, heard=True)
        place = room.site, room.room
        if place in self._retired:
            self._retired.remove(place)
            self._returned.append(room)
        self._rooms[place] = room
        return room
