"""Wrong PINs are counted in the store, so that all stations which share it count together."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from alert_broker.clock import Clock
from alert_broker.database import StoreFailed
from alert_broker.people.limits import Counted, Known, counted, one_less, one_more, wait_s
from alert_broker.people.register import Register

log = logging.getLogger(__name__)


class Tries:
    """Thread-safe; while the store fails, each station counts alone."""

    def __init__(self, register: Register, clock: Clock) -> None:
        """None is known before `read`."""
        self._register = register
        self._clock = clock
        self._lock = threading.Lock()
        self._known: Known = {}
        self._unkept: set[Counted] = set()
        """What the store does not know as we do."""

    def read(self) -> None:
        """Take up what was counted, for when the store fails.

        Raises:
            StoreFailed: it does by now.
        """
        with self._lock:
            ours = {who: it for who, it in self._known.items() if who in self._unkept}
            self._known = self._register.failures() | ours

    def begin(self, person: str, address: str) -> float:
        """Seconds until somebody may try; 0 when she may now, and then this try counts.

        As wrong, until it turns out right: many at once gain nothing.
        """
        now = self._clock().at

        def one_more_of(known: Known) -> Known:
            if wait_s(known, person, address, now) > 0.0:
                return known
            return {who: one_more(known.get(who), now) for who in counted(person, address)}

        before, _ = self._recount(person, address, one_more_of)
        return wait_s(before, person, address, now)

    def was_right(self, person: str, address: str) -> None:
        """The try that was begun counts no more, and nor do hers before it at this address."""

        def one_less_of(known: Known) -> Known:
            here = Counted(person, address)
            less = {who: one_less(it) for who, it in known.items() if who != here}
            return {who: it for who, it in less.items() if it}

        self._recount(person, address, one_less_of)

    def wait_s(self, person: str, address: str) -> float:
        """Seconds until the next try, as far as is known here."""
        with self._lock:
            return wait_s(self._known, person, address, self._clock().at)

    def forgive(self, person: str) -> None:
        """Whatever she mistyped counts no more, anywhere."""
        with self._lock:
            over = {who for who in self._known if who.person == person}
            self._known = {who: it for who, it in self._known.items() if who not in over}
            try:
                self._register.forgive(person)
                self._unkept -= over
            except StoreFailed as error:
                log.error("people: %s", error)
                self._unkept |= over

    def forget(self, before: datetime) -> None:
        """Let go of what is old here; the register does so in the store."""
        with self._lock:
            self._known = {who: it for who, it in self._known.items() if it.last_at >= before}
            self._unkept &= set(self._known)

    def _recount(
        self, person: str, address: str, change: Callable[[Known], Known]
    ) -> tuple[Known, Known]:
        """What was known of somebody at an address, and what is now."""
        with self._lock:
            ours = {who: self._known.get(who) for who in counted(person, address)}
            unkept = {who: it for who, it in ours.items() if who in self._unkept}
            try:
                before, after = self._register.recount(set(ours), unkept, change)
                self._unkept -= set(ours)
            except StoreFailed as error:
                log.error("people: %s", error)
                before = {who: it for who, it in ours.items() if it}
                after = change(before)
                self._unkept |= set(ours)
            self._known = {who: it for who, it in self._known.items() if who not in ours} | after
        return before, after
