"""Technical alarms: they begin when something stays wrong, and end by themselves. No I/O, no clock.

An alert of a resident is latched until a carer closes it; a technical alarm ends with its cause.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from alert_broker.clock import Instant
from alert_broker.messages import Priority
from alert_broker.rooms import Place
from alert_broker.said import Said
from alert_broker.steps import Named
from alert_broker.upkeep.defects import Defect
from alert_broker.upkeep.sight import STATION, Sight


class UnknownAlarm(LookupError):
    """No open technical alarm has this id."""


Trouble = tuple[str, Place, Defect]
"""What is wrong, and where: with the name of the station where it is that one's own."""


class Alarm(Struct, frozen=True):
    """Something is wrong with a device, or with the station that says so."""

    id: str
    station: str
    """Who noticed it."""
    site: str
    """With `room`: whose device it is; both empty for the station itself.

    Without a site, `room` is the name of another station.
    """
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
    ended_by: str = ""
    """The station that found it over."""

    @property
    def place(self) -> Place:
        """Where it is."""
        return self.site, self.room

    @property
    def trouble(self) -> Trouble:
        """What it tells of, once however many stations notice it."""
        return _trouble(self.station, self.place, self.defect)

    @property
    def urgency(self) -> tuple[object, ...]:
        """Sorts what nobody looks after before the rest, then by priority, then by age."""
        return self.seen_to is not None, self.priority.rank, self.since_s, self.id

    def named(self, named: Named) -> Self:
        """As it is shown."""
        return replace(self, seen_to=self.seen_to.named(named)) if self.seen_to else self


class Alarms:
    """The technical alarms of one station, and of those that share its store."""

    def __init__(self, station: str, wait_s: float) -> None:
        """What is over before `wait_s` is no alarm."""
        self._station = station
        self._wait_s = wait_s
        self._open: dict[Trouble, Alarm] = {}
        self._first_seen: dict[Trouble, Instant] = {}
        self._over_at: dict[Trouble, str] = {}
        """What another station, by this name, has found over while we still see it."""

    @property
    def open(self) -> list[Alarm]:
        """Those that last, the most urgent first."""
        return sorted(self._open.values(), key=lambda alarm: alarm.urgency)

    def take(self, alarms: Iterable[Alarm]) -> None:
        """Take up how these stand, as written down in an earlier run, here or elsewhere."""
        for alarm in alarms:
            self._first_seen.pop(alarm.trouble, None)
            if alarm.ended_at is None:
                self._open[alarm.trouble] = alarm
                continue
            known = self._open.get(alarm.trouble)
            if known and known.id == alarm.id:
                del self._open[alarm.trouble]
                self._over_at[alarm.trouble] = alarm.ended_by

    def notice(
        self, house: Mapping[Place, Sight], now: Instant, others: Collection[str] = ()
    ) -> list[Alarm]:
        """Take what can be told now, `now` in steady seconds; returns what began and what ended.

        A place of which nothing is told stays as it was. What one of the `others`, who are
        alive, has found over does not begin again here until we too have seen it over.
        """
        changed = []
        for place, sight in house.items():
            for defect, there in sight.defects.items():
                if there:
                    changed += self._last(place, defect, sight, now, others)
                else:
                    changed += self._end(place, defect, now)
        self.take(changed)
        return changed

    def dismiss(self, place: Place, now: Instant) -> list[Alarm]:
        """A room is no longer ours: all that was wrong there is over."""
        ended = [it for defect in Defect for it in self._end(place, defect, now)]
        self.take(ended)
        return ended

    def see_to(self, alarm_id: str, by: str, now: Instant) -> Alarm:
        """Somebody looks after it; whoever came first stays.

        Raises:
            UnknownAlarm: there is none, or it is over.
        """
        for trouble, alarm in self._open.items():
            if alarm.id == alarm_id:
                said = alarm.seen_to or Said(by, self._station, now.at)
                self._open[trouble] = replace(alarm, seen_to=said)
                return self._open[trouble]
        raise UnknownAlarm(alarm_id)

    def _last(
        self, place: Place, defect: Defect, sight: Sight, now: Instant, others: Collection[str]
    ) -> list[Alarm]:
        """It is there: an alarm, once it has lasted."""
        trouble = _trouble(self._station, place, defect)
        if trouble in self._open or self._over_at.get(trouble) in others:
            return []
        first = self._first_seen.setdefault(trouble, now)
        if now.elapsed_s - first.elapsed_s < self._wait_s:
            return []
        site, room = place
        return [
            Alarm(
                id=_id_of(self._station, *place, defect, first.at.isoformat()),
                station=self._station,
                site=site,
                room=room,
                device=sight.device,
                defect=defect,
                priority=defect.priority,
                detail=sight.detail_of(defect),
                began_at=first.at,
                since_s=first.elapsed_s,
            )
        ]

    def _end(self, place: Place, defect: Defect, now: Instant) -> list[Alarm]:
        """It is not there, or no more."""
        trouble = _trouble(self._station, place, defect)
        self._first_seen.pop(trouble, None)
        self._over_at.pop(trouble, None)
        alarm = self._open.get(trouble)
        return [replace(alarm, ended_at=now.at, ended_by=self._station)] if alarm else []


def _trouble(station: str, place: Place, defect: Defect) -> Trouble:
    return station if place == STATION else "", place, defect


def _id_of(*what: str) -> str:
    """The same alarm has the same id, without any chance."""
    return hashlib.sha256("\0".join(what).encode()).hexdigest()[:32]
