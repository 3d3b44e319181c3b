"""Who is signed in: the door of the page. What others may do there is said by `rights`."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from alert_broker.clock import Clock
from alert_broker.database import StoreFailed
from alert_broker.people.limits import Counted, Failures, counted, one_less, one_more, wait_s
from alert_broker.people.person import Person, Session, kept_of, new_token
from alert_broker.people.pins import matches
from alert_broker.people.register import Register
from alert_broker.people.roll import Roll
from alert_broker.people.settings import People
from alert_broker.people.shifts import shift_end

log = logging.getLogger(__name__)


class TurnedAway(ValueError):
    """The secret is wrong, or was wrong too often; `wait_s` until the next try, seconds."""

    def __init__(self, wait_s: float, *, tried: bool) -> None:
        super().__init__("wrong" if tried else "too many wrong tries")
        self.wait_s = wait_s
        self.tried = tried
        """Whether the secret was looked at."""


class Door:
    """Lets people in and knows who is. Thread-safe; works on while the store fails."""

    def __init__(self, register: Register, roll: Roll, settings: People, clock: Clock) -> None:
        """Nobody is in before `read`."""
        self._register = register
        self._roll = roll
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._sessions: dict[str, Session] = {}
        self._failures: dict[Counted, Failures] = {}

    def read(self) -> bool:
        """Take up what an earlier run left; False where the store fails."""
        try:
            sessions, failures = self._register.sessions(), self._register.failures()
        except StoreFailed:
            return False
        with self._lock:
            self._sessions = sessions | self._sessions
            self._failures = failures | self._failures
        return True

    def come_in(self, person_id: str, secret: str, address: str) -> tuple[str, Person, Session]:
        """Sign somebody in; returns also the token for her screen, which is kept nowhere here.

        Raises:
            TurnedAway: wrong, or too soon after others that were.
        """
        now = self._clock().at
        person = self._roll.find(person_id)
        if person is None or not person.here:
            raise TurnedAway(0.0, tried=True)  # the names are on every screen: no secret to guess
        self._count(person_id, address, now)
        if not matches(person.sealed, secret):
            log.warning("people: a wrong secret for %s from %s", person_id, address)
            raise TurnedAway(self._wait_s(person_id, address, now), tried=True)
        self._uncount(person_id, address)
        token = new_token()
        ends_at = shift_end(self._settings.shift_ends, now)
        session = Session(kept_of(token), person_id, now, ends_at)
        with self._lock:
            self._sessions[session.token] = session
        self._keep(lambda: self._register.open_session(session))
        log.info("people: %s is in from %s until %s", person_id, address, ends_at.isoformat())
        return token, person, session

    def who(self, token: str) -> tuple[Person, Session] | None:
        """Who holds a token, None if nobody does any more."""
        with self._lock:
            session = self._sessions.get(kept_of(token)) if token else None
        if session is None:
            return None
        person = self._roll.find(session.person)
        if person is None or not session.holds(person, self._clock().at):
            return None
        return person, session

    def go(self, token: str) -> None:
        """Sign out."""
        kept = kept_of(token)
        with self._lock:
            known = self._sessions.pop(kept, None)
        if known:
            self._keep(lambda: self._register.end_session(kept))

    def forgive(self, person_id: str) -> None:
        """Somebody has a new secret: that she mistyped the old one counts no more."""
        with self._lock:
            over = {who: None for who in self._failures if who.person == person_id}
            for who in over:
                del self._failures[who]
        self._keep(lambda: self._register.save_failures(over))

    def clear(self, keep_people: timedelta) -> None:
        """Forget what is over: sessions, wrong tries, and who was removed so long ago."""
        now = self._clock().at
        yesterday = now - timedelta(days=1)
        with self._lock:
            over = {token for token, it in self._sessions.items() if it.ends_at < now}
            for token in over:
                del self._sessions[token]
            old = {who for who, it in self._failures.items() if it.last_at < yesterday}
            for who in old:
                del self._failures[who]
        self._keep(lambda: self._register.forget(yesterday, now - keep_people))

    def _count(self, person_id: str, address: str, now: datetime) -> None:
        """A try counts as wrong until it turns out right: many at once gain nothing.

        Raises:
            TurnedAway: it comes too soon.
        """
        with self._lock:
            wait = wait_s(self._failures, person_id, address, now)
            if wait > 0.0:
                raise TurnedAway(wait, tried=False)
            for who in counted(person_id, address):
                self._failures[who] = one_more(self._failures.get(who), now)
        self._keep_failures(person_id, address)

    def _uncount(self, person_id: str, address: str) -> None:
        with self._lock:
            self._failures.pop(Counted(person_id, address), None)
            for who in (Counted(person_id, ""), Counted("", address)):
                before = self._failures.pop(who, None)
                if before and (less := one_less(before)):
                    self._failures[who] = less
        self._keep_failures(person_id, address)

    def _wait_s(self, person_id: str, address: str, now: datetime) -> float:
        with self._lock:
            return wait_s(self._failures, person_id, address, now)

    def _keep_failures(self, person_id: str, address: str) -> None:
        with self._lock:
            kept = {who: self._failures.get(who) for who in counted(person_id, address)}
        self._keep(lambda: self._register.save_failures(kept))

    def _keep(self, action: Callable[[], None]) -> None:
        """A store that fails keeps nobody out; what it did not keep, a restart forgets."""
        try:
            action()
        except StoreFailed as error:
            log.error("people: %s", error)
