"""One alert as a nurse knows it: what was heard, once or again, and what became of it. Pure."""

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Self

from msgspec.structs import replace

from alert_broker.life import Life
from alert_broker.messages import LATE_AFTER_S, Alert, Priority

EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)
"""A clock that says less was never set."""
LONGEST_BEFORE = timedelta(hours=1)
"""No sound takes longer from its onset to a decision."""


@dataclass(frozen=True, slots=True, order=True)
class Arrival:
    """How a copy of an alert came; the least of several is how the news first came."""

    revision: int
    delay_s: float
    """How long it had been under way: in the device, and at the broker."""
    at: datetime
    """When this station had it."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One message of a device, in its latest revision."""

    alert: Alert
    first: Arrival

    @classmethod
    def arrived(cls, alert: Alert, waited_s: float, at: datetime) -> Self:
        """A copy that came at that time, after `waited_s` at the broker."""
        first = Arrival(alert.revision, alert.delay_s + waited_s, at)
        return cls(righted(replace(alert, delay_s=0.0), at, first.delay_s), first)

    @property
    def late_s(self) -> float:
        """How late the news came, seconds; 0 when it came in time."""
        return self.first.delay_s if self.first.delay_s > LATE_AFTER_S else 0.0

    def joined(self, other: "Heard") -> "Heard":
        """With what another copy of the same alert tells, whichever of the two came first."""
        newest = other.alert if other.alert.revision > self.alert.revision else self.alert
        first = min(self, other, key=lambda copy: copy.first)
        # When it was heard does not change; how a wrong clock was put right might.
        onset_at, raised_at = first.alert.onset_at, first.alert.raised_at
        return Heard(replace(newest, onset_at=onset_at, raised_at=raised_at), first.first)


def righted(alert: Alert, at: datetime, late_s: float) -> Alert:
    """As it came at that time after being under way for so long, whatever its device's clock says.

    A time that cannot be, in the future or before this program was, is put right.
    """
    before = alert.raised_at - alert.onset_at
    if not timedelta(0) <= before <= LONGEST_BEFORE:
        before = timedelta(0)
    can_be = EARLIEST <= alert.raised_at <= at
    raised_at = alert.raised_at if can_be else at - timedelta(seconds=late_s)
    return replace(alert, raised_at=raised_at, onset_at=raised_at - before)


@dataclass(frozen=True)
class Case:
    """An alert, its repetitions, and what became of them together."""

    opened_by: Heard
    """What was heard first: its id and its onset are the case's."""
    again: tuple[Heard, ...] = ()
    """The repetitions that joined it, in the order in which they were raised."""
    life: Life = dataclasses.field(default_factory=Life)
    rise_after: int = 0
    """So many repetitions raise the priority by one; 0: never."""

    @property
    def id(self) -> str:
        """That of the alert that opened it."""
        return self.opened_by.alert.id

    @cached_property
    def worst(self) -> Alert:
        """The most urgent of what was heard, the latest of several: it says what to expect."""
        alerts = [heard.alert for heard in (self.opened_by, *self.again)]
        return max(alerts, key=lambda it: (-it.priority.rank, it.raised_at, it.id))

    @cached_property
    def priority(self) -> Priority:
        """That of the worst, raised by repetition; it never sinks."""
        rises = len(self.again) // self.rise_after if self.rise_after else 0
        return list(Priority)[max(0, self.worst.priority.rank - rises)]

    @property
    def repeats(self) -> int:
        """How often this trouble was heard: as its device counts, or as we do if that is more."""
        counted = max(heard.alert.repeats for heard in (self.opened_by, *self.again))
        return max(counted, self.opened_by.alert.repeats + len(self.again))

    @cached_property
    def urgency(self) -> tuple[object, ...]:
        """Sorts what nobody has answered before the rest, then by priority, then longest wait."""
        return (
            not self.life.stage.waits,
            self.priority.rank,
            self.opened_by.alert.onset_at,
            self.id,
        )

    def repeats_trouble_of(self, alert: Alert) -> bool:
        """Whether an alert that has just come tells again of this one, which is still open."""
        known = self.opened_by.alert
        same = (known.site, known.room, known.label) == (alert.site, alert.room, alert.label)
        return same and not self.life.stage.ended
