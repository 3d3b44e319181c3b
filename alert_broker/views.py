"""What a screen is sent: the page and the terminal read these same JSON objects."""

from datetime import datetime
from typing import Self

from msgspec import Struct

from alert_broker.case import Case
from alert_broker.fields import AlertId, Name
from alert_broker.life import Stage
from alert_broker.messages import Alert, Fault, Label, Outcome, Priority, Reason, Step
from alert_broker.rooms import Health, Room
from alert_broker.said import Said
from alert_broker.steps import Named, as_said
from alert_broker.upkeep.views import Retired, UpkeepView


class Call(Struct, frozen=True):
    """Nobody had answered: this group was called."""

    to: str
    at: datetime


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
    stage: Stage
    rings: int = 0
    """How often it rang again because nobody answered."""
    calls: tuple[Call, ...] = ()
    """Whom it was escalated to since it was last reopened."""
    taken: Said | None = None
    """Who has it."""
    there: Said | None = None
    """Who is in the room."""
    reopened: Said | None = None
    """Who opened it again; nobody's name if time did."""
    before: Said | None = None
    """Who had it before that."""
    ended: Said | None = None
    """Who closed or cancelled it."""
    outcome: Outcome | None = None
    """What it was, once it is closed."""

    @classmethod
    def of(cls, case: Case, rings: int, named: Named = as_said) -> Self:
        """The view of a case that rang again so often."""
        alert, worst, life = case.opened_by.alert, case.worst, case.life
        return cls(
            id=case.id,
            site=alert.site,
            room=alert.room,
            label=alert.label,
            priority=case.priority,
            reason=worst.reason,
            repeats=case.repeats,
            onset_at=alert.onset_at,
            late_s=case.opened_by.late_s,
            duration_s=worst.duration_s,
            stage=life.stage,
            rings=rings,
            calls=tuple(Call(step.to, step.at) for step in life.calls),
            taken=Said.of(life.claim or life.visit, named),
            there=Said.of(life.visit, named),
            reopened=Said.of(life.reopening, named),
            before=Said.of(life.before, named),
            ended=Said.of(life.end, named),
            outcome=life.end.outcome if life.end else None,
        )

    @property
    def urgency(self) -> tuple[object, ...]:
        """Sorts as the station does: unanswered first, then priority, then the longest wait."""
        return not self.stage.waits, self.priority.rank, self.onset_at, self.id


class Refused(Struct, frozen=True):
    """Why a request was not done."""

    problem: str
    alert: AlertView | None = None
    """How the alert stands, when that is why: it says who was first."""
    code: str = ""
    """The name of the text that a screen shows, in its own language, if there is one."""
    wait_s: float = 0.0
    """How long to wait before the next try, if that is why."""


class Record(Struct, frozen=True):
    """All that was heard and done about one alert, as it travelled on the bus."""

    alerts: tuple[Alert, ...]
    """The one that opened it, and its repetitions."""
    steps: tuple[Step, ...]
    """In the order in which this station came to know them."""
    people: dict[str, str] = {}
    """The names behind the pseudonyms in the steps, as far as this station knows them."""

    @classmethod
    def of(cls, case: Case, named: Named = as_said) -> Self:
        """The record of a case."""
        marks = sorted(case.life.since_s.items(), key=lambda mark: mark[1])
        steps = tuple(step for step, _ in marks)
        return cls(
            tuple(heard.alert for heard in (case.opened_by, *case.again)),
            steps,
            {step.by: named(step) for step in steps if step.by},
        )


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
    refused: int = 0
    """Requests refused so far."""


class BoardView(Struct, frozen=True):
    """Everything, at one moment."""

    now: datetime
    station: Name
    link: LinkView
    alerts: tuple[AlertView, ...]
    rooms: tuple[RoomView, ...]
    upkeep: UpkeepView = UpkeepView()


class Gone(Struct, frozen=True):
    """An alert that leaves the screens: it ended long ago."""

    id: AlertId


class Tick(Struct, frozen=True):
    """The station lives; its time, so that every screen counts alike."""

    now: datetime


View = BoardView | AlertView | RoomView | LinkView | Gone | Tick | UpkeepView | Retired

EVENTS: dict[str, type[View]] = {
    "board": BoardView,
    "alert": AlertView,
    "room": RoomView,
    "link": LinkView,
    "gone": Gone,
    "tick": Tick,
    "upkeep": UpkeepView,
    "retired": Retired,
}
"""Each kind of event of `GET /api/events`, and what it carries."""
