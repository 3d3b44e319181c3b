"""All alerts that a screen shows, and their lives: the one place where they change.

No I/O, no clock. The same messages in any order and number give the same board.
"""

from collections.abc import Iterable
from datetime import datetime

from alert_broker.case import Case, Heard
from alert_broker.life import Life
from alert_broker.messages import Alert, Deed, Step

Mark = tuple[Step, float]
"""A step, and when it became known here, on the count that no clock change bends."""


class Board:
    """The board of one station."""

    def __init__(self, station: str, rise_after: int = 0) -> None:
        """`station` decides by its own steps which alerts are one; `rise_after` as in a case."""
        self._station = station
        self._rise_after = rise_after
        self._heard: dict[str, Heard] = {}
        self._lives: dict[str, Life] = {}
        self._joiners: dict[str, set[str]] = {}
        """Who says to have joined an alert..."""
        self._again: dict[str, set[str]] = {}
        """...and who is counted there."""
        self._cases: dict[str, Case] = {}

    def find(self, alert_id: str) -> Case | None:
        """The case that an alert opened or joined, None when the board has none."""
        return self._cases.get(self._opener(alert_id))

    def cases(self) -> list[Case]:
        """All of them, the most urgent first."""
        return sorted(self._cases.values(), key=lambda case: case.urgency)

    def heard_of(self, alert_id: str) -> Heard | None:
        """What is known of one alert, None when it is not here."""
        return self._heard.get(alert_id)

    def heard(self) -> list[Heard]:
        """All that was heard, repetitions included."""
        return list(self._heard.values())

    def marks(self) -> list[Mark]:
        """Every step, those of alerts that have not come yet included."""
        return [mark for life in self._lives.values() for mark in life.since_s.items()]

    def same_trouble(self, alert: Alert) -> Case | None:
        """The open case that an alert tells of again; the oldest if there are several."""
        fitting = [case for case in self._cases.values() if case.repeats_trouble_of(alert)]
        return min(fitting, key=lambda case: case.urgency[2:], default=None)

    def put(self, arrived: Heard) -> bool:
        """Take an alert that arrived, or was stored; whether this changed what a screen shows."""
        alert_id = arrived.alert.id
        known = self._heard.get(alert_id)
        self._heard[alert_id] = known.joined(arrived) if known else arrived
        changed = self._regroup(alert_id)
        if known is None:
            for joiner in self._joiners.get(alert_id, set()) & self._heard.keys():
                self._regroup(joiner)
        return changed

    def take(self, step: Step, since_s: float) -> bool:
        """Take a step; whether this changed what a screen shows."""
        life = self._lives.get(step.alert, Life())
        self._lives[step.alert] = life.after(step, since_s)
        if step.deed is Deed.JOINED:
            self._joiners.setdefault(step.to, set()).add(step.alert)
        return step.alert in self._heard and self._regroup(step.alert)

    def restore(self, heard: Iterable[Heard], marks: Iterable[Mark]) -> None:
        """Take up what an earlier run left."""
        for step, since_s in marks:
            self.take(step, since_s)
        for it in heard:
            self.put(it)

    def joined_after(self, case: Case, moment: datetime) -> list[Alert]:
        """Repetitions that joined a case later than that, by this station's clock."""
        return [
            heard.alert
            for heard in case.again
            if any(step.at > moment for step in self._own(heard.alert.id, Deed.JOINED))
        ]

    def clear(self, before: datetime) -> list[str]:
        """Drop what ended before then; nothing else ever leaves. Returns the ids of the cases."""
        old = [case for case in self._cases.values() if case.life.end and case.life.end.at < before]
        for case in old:
            for heard in (case.opened_by, *case.again):
                self._heard.pop(heard.alert.id, None)
                self._lives.pop(heard.alert.id, None)
            self._again.pop(case.id, None)
            self._joiners.pop(case.id, None)
            del self._cases[case.id]
        self._clear_early(before)
        return [case.id for case in old]

    def _clear_early(self, before: datetime) -> None:
        """Steps of alerts that never came."""
        early = self._lives.keys() - self._heard.keys()
        for alert_id in early:
            if all(step.at < before for step in self._lives[alert_id].since_s):
                del self._lives[alert_id]

    def _opener(self, alert_id: str) -> str:
        """The alert whose case another one is in; its own, unless it joined one that is here."""
        joined = self._own(alert_id, Deed.JOINED)
        if joined and joined[0].to in self._heard and not self._own(alert_id, Deed.RAISED):
            return joined[0].to
        return alert_id

    def _own(self, alert_id: str, deed: Deed) -> list[Step]:
        life = self._lives.get(alert_id, Life())
        found = [it for it in life.since_s if it.deed is deed and it.station == self._station]
        return sorted(found, key=lambda step: (step.at, step.to))

    def _regroup(self, alert_id: str) -> bool:
        """Put an alert where it belongs now."""
        opener = self._opener(alert_id)
        for other in [it for it, again in self._again.items() if alert_id in again]:
            if other != opener:
                self._again[other].discard(alert_id)
                self._rebuild(other)
        if opener != alert_id:
            self._cases.pop(alert_id, None)
            self._again.setdefault(opener, set()).add(alert_id)
        return self._rebuild(opener)

    def _rebuild(self, opener: str) -> bool:
        again = [self._heard[it] for it in self._again.get(opener, ())]
        again.sort(key=lambda heard: (heard.alert.raised_at, heard.alert.id))
        life = self._lives.get(opener, Life())
        for heard in again:
            life = life.joined(self._lives.get(heard.alert.id, Life()))
        case = Case(self._heard[opener], tuple(again), life, self._rise_after)
        changed = self._cases.get(opener) != case
        self._cases[opener] = case
        return changed
