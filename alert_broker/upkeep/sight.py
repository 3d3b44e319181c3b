"""What can be told of each device, and of the station, at one moment. No I/O, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from alert_broker.messages import Fault
from alert_broker.rooms import Health, Place, Room
from alert_broker.upkeep.defects import MICROPHONE, Defect

STATION: Place = ("", "")
"""Where a defect is that is the station's own."""
FEWEST = 3
"""Of fewer clocks than this nobody can say which one is wrong."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What can be told of one device at one moment."""

    defects: Mapping[Defect, bool] = field(default_factory=dict)
    """Whether each is there; what cannot be told now is left out."""
    device: str = ""
    detail: str = ""
    """One line for a technician, in English."""
    details: Mapping[Defect, str] = field(default_factory=dict)
    """Of those that need another line."""

    def detail_of(self, defect: Defect) -> str:
        """The line for one of them."""
        return self.details.get(defect, self.detail)


def of_room(room: Room, health: Health, silent_after_s: float, clock_off_s: float) -> Sight:
    """What can be told of a room's device.

    Args:
        room: all that is known of it.
        health: how it is.
        silent_after_s: longer without sound and it is deaf.
        clock_off_s: by so much its clock may differ from ours.
    """
    known: dict[Defect, bool] = {}
    gone, silent = health is Health.OFFLINE, health is Health.SILENT
    if gone or silent or room.heard:
        known |= {Defect.DEVICE_OFFLINE: gone, Defect.DEVICE_SILENT: silent}
    if not gone and room.status is not None:
        told = {Defect(fault) for fault in room.status.faults}
        # Once it is silent, what it said last still stands, and nothing is known to be over.
        known |= _told(told) if room.heard and not silent else dict.fromkeys(told, True)
    if room.heard and room.heartbeat is not None and not (gone or silent):
        deaf = room.heartbeat.audio_age_s > silent_after_s
        known[Defect.NO_SOUND] = deaf and not any(known.get(it) for it in MICROPHONE)
        known[Defect.CLOCK_WRONG] = abs(room.clock_ahead_s) > clock_off_s
    return Sight(known, room.device, room.status.detail if room.status else "")


@dataclass(frozen=True, slots=True)
class Own:
    """What a station knows of itself."""

    broker: bool
    """Whether it has a link to the broker..."""
    store: bool
    """...and can write."""
    problem: str = ""
    """Why not."""
    left_mib: float | None = None
    """Room left on the disk of its store; None where nobody can tell."""


def of_house(rooms: Mapping[Place, Sight], it: Own, least_mib: float) -> dict[Place, Sight]:
    """What can be told of the station and of all devices; with less than `least_mib` left, too.

    Without the broker nothing can be told of any device: its silence is not its own.
    """
    own = {Defect.BROKER_LOST: not it.broker, Defect.STORE_FAILED: not it.store}
    details = {}
    if it.left_mib is not None:
        own[Defect.DISK_LOW] = it.left_mib < least_mib
        details[Defect.DISK_LOW] = f"{it.left_mib:.0f} MiB left on the disk of the store"
    if not it.broker:
        return {STATION: Sight(own, detail=it.problem, details=details)}
    told = [it.defects.get(Defect.CLOCK_WRONG) for it in rooms.values()]
    clocks = [wrong for wrong in told if wrong is not None]
    ours = len(clocks) >= FEWEST and 2 * sum(clocks) > len(clocks)
    if ours:
        rooms = {place: _without_clock(it) for place, it in rooms.items()}
    if clocks:
        own[Defect.CLOCK_WRONG] = ours
    return {STATION: Sight(own, detail=it.problem, details=details), **rooms}


def _told(faults: set[Defect]) -> dict[Defect, bool]:
    """A device that speaks tells all its faults: what it leaves out is over."""
    return {defect: defect in faults for defect in map(Defect, Fault)}


def _without_clock(sight: Sight) -> Sight:
    left: dict[Defect, bool] = {
        it: there for it, there in sight.defects.items() if it is not Defect.CLOCK_WRONG
    }
    return replace(sight, defects=left)
