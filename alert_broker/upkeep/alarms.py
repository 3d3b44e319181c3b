"""Technical alarms: they begin when something stays wrong, and end by themselves. No I/O, no clock.

An alert of a resident is latched until a carer closes it; a technical alarm ends with its cause.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from alert_broker.clock import Instant
from alert_broker.messages import Priority
from alert_broker.rooms import Place
from alert_broker.said import Said
from alert_broker.upkeep.defects import Defect
from alert_broker.upkeep.sight import Sight


class UnknownAlarm(LookupError):
    """No open technical alarm has this id."""


class Alarm(Struct, frozen=True):
    """Something is wrong with a device, or with the station that says so."""

    id: str
    station: str
    """Who noticed it."""
    site: str
    """With `room`: whose device it is; both empty for the station itself."""
    room: str
    device: str
    defect: Defect
    priority: Priority
    detail: str
    """For a technician, in English."""
    began_at: datetime
    since_s: float
    """The same on the station's steady count of seconds."""
    seen_to: Said | None = None
    """Who looks after it."""
    ended_at: datetime | None = None

    @property
    def place(self) -> Place:
        """Where it is."""
        return self.site, self.room

    @property
    def urgency(self) -> tuple[object, ...]:
        """Sorts what nobody looks after before the rest, then by priority, then by age."""
        return self.seen_to is not None, self.priority.rank, self.since_s, self.id


class Alarms:
    """The technical alarms of one station."""

    def __init__(self, station: str, wait_s: float) -> None:
        """What is over before `wait_s` is no alarm."""
        self._station = station
        self._wait_s = wait_s
        self._open: dict[tuple[Place, Defect], Alarm] = {}
        self._first_seen: dict[tuple[Place, Defect], Instant] = {}

    @property
    def open(self) -> list[Alarm]:
        """Those that last, the most urgent first."""
        return sorted(self._open.values(), key=lambda alarm: alarm.urgency)

    def restore(self, alarms: Iterable[Alarm]) -> None:
        """Take up what an earlier run left open, unless it is here already."""
        for alarm in alarms:
            self._open.setdefault((alarm.place, alarm.defect), alarm)

    def notice(self, house: Mapping[Place, Sight], now: Instant) -> list[Alarm]:
        """Take what can be told now, `now` in steady seconds; returns what began and what ended.

        A place of which nothing is told stays as it was.
        """
        changed = []
        for place, sight in house.items():
            for defect, there in sight.defects.items():
                if there:
                    changed += self._last(place, defect, sight, now)
                else:
                    changed += self._end(place, defect, now)
        return changed

    def dismiss(self, place: Place, now: Instant) -> list[Alarm]:
        """A room is no longer ours: all that was wrong there is over."""
        return [it for defect in Defect for it in self._end(place, defect, now)]

    def see_to(self, alarm_id: str, by: str, now: Instant) -> Alarm:
        """Somebody looks after it; whoever came first stays.

        Raises:
            UnknownAlarm: there is none, or it is over.
        """
        for key, alarm in self._open.items():
            if alarm.id == alarm_id:
                said = alarm.seen_to or Said(by, self._station, now.at)
                self._open[key] = replace(alarm, seen_to=said)
                return self._open[key]
        raise UnknownAlarm(alarm_id)

    def _last(self, place: Place, defect: Defect, sight: Sight, now: Instant) -> list[Alarm]:
        """It is there: an alarm, once it has lasted."""
        key = place, defect
        if key in self._open:
            return []
        first = self._first_seen.setdefault(key, now)
        if now.elapsed_s - first.elapsed_s < self._wait_s:
            return []
        del self._first_seen[key]
        site, room = place
        self._open[key] = Alarm(
            id=_id_of(self._station, *place, defect, first.at.isoformat()),
            station=self._station,
            site=site,
            room=room,
            device=sight.device,
            defect=defect,
            priority=defect.priority,
            detail=sight.detail,
            began_at=first.at,
            since_s=first.elapsed_s,
        )
        return [self._open[key]]

    def _end(self, place: Place, defect: Defect, now: Instant) -> list[Alarm]:
        """It is not there, or no more."""
        self._first_seen.pop((place, defect), None)
        alarm = self._open.pop((place, defect), None)
        return [replace(alarm, ended_at=now.at)] if alarm else []


def _id_of(*what: str) -> str:
    """The same alarm has the same id, without any chance."""
    return hashlib.sha256("\0".join(what).encode()).hexdigest()[:32]
