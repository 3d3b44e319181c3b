"""A room that nobody hears is looked into, again and again, until it is heard. No I/O, no clock."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from alert_broker.clock import Instant
from alert_broker.rooms import Place
from alert_broker.said import Said
from alert_broker.steps import Named
from alert_broker.upkeep.alarms import Alarm
from alert_broker.upkeep.defects import Defect

EVERYWHERE: Place = ("", "")
"""Where somebody goes when no room at all is heard."""


class Visit(Struct, frozen=True):
    """Somebody looked into a room that nobody hears."""

    site: str
    """With `room`: both empty where no room at all was heard, and she went to each."""
    room: str
    by: str
    station: str
    at: datetime
    since_s: float
    """The same on the station's steady count of seconds."""

    @property
    def place(self) -> Place:
        """Where she was."""
        return self.site, self.room

    def named(self, named: Named) -> Self:
        """As it is shown."""
        return replace(self, by=named(self))


class Round(Struct, frozen=True):
    """A room that nobody hears: go and see, as long as it lasts."""

    site: str
    """With `room`: both empty when no room at all is heard."""
    room: str
    since: datetime
    defects: tuple[Defect, ...]
    """Why it is not heard."""
    due: bool
    """Whether somebody must go now."""
    visited: Said | None = None
    """Who went last since then."""

    @property
    def id(self) -> str:
        """To choose it by."""
        return f"{self.site}/{self.room}"

    @property
    def urgency(self) -> tuple[object, ...]:
        """Sorts what is due before the rest, then whoever waits longest."""
        return not self.due, self.visited.at if self.visited else self.since, self.site, self.room

    def named(self, named: Named) -> Self:
        """As it is shown."""
        return replace(self, visited=self.visited.named(named)) if self.visited else self


class Rounds:
    """The last visit to each room that nobody hears."""

    def __init__(self, every_s: float) -> None:
        """Somebody is to look in every `every_s`."""
        self._every_s = every_s
        self._visits: dict[Place, Visit] = {}

    def take(self, visit: Visit) -> None:
        """Somebody looked in; of several visits the latest counts."""
        known = self._visits.get(visit.place)
        if known is None or known.since_s <= visit.since_s:
            self._visits[visit.place] = visit

    def of(self, alarms: Iterable[Alarm], now: Instant) -> list[Round]:
        """The rounds that open alarms ask for, `now` in steady seconds; what is due first."""
        blind: dict[Place, list[Alarm]] = {}
        for alarm in alarms:
            if alarm.defect.blinds:
                blind.setdefault(alarm.place, []).append(alarm)
        found = [self._round(place, why, now) for place, why in blind.items()]
        return sorted(found, key=lambda it: it.urgency)

    def _round(self, place: Place, why: list[Alarm], now: Instant) -> Round:
        why.sort(key=lambda alarm: alarm.since_s)
        # Whoever went to every room was in this one too.
        made = [it for at in {place, EVERYWHERE} if (it := self._visits.get(at))]
        visit = max(made, key=lambda it: it.since_s, default=None)
        if visit and visit.since_s < why[0].since_s:
            visit = None  # an earlier time, and it was heard in between
        site, room = place
        return Round(
            site=site,
            room=room,
            since=why[0].began_at,
            defects=tuple(dict.fromkeys(alarm.defect for alarm in why)),
            due=visit is None or now.elapsed_s - visit.since_s >= self._every_s,
            visited=Said(visit.by, visit.station, visit.at) if visit else None,
        )
