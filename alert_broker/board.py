"""What became of each alert: the one place where its state changes. No I/O, no clock."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from msgspec.structs import replace

from alert_broker.messages import LATE_AFTER_S, Acknowledgement, Alert


@dataclass(frozen=True, slots=True, order=True)
class Arrival:
    """How a copy of an alert came; the least of several is how the news first came."""

    revision: int
    delay_s: float
    """How long it had been under way: in the device, and at the broker."""
    at: datetime
    """When this station had it."""


@dataclass(frozen=True, slots=True)
class Case:
    """One alert, and what became of it."""

    alert: Alert
    """Its latest revision."""
    first: Arrival
    acknowledgement: Acknowledgement | None = None

    @classmethod
    def arrived(cls, alert: Alert, waited_s: float, at: datetime) -> Self:
        """The case of a copy that came at that time, after `waited_s` at the broker."""
        first = Arrival(alert.revision, alert.delay_s + waited_s, at)
        return cls(replace(alert, delay_s=0.0), first)

    @property
    def late_s(self) -> float:
        """How late the news came, seconds; 0 when it came in time."""
        return self.first.delay_s if self.first.delay_s > LATE_AFTER_S else 0.0

    @property
    def urgency(self) -> tuple[object, ...]:
        """Sorts what nobody has taken before the rest, then by priority, then the longest wait."""
        return (
            self.acknowledgement is not None,
            self.alert.priority.rank,
            self.alert.onset_at,
            self.alert.id,
        )

    def acknowledged(self, acknowledgement: Acknowledgement) -> Self:
        """With somebody going there; whoever said so first stays, at every station the same."""
        first = earlier(self.acknowledgement, acknowledgement)
        if first is self.acknowledgement:
            return self
        return dataclasses.replace(self, acknowledgement=first)

    def joined(self, other: "Case") -> "Case":
        """With what another copy of the same alert tells, whichever of the two came first."""
        newest = other.alert if other.alert.revision > self.alert.revision else self.alert
        case = dataclasses.replace(self, alert=newest, first=min(self.first, other.first))
        return case.acknowledged(other.acknowledgement) if other.acknowledgement else case


class Board:
    """All alerts that a screen shows; the same messages in any order give the same board."""

    def __init__(self) -> None:
        self._cases: dict[str, Case] = {}
        self._early: dict[str, Acknowledgement] = {}

    def find(self, alert_id: str) -> Case | None:
        """The case of an alert, None when the board has none."""
        return self._cases.get(alert_id)

    def acknowledgement(self, alert_id: str) -> Acknowledgement | None:
        """Who goes, also for an alert that has not come yet."""
        case = self._cases.get(alert_id)
        return case.acknowledgement if case else self._early.get(alert_id)

    def cases(self) -> list[Case]:
        """All of them, the most urgent first."""
        return sorted(self._cases.values(), key=lambda case: case.urgency)

    def acknowledgements(self) -> list[Acknowledgement]:
        """All of them, those of alerts that have not come yet included."""
        known = (case.acknowledgement for case in self._cases.values())
        return [*filter(None, known), *self._early.values()]

    def put(self, arrived: Case) -> bool:
        """Take an alert that arrived, or was stored; whether this changed what a screen shows."""
        alert_id = arrived.alert.id
        known = self._cases.get(alert_id)
        case = known.joined(arrived) if known else arrived
        if early := self._early.pop(alert_id, None):
            case = case.acknowledged(early)
        self._cases[alert_id] = case
        return case != known

    def acknowledge(self, acknowledgement: Acknowledgement) -> bool:
        """Take an acknowledgement; whether this changed what a screen shows."""
        known = self._cases.get(acknowledgement.alert)
        if known is None:
            first = earlier(self._early.get(acknowledgement.alert), acknowledgement)
            self._early[acknowledgement.alert] = first
            return False
        case = known.acknowledged(acknowledgement)
        self._cases[acknowledgement.alert] = case
        return case is not known

    def clear(self, before: datetime) -> list[str]:
        """Drop what was acknowledged before then; nothing else ever leaves. Returns the ids."""
        old = [it.alert for it in self.acknowledgements() if it.acknowledged_at < before]
        for alert_id in old:
            self._early.pop(alert_id, None)
        return [alert_id for alert_id in old if self._cases.pop(alert_id, None)]


def earlier(known: Acknowledgement | None, arrived: Acknowledgement) -> Acknowledgement:
    """The one that counts; two of the same moment are told apart alike at every station."""
    return known if known is not None and _order(known) <= _order(arrived) else arrived


def _order(acknowledgement: Acknowledgement) -> tuple[datetime, str, str]:
    return acknowledgement.acknowledged_at, acknowledgement.station, acknowledgement.by
