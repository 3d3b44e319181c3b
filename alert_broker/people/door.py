"""Who is signed in: the door of the page. What others may do there is said by `rights`."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from alert_broker.clock import Clock
from alert_broker.database import StoreFailed
from alert_broker.people.person import Person, PersonId, Session, kept_of, new_token
from alert_broker.people.pins import matches
from alert_broker.people.register import Register
from alert_broker.people.roll import Roll, Source
from alert_broker.people.settings import People
from alert_broker.people.shifts import shift_end
from alert_broker.people.tries import Tries

log = logging.getLogger(__name__)

Entered = tuple[str, Person, Session]
"""The token for her screen, which is kept nowhere here; who she is; and until when."""


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
        self._tries = Tries(register, clock)

    def read(self) -> bool:
        """Take up what an earlier run left; False where the store fails."""
        try:
            sessions = self._register.sessions()
            self._tries.read()
        except StoreFailed:
            return False
        with self._lock:
            self._sessions = sessions | self._sessions
        return True

    def come_in(self, person_id: PersonId, secret: str, address: str) -> Entered:
        """Sign somebody in.

        Raises:
            TurnedAway: wrong, or too soon after others that were.
        """
        person = self._prove(person_id, secret, address)
        entered = self._let_in(person)
        ends_at = entered[2].ends_at
        log.info("people: %s is in from %s until %s", person_id, address, ends_at.isoformat())
        return entered

    def change(
        self, person_id: PersonId, secret: str, new: str, address: str, source: Source
    ) -> Entered:
        """Somebody chooses what she signs in with; from now on she is in at this screen alone.

        Raises:
            TurnedAway: her present secret is wrong, or comes too soon after others that were.
            PeopleRefused: the new one is weak, or the present one.
            StoreFailed: it could not be kept.
        """
        person = self._prove(person_id, secret, address)
        self._roll.choose(person, new, source)
        with self._lock:
            theirs = {token for token, it in self._sessions.items() if it.person == person_id}
            for token in theirs:
                del self._sessions[token]
        self._keep(lambda: self._register.end_sessions(person_id))
        return self._let_in(self._roll.find(person_id) or person)

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

    def forgive(self, person_id: PersonId) -> None:
        """Somebody has a new secret: that she mistyped the old one counts no more."""
        self._tries.forgive(person_id)

    def clear(self, keep_people: timedelta) -> None:
        """Forget what is over: sessions, wrong tries, and who was removed so long ago."""
        now = self._clock().at
        yesterday = now - timedelta(days=1)
        with self._lock:
            over = {token for token, it in self._sessions.items() if it.ends_at < now}
            for token in over:
                del self._sessions[token]
        self._tries.forget(yesterday)
        self._keep(lambda: self._register.forget(yesterday, now - keep_people))

    def _prove(self, person_id: PersonId, secret: str, address: str) -> Person:
        """Somebody, if this is her secret.

        Raises:
            TurnedAway: it is not, or comes too soon after others that were not.
        """
        person = self._roll.find(person_id)
        if person is None or not person.here:
            raise TurnedAway(0.0, tried=True)  # the names are on every screen: no secret to guess
        if (wait := self._tries.begin(person_id, address)) > 0.0:
            raise TurnedAway(wait, tried=False)
        if not matches(person.sealed, secret):
            person = self._as_it_is_now(person)
        if not matches(person.sealed, secret):
            log.warning("people: a wrong secret for %s from %s", person_id, address)
            raise TurnedAway(self._tries.wait_s(person_id, address), tried=True)
        self._tries.was_right(person_id, address)
        return person

    def _as_it_is_now(self, person: Person) -> Person:
        """Somebody, as an installer or another station may have left her a moment ago."""
        now = self._roll.find(person.id) if self._roll.read() else None
        return now if now and now.here else person

    def _let_in(self, person: Person) -> Entered:
        token, now = new_token(), self._clock().at
        # Another station, whose clock is ahead, may have given her the secret.
        begun_at = max(now, person.since)
        ends_at = shift_end(self._settings.shift_ends, now)
        session = Session(kept_of(token), person.id, begun_at, ends_at)
        with self._lock:
            self._sessions[session.token] = session
        self._keep(lambda: self._register.open_session(session))
        return token, person, session

    def _keep(self, action: Callable[[], None]) -> None:
        """A store that fails keeps nobody out; what it did not keep, a restart forgets."""
        try:
            action()
        except StoreFailed as error:
            log.error("people: %s", error)
