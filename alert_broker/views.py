"""What a screen is sent: the page and the terminal read these same JSON objects."""

from datetime import datetime
from typing import Self

from msgspec import Struct

from alert_broker.board import Case
from alert_broker.messages import Acknowledgement, AlertId, Fault, Label, Name, Priority, Reason
from alert_broker.rooms import Health, Room


class Taken(Struct, frozen=True):
    """Who goes there, since when, and at which station that was said."""

    by: str
    station: str
    at: datetime

    @classmethod
    def of(cls, acknowledgement: Acknowledgement) -> Self:
        """The view of an acknowledgement."""
        return cls(acknowledgement.by, acknowledgement.station, acknowledgement.acknowledged_at)


class Refused(Struct, frozen=True):
    """Why a request was not done."""

    problem: str
    taken: Taken | None = None
    """Who was first, if somebody was."""


class AlertView(Struct, frozen=True):
    """One alert as a nurse sees it."""

    id: AlertId
    site: Name
    room: Name
    label: Label
    priority: Priority
    reason: Reason
    repeats: int
    onset_at: datetime
    late_s: float
    """How late the news came; 0 when it came in time."""
    duration_s: float | None
    """None while the sound lasts."""
    taken: Taken | None

    @classmethod
    def of(cls, case: Case) -> Self:
        """The view of a case."""
        alert, acknowledgement = case.alert, case.acknowledgement
        return cls(
            id=alert.id,
            site=alert.site,
            room=alert.room,
            label=alert.label,
            priority=alert.priority,
            reason=alert.reason,
            repeats=alert.repeats,
            onset_at=alert.onset_at,
            late_s=case.late_s,
            duration_s=alert.duration_s,
            taken=Taken.of(acknowledgement) if acknowledgement else None,
        )

    @property
    def urgency(self) -> tuple[object, ...]:
        """Sorts as the station does: untaken first, then priority, then the longest wait."""
        return self.taken is not None, self.priority.rank, self.onset_at, self.id


class RoomView(Struct, frozen=True):
    """One room's device as a nurse sees it."""

    site: Name
    room: Name
    health: Health
    faults: tuple[Fault, ...]
    detail: str
    """For a technician, in English."""
    seen_at: datetime | None
    level_dbfs: float | None

    @classmethod
    def of(cls, room: Room, health: Health) -> Self:
        """The view of a room."""
        status, heartbeat = room.status, room.heartbeat
        return cls(
            site=room.site,
            room=room.room,
            health=health,
            faults=status.faults if status else (),
            detail=status.detail if status else "",
            seen_at=room.seen_at,
            level_dbfs=heartbeat.level_dbfs if heartbeat else None,
        )


class LinkView(Struct, frozen=True):
    """What stands between the rooms and the screens."""

    broker: bool
    """Whether alerts can reach the station."""
    store: bool
    """Whether the station can still write them down."""
    lost_at: datetime | None
    """Since when one of the two has failed."""
    problem: str
    """For a technician, in English; empty when all is well."""
    malformed: int
    """Messages refused so far."""


class BoardView(Struct, frozen=True):
    """Everything, at one moment."""

    now: datetime
    station: Name
    link: LinkView
    alerts: tuple[AlertView, ...]
    rooms: tuple[RoomView, ...]


class Gone(Struct, frozen=True):
    """An alert that leaves the screens: it was taken long ago."""

    id: AlertId


class Tick(Struct, frozen=True):
    """The station lives; its time, so that every screen counts alike."""

    now: datetime


View = BoardView | AlertView | RoomView | LinkView | Gone | Tick

EVENTS: dict[str, type[View]] = {
    "board": BoardView,
    "alert": AlertView,
    "room": RoomView,
    "link": LinkView,
    "gone": Gone,
    "tick": Tick,
}
"""Each kind of event of `GET /api/events`, and what it carries."""
