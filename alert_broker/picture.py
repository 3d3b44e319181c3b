"""What one screen knows of the station at one moment; the next event makes the next picture."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, Self

from alert_broker.life import Stage
from alert_broker.messages import Priority
from alert_broker.rooms import Health, Place
from alert_broker.upkeep.alarms import Alarm
from alert_broker.upkeep.rounds import Round
from alert_broker.upkeep.views import Retired, UpkeepView
from alert_broker.views import AlertView, BoardView, Gone, LinkView, RoomView, Tick, View

Trouble = Literal["", "station", "broker", "store"]

SYMBOLS = {Priority.HIGH: "!!!", Priority.MEDIUM: "!!", Priority.LOW: "!"}
DEAF = frozenset({Health.OFFLINE, Health.SILENT, Health.FAULT})
"""A room in one of these is not listened to."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The station is out of reach."""

    why: str
    """For a technician, in English."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Alerts, rooms and the links between them and the screen."""

    reached: bool | None = None
    """Whether the station is in reach; None before the first answer."""
    station: str = ""
    link: LinkView | None = None
    alerts: Mapping[str, AlertView] = field(default_factory=dict)
    rooms: Mapping[Place, RoomView] = field(default_factory=dict)
    upkeep: UpkeepView = field(default_factory=UpkeepView)
    """What is wrong with devices, and which rooms to look into."""
    ahead: timedelta = timedelta()
    """Of the station's clock over this screen's."""
    lost_at: datetime | None = None
    """When this screen lost the station, by its own clock."""
    why: str = ""
    """Why there is trouble, for a technician."""

    @property
    def trouble(self) -> Trouble:
        """What is lost, the worst first; empty when all is well."""
        if self.reached is False:
            return "station"
        if self.link is None or (self.link.broker and self.link.store):
            return ""
        return "store" if self.link.broker else "broker"

    @property
    def troubled_since(self) -> datetime | None:
        """Since when."""
        return self.lost_at or (self.link.lost_at if self.link else None)

    @property
    def open(self) -> list[AlertView]:
        """Nobody goes yet: the most urgent first."""
        return self._sorted(lambda stage: stage.waits)

    @property
    def held(self) -> list[AlertView]:
        """Somebody has it and has not closed it: the most urgent first."""
        return self._sorted(lambda stage: stage.held)

    @property
    def ended(self) -> list[AlertView]:
        """It is over: the latest first."""
        found = [(alert.ended.at, alert) for alert in self.alerts.values() if alert.ended]
        return [alert for _, alert in sorted(found, key=lambda it: it[0], reverse=True)]

    @property
    def to_do(self) -> list[AlertView]:
        """Alerts that ask for somebody, in the order in which they are shown."""
        return [*self.open, *self.held]

    @property
    def choices(self) -> list[AlertView | Round | Alarm]:
        """What a carer may choose: alerts, then rounds, then alarms that nobody looks after."""
        alarms = (alarm for alarm in self.upkeep.alarms if alarm.seen_to is None)
        return [*self.to_do, *self.upkeep.rounds, *alarms]

    @property
    def deaf(self) -> list[RoomView]:
        """Rooms that are not listened to, the worst first."""
        found = [room for room in self.rooms.values() if room.health in DEAF]
        return sorted(found, key=lambda room: (room.health.rank, room.site, room.room))

    @property
    def listening(self) -> int:
        """How many rooms are listened to."""
        return sum(room.health is Health.ONLINE for room in self.rooms.values())

    @property
    def several_sites(self) -> bool:
        """Whether a room's name alone does not say which one is meant."""
        return len({site for site, _ in self.rooms} | {it.site for it in self.alerts.values()}) > 1

    def then(self, happening: View | Lost, now: datetime) -> Self:
        """With what has happened; `now` by this screen's clock."""
        match happening:
            case Lost():
                # What was known stays in sight.
                return replace(self, reached=False, lost_at=self.lost_at or now, why=happening.why)
            case _:
                return replace(self, reached=True, lost_at=None)._with(happening, now)

    def _with(self, view: View, now: datetime) -> Self:
        match view:
            case BoardView():
                return replace(
                    self,
                    link=view.link,
                    why=view.link.problem,
                    station=view.station,
                    alerts={alert.id: alert for alert in view.alerts},
                    rooms={(room.site, room.room): room for room in view.rooms},
                    upkeep=view.upkeep,
                    ahead=view.now - now,
                )
            case LinkView():
                return replace(self, link=view, why=view.problem)
            case UpkeepView():
                return replace(self, upkeep=view)
            case Tick():
                return replace(self, ahead=view.now - now)
            case _:
                return self._with_one(view)

    def _with_one(self, view: AlertView | RoomView | Gone | Retired) -> Self:
        """One alert or one room is another, or leaves."""
        match view:
            case AlertView():
                return replace(self, alerts={**self.alerts, view.id: view})
            case Gone():
                left = {id_: alert for id_, alert in self.alerts.items() if id_ != view.id}
                return replace(self, alerts=left)
            case RoomView():
                return replace(self, rooms={**self.rooms, (view.site, view.room): view})
            case Retired():
                gone = view.site, view.room
                return replace(self, rooms={at: it for at, it in self.rooms.items() if at != gone})

    def _sorted(self, wanted: Callable[[Stage], bool]) -> list[AlertView]:
        found = (alert for alert in self.alerts.values() if wanted(alert.stage))
        return sorted(found, key=lambda alert: alert.urgency)


def news(before: Picture, after: Picture) -> list[AlertView]:
    """Alerts that ring now, the most urgent first."""
    return [alert for alert in after.to_do if _rings(before.alerts.get(alert.id), alert)]


def _rings(before: AlertView | None, alert: AlertView) -> bool:
    """Whether an alert is news, or worse than before, or is heard again with nobody there.

    One that nobody answers rings again by itself; the station counts that.
    """
    if before is None:
        return alert.stage.waits
    if alert.priority.rank < before.priority.rank:
        return True
    if alert.repeats > before.repeats and alert.stage is not Stage.IN_ROOM:
        return True
    return alert.stage.waits and (
        before.stage.held or alert.rings > before.rings or len(alert.calls) > len(before.calls)
    )
