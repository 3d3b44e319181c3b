"""How soon must somebody go? Class, reason, time of day and repetition give the priority. Pure."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from alert_broker.hours import within
from alert_broker.messages import Label, Priority, Reason
from edge.config import AgentSettings, Night, PriorityRow
from edge.events import Phase, SoundEvent

REPEATED_CALLS = 3
"""From here on a nurse reads "repeated calls"."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An event and how soon somebody must go."""

    event: SoundEvent
    priority: Priority
    repeats: int
    """How many times its class was heard of late, this time included."""


class Triage:
    """Judges the events of one room, in their order."""

    def __init__(self, settings: AgentSettings) -> None:
        self._settings = settings
        self._raised_s: dict[Label, deque[float]] = {label: deque() for label in Label}
        self._open: dict[int, Finding] = {}

    def judge(self, event: SoundEvent, at: datetime) -> Finding:
        """Give an event its priority, which never sinks while the event goes on.

        Args:
            event: the event.
            at: local time of the decision.
        """
        known = self._open.pop(event.number, None)
        repeats = known.repeats if known else self._count(event)
        event = _reworded(event, repeats)
        priority = priority_of(
            self._settings.priority, event, is_night(self._settings.night, at), repeats
        )
        if known and known.priority.rank < priority.rank:
            priority = known.priority
        finding = Finding(event, priority, repeats)
        if event.phase is not Phase.ENDED:
            self._open[event.number] = finding
        return finding

    def _count(self, event: SoundEvent) -> int:
        raised_s = self._raised_s[event.label]
        raised_s.append(event.decided_s)
        while raised_s[0] < event.decided_s - self._settings.repeat_window_s:
            raised_s.popleft()
        return len(raised_s)


def priority_of(
    rows: Iterable[PriorityRow], event: SoundEvent, night: bool, repeats: int
) -> Priority:
    """The first row that fits; low when none does."""
    row = row_of(rows, event.label, event.reason, night, repeats)
    return row.priority if row else Priority.LOW


def row_of(
    rows: Iterable[PriorityRow], label: Label, reason: Reason, night: bool, repeats: int
) -> PriorityRow | None:
    """The first row that fits."""
    period = "night" if night else "day"
    for row in rows:
        fits = row.label is label and repeats >= row.repeats
        if fits and row.reason in {None, reason} and row.period in {None, period}:
            return row
    return None


def is_night(night: Night, at: datetime) -> bool:
    """Whether few people are there to hear; a night may go past midnight."""
    return within(night.begins, night.ends, at.time())


def _reworded(event: SoundEvent, repeats: int) -> SoundEvent:
    """What only the count can tell."""
    if event.reason is Reason.SPOKEN_CALL and repeats >= REPEATED_CALLS:
        return replace(event, reason=Reason.REPEATED_CALL)
    return event
