"""Whatever happens to the outbox, in whatever order, what is owed is kept."""

import logging
import tempfile

from clocks import Time
from disks import full_disk
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from outboxes import opened
from samples import a_receipt, an_alert

from alert_broker.messages import Alert, Priority
from edge.config import Outbox as OutboxSettings
from edge.outbox import RETRY_S


@hypothesis_settings(max_examples=25, stateful_step_count=40, deadline=None)
class AnyHistory(RuleBasedStateMachine):
    """Whatever happens, in whatever order, what is owed is kept."""

    ids = Bundle("ids")

    @initialize()
    def begin(self) -> None:
        logging.disable(logging.ERROR)
        self.folder = tempfile.TemporaryDirectory()
        self.place = OutboxSettings(path=f"{self.folder.name}/outbox.sqlite3", most=6)
        self.time = Time()
        self.outbox = opened(self.place, self.time)
        self.owed: dict[str, Alert] = {}
        self.on_disk: dict[str, Alert] = {}
        self.sequence = 0

    def teardown(self) -> None:
        logging.disable(logging.NOTSET)
        if hasattr(self, "folder"):
            self.outbox.close()
            self.folder.cleanup()

    @rule(target=ids, priority=st.sampled_from(Priority), full=st.booleans())
    def raise_alert(self, priority: Priority, full: bool) -> str:
        sequence = self.outbox.next_sequence()
        assert sequence > self.sequence
        alert = an_alert(priority=priority, sequence=sequence)
        self.put(alert, full)
        if self.outbox.durable:
            self.sequence = sequence
        return alert.id

    @rule(id_=ids, priority=st.sampled_from(Priority), full=st.booleans())
    def revise(self, id_: str, priority: Priority, full: bool) -> None:
        known = self.owed.get(id_)
        revision = known.revision + 1 if known else 9
        self.put(an_alert(id=id_, revision=revision, priority=priority), full)

    @rule(id_=ids, ahead=st.integers(-1, 1))
    def receipt(self, id_: str, ahead: int) -> None:
        known = self.owed.get(id_)
        revision = max(0, known.revision + ahead) if known else 0
        self.outbox.receive(a_receipt(known or an_alert(id=id_), revision=revision))
        if known and revision >= known.revision:
            del self.owed[id_]
        self.note_disk()

    @rule()
    def retry_disk(self) -> None:
        self.time.s += RETRY_S
        self.outbox.tend()
        assert self.outbox.durable
        self.note_disk()

    @rule()
    def restart(self) -> None:
        self.outbox.close()
        self.time.s += 10
        self.outbox = opened(self.place, self.time)
        self.owed = dict(self.on_disk)

    @invariant()
    def what_is_owed_is_kept_in_order(self) -> None:
        waiting = self.outbox.waiting()
        assert {entry.alert.id: entry.alert for entry in waiting} == self.owed
        assert waiting == sorted(waiting, key=lambda e: (e.alert.priority.rank, e.since_s))
        assert len(waiting) <= self.place.most

    def put(self, alert: Alert, full: bool) -> None:
        self.time.s += 1
        if full:
            with full_disk():
                self.outbox.put(alert)
        else:
            self.outbox.put(alert)
        self.owed[alert.id] = alert
        kept = {entry.alert.id for entry in self.outbox.waiting()}
        for id_ in self.owed.keys() - kept:
            dropped = self.owed.pop(id_)
            assert len(kept) == self.place.most
            assert all(alert.priority.rank <= dropped.priority.rank for alert in self.owed.values())
        self.note_disk()

    def note_disk(self) -> None:
        """On a disk that works, what is owed lies on it after each call."""
        if self.outbox.durable:
            self.on_disk = dict(self.owed)


TestAnyHistory = AnyHistory.TestCase
