"""When to send what: the most urgent first, a few at a time, again and less often until received.

Pure: it has no clock and sends nothing itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from edge.outbox import Waiting

WINDOW = 16
"""Sendings that the broker has not answered: a new, urgent alert never queues behind more."""
LONGEST_S = 30.0
"""The longest pause between two sendings of one alert, seconds."""


@dataclass(slots=True)
class _Attempt:
    revision: int
    next_s: float
    pause_s: float
    unanswered: bool = True

    def open(self, now_s: float) -> bool:
        """Whether the broker still owes an answer; one that is overdue will not come."""
        return self.unanswered and now_s < self.next_s


class Resends:
    """The timetable of everything that waits in the outbox."""

    def __init__(self, first_s: float) -> None:
        """`first_s` is the pause after the first sending, seconds; each further one is double."""
        self._first_s = first_s
        self._attempts: dict[str, _Attempt] = {}
        self._next_s = 0.0
        self.unheard = False
        """Whether nobody listens: then the most urgent alert alone asks again and again."""

    def due(self, waiting: Sequence[Waiting], now_s: float) -> list[Waiting]:
        """What to send now, of what waits in order of urgency; it counts as sent."""
        eligible = waiting[:1] if self.unheard else waiting
        known = {entry.alert.id for entry in waiting}
        self._attempts = {id_: tried for id_, tried in self._attempts.items() if id_ in known}
        room = WINDOW - sum(tried.open(now_s) for tried in self._attempts.values())
        sent = [entry for entry in eligible if self._is_due(entry, now_s)][: max(0, room)]
        for entry in sent:
            self._note(entry, now_s)
        tries = (self._attempts.get(entry.alert.id) for entry in eligible)
        self._next_s = min((tried.next_s for tried in tries if tried), default=now_s + LONGEST_S)
        return sent

    def answered(self, alert: str, revision: int) -> None:
        """The broker has taken a sending: there is room for another."""
        tried = self._attempts.get(alert)
        if tried and tried.revision == revision:
            tried.unanswered = False

    def heard(self, there_is_one: bool) -> None:
        """The broker said whether somebody listens; to a newcomer, everything is due."""
        if there_is_one and self.unheard:
            self.restart()
        self.unheard = not there_is_one

    def restart(self) -> None:
        """There is a new connection, or a new listener: everything is due."""
        self._attempts.clear()

    def pause_s(self, now_s: float) -> float:
        """How long nothing will be due, seconds."""
        return min(LONGEST_S, max(0.0, self._next_s - now_s))

    def _is_due(self, entry: Waiting, now_s: float) -> bool:
        tried = self._attempts.get(entry.alert.id)
        return tried is None or tried.revision < entry.alert.revision or tried.next_s <= now_s

    def _note(self, entry: Waiting, now_s: float) -> None:
        tried = self._attempts.get(entry.alert.id)
        again = tried is not None and tried.revision == entry.alert.revision and not self.unheard
        pause_s = min(2 * tried.pause_s, LONGEST_S) if tried and again else self._first_s
        self._attempts[entry.alert.id] = _Attempt(entry.alert.revision, now_s + pause_s, pause_s)
