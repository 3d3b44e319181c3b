"""Alerts wait here, on disk and in memory, until a station says that it has them.

Memory is what the agent works with; the journal follows it so that a power cut costs nothing. When
the disk fails, the agent goes on from memory, says so, and writes everything down when it can.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from alert_broker.messages import (
    LATE_AFTER_S,
    Alert,
    Fault,
    MessageRefused,
    Receipt,
    decode,
    encode,
)
from edge.config import Outbox as OutboxSettings
from edge.journal import Journal, JournalBusy, JournalFailed, Line

log = logging.getLogger(__name__)

RETRY_S = 30.0
"""How long to leave a failing disk alone, seconds."""
LAST_CHANCE = 0.9
"""After a restart no alert is older than this share of its time."""


class OutboxBusy(ValueError):
    """Another agent uses the same outbox; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An alert that no station has yet."""

    alert: Alert
    since_s: float
    """When the news began to wait, on the monotonic clock, seconds."""
    revised_s: float
    """When its last revision came."""

    @property
    def urgency(self) -> tuple[int, float, int]:
        """To sort by: the highest priority first, then the oldest."""
        return self.alert.priority.rank, self.since_s, self.alert.sequence


class Outbox:
    """The alerts still owed to the station, bounded, durable; thread-safe."""

    def __init__(
        self,
        settings: OutboxSettings,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open the outbox with what an earlier run left in it; a failing disk does not stop us.

        Raises:
            OutboxBusy: another agent uses the same file.
        """
        self._keep_s = settings.keep_h * 3600
        self._most = settings.most
        self._clock = clock
        self._monotonic = monotonic
        self._journal = Journal(Path(settings.path))
        self._lock = threading.Lock()
        self._waiting: dict[str, Waiting] = {}
        self._sequence = 0
        self._loaded = False
        self._failed_at_s: float | None = None
        self._failure = ""
        try:
            self._take_over()
        except JournalBusy as error:
            raise OutboxBusy(str(error)) from None
        except JournalFailed as error:
            self._fail(error)

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def durable(self) -> bool:
        """Whether all that is owed is on disk."""
        return self._failed_at_s is None

    @property
    def fault(self) -> Fault | None:
        """Whether alerts could be lost: no room, or a disk that does not take them."""
        full = len(self._waiting) >= self._most
        return Fault.OUTBOX_FULL if full or not self.durable else None

    @property
    def problem(self) -> str:
        """What that is, in one line for a technician; empty when all is well."""
        if not self.durable:
            return f"{self._failure}; alerts are kept in memory alone until that is mended"
        return f"outbox full: {len(self._waiting)} alerts wait" if self.fault else ""

    def next_sequence(self) -> int:
        """The device's count of alerts, from 1; written down with the next alert put."""
        with self._lock:
            self._sequence += 1
            return self._sequence

    def put(self, alert: Alert) -> None:
        """Keep an alert until its receipt; a newer revision takes the place of an older one."""
        with self._lock:
            now_s = self._monotonic()
            known = self._waiting.get(alert.id)
            if known and known.alert.revision >= alert.revision:
                return
            self._waiting[alert.id] = Waiting(alert, known.since_s if known else now_s, now_s)
            self._commit(alert.id, *self._squeeze())

    def receive(self, receipt: Receipt) -> bool:
        """A station has an alert: forget it, unless a newer revision still waits. True if known."""
        with self._lock:
            entry = self._waiting.get(receipt.alert)
            if entry is None:
                return False
            if receipt.revision < entry.alert.revision:
                self._waiting[receipt.alert] = replace(entry, since_s=entry.revised_s)
            else:
                del self._waiting[receipt.alert]
                self._commit(receipt.alert)
            return True

    def waiting(self) -> list[Waiting]:
        """What is still owed, the most urgent first."""
        with self._lock:
            return sorted(self._waiting.values(), key=lambda entry: entry.urgency)

    def tend(self) -> None:
        """Give up what is too old, and try a disk that failed again; call it now and then."""
        with self._lock:
            oldest_s = self._monotonic() - self._keep_s
            old = [id_ for id_, entry in self._waiting.items() if entry.since_s < oldest_s]
            for id_ in old:
                del self._waiting[id_]
                log.error("alert %s given up: undelivered for %g s", id_, self._keep_s)
            if old or self._failed_at_s is not None:
                self._commit(*old)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._journal.close()

    def _squeeze(self) -> list[str]:
        """Make room: the least urgent goes, of those the oldest. Returns what went."""
        gone = []
        while len(self._waiting) > self._most:
            worst = max(entry.alert.priority.rank for entry in self._waiting.values())
            least = [e for e in self._waiting.values() if e.alert.priority.rank == worst]
            lost = min(least, key=lambda entry: entry.urgency).alert
            del self._waiting[lost.id]
            gone.append(lost.id)
            log.error("outbox full: alert %s (%s, %s) dropped", lost.id, lost.label, lost.priority)
        return gone

    def _commit(self, *changed: str) -> None:
        """Let the journal follow these alerts, or all of them once the disk works again."""
        try:
            if self._failed_at_s is None:
                self._write(changed)
            elif self._monotonic() - self._failed_at_s >= RETRY_S:
                self._take_over()
                self._failed_at_s = None
                log.info("the outbox is on disk again")
        except JournalFailed as error:
            self._fail(error)

    def _write(self, changed: Collection[str]) -> None:
        saved = [self._line(self._waiting[id_]) for id_ in changed if id_ in self._waiting]
        gone = [id_ for id_ in changed if id_ not in self._waiting]
        self._journal.write(saved, gone, self._sequence)

    def _fail(self, error: JournalFailed) -> None:
        self._failure = str(error)
        if self._failed_at_s is None:
            log.error("%s; alerts are kept in memory alone until that is mended", error)
        self._failed_at_s = self._monotonic()

    def _take_over(self) -> None:
        """Open the journal; the first time what is in it is still owed, later we know better."""
        lines, count = self._journal.load()
        if not self._loaded:
            self._loaded = True
            self._sequence += count
            for line in lines:
                self._recover(line)
        self._write({*self._waiting, *(line.id for line in lines)})

    def _recover(self, line: Line) -> None:
        try:
            alert = decode(line.payload, Alert)
        except MessageRefused as error:
            log.error("alert %s of an earlier run is lost: %s", line.id, error)
            return
        waited_s = self._clock().timestamp() - line.since
        if waited_s < 0:  # a board without a battery may wake up in the past
            waited_s = LATE_AFTER_S + 1
        # ...or have been wrong when the alert was written: it always gets a last chance.
        since_s = self._monotonic() - min(waited_s, LAST_CHANCE * self._keep_s)
        self._waiting.setdefault(alert.id, Waiting(alert, since_s, since_s))

    def _line(self, entry: Waiting) -> Line:
        waited_s = self._monotonic() - entry.since_s
        since = self._clock().timestamp() - waited_s
        return Line(entry.alert.id, since, encode(entry.alert))
