"""Who there is, as last read from the store: a disk that fails must not make a ward strangers."""

import logging
import threading
from dataclasses import dataclass, replace
from datetime import datetime

from alert_broker.clock import Clock
from alert_broker.database import StoreFailed
from alert_broker.fields import Name
from alert_broker.ledger.entries import Change, Staffed
from alert_broker.people.person import FIRST, Person, PersonId, PersonName, is_id, new_id
from alert_broker.people.pins import is_pin, matches, new_password, new_pin, sealed, weakness
from alert_broker.people.register import Register
from alert_broker.people.rights import Role
from alert_broker.steps import Signed

log = logging.getLogger(__name__)

FIRST_NAME = "Administrateur"


class PeopleRefused(ValueError):
    """What somebody wants for the staff cannot be; `code` is a text of the page's catalogues."""

    def __init__(self, code: str, problem: str) -> None:
        super().__init__(problem)
        self.code = code


@dataclass(frozen=True, slots=True)
class Source:
    """Where a change of the staff comes from, for the ledger."""

    by: str = ""
    """Whose it is; a command says no name."""
    screen: str = "command"


COMMAND = Source()


class Roll:
    """Everybody of the staff. Thread-safe."""

    def __init__(self, register: Register, clock: Clock, pin_digits: int, station: Name) -> None:
        """Nobody is known before `read`."""
        self._register = register
        self._station = station
        self._clock = clock
        self._digits = pin_digits
        self._lock = threading.Lock()
        self._people: dict[str, Person] = {}

    def read(self) -> bool:
        """Read who there is; False where the store fails, and then nothing changes."""
        try:
            found = self._register.people()
        except StoreFailed:
            return False
        with self._lock:
            self._people = found
        return True

    def find(self, person_id: str) -> Person | None:
        """Somebody by her id, also if she was removed."""
        with self._lock:
            return self._people.get(person_id)

    def here(self) -> list[Person]:
        """Whoever may sign in, by name."""
        with self._lock:
            found = [person for person in self._people.values() if person.here]
        return sorted(found, key=lambda person: person.name.casefold())

    def name_of(self, it: Signed) -> str:
        """What is shown of whoever did something; of a stranger, at which station to ask."""
        person = self.find(it.by)
        if person:
            return person.name
        return f"{it.station} ({it.by})" if is_id(it.by) else it.by

    def add_first(self) -> str:
        """At the first start, an administrator: her secret, which nobody can read again.

        Empty where there is one already, or the store fails: then it is tried again.
        """
        secret = new_password()
        first = self._person(FIRST, FIRST_NAME, Role.ADMINISTRATOR, secret, given=True)
        try:
            made = self._register.add_first(first, self._told(first, Change.ADDED, Source("", "")))
        except StoreFailed:
            return ""
        self.read()
        return secret if made else ""

    def add(
        self,
        name: PersonName,
        role: Role,
        source: Source = COMMAND,
        *,
        secret: str = "",
        person_id: PersonId = "",
    ) -> tuple[Person, str]:
        """Somebody new, and the secret that she signs in with, which is shown once.

        One that is not her own `secret` lets her choose her own, and do nothing else.

        Raises:
            PeopleRefused: her name or id is taken, or the secret is weak.
            StoreFailed: she could not be kept.
        """
        given = not secret
        secret = self._secret(role, secret)
        person = self._person(person_id or new_id(), name, role, secret, given=given)
        if not self._register.add(person, self._told(person, Change.ADDED, source)):
            raise PeopleRefused(
                "name_taken",
                f"{name}: somebody here has that name or id already; choose another",
            )
        self.read()
        log.info("people: %s is new, %s", person.id, role)
        return person, secret

    def reset(self, person: Person, source: Source = COMMAND, *, secret: str = "") -> str:
        """A new secret, as `add` has it; whoever is signed in with the old one is so no more.

        Raises:
            PeopleRefused: the secret is weak.
            StoreFailed: it could not be kept.
        """
        given = not secret
        secret = self._secret(person.role, secret)
        self._renew(person, secret, source, Change.GIVEN if given else Change.CHOSE)
        return secret

    def choose(self, person: Person, secret: str, source: Source) -> None:
        """She signs in with her own from now on, and on her other screens must do so again.

        Raises:
            PeopleRefused: it is weak, or the one that she had.
            StoreFailed: it could not be kept.
        """
        self._secret(person.role, secret)
        if matches(person.sealed, secret):
            raise PeopleRefused("secret_same", "that is what she signs in with now")
        self._renew(person, secret, source, Change.CHOSE)

    def remove(self, person: Person, source: Source = COMMAND) -> None:
        """She signs in no more; what she did stays under her name.

        Raises:
            PeopleRefused: nobody could manage people any more.
            StoreFailed: it could not be kept.
        """
        leads = [it for it in self.here() if it.role is Role.ADMINISTRATOR]
        if [it.id for it in leads] == [person.id]:
            raise PeopleRefused(
                "last_administrator",
                f"{person.name} is the last administrator; add another first",
            )
        gone = replace(person, removed_at=self._now())
        self._register.change(gone, self._told(gone, Change.REMOVED, source))
        self.read()
        log.info("people: %s was removed", person.id)

    def _secret(self, role: Role, secret: str) -> str:
        if not secret:
            return new_password() if role is Role.ADMINISTRATOR else new_pin(self._digits)
        if found := weakness(secret, self._digits):
            raise PeopleRefused(
                found,
                f"too short or too easy: at least {self._digits} digits that are no row, "
                "or ten letters and digits",
            )
        return secret

    def _renew(self, person: Person, secret: str, source: Source, change: Change) -> None:
        given = change is Change.GIVEN
        new = self._person(person.id, person.name, person.role, secret, given=given)
        self._register.change(new, self._told(new, change, source))
        self.read()
        log.info("people: %s: %s", person.id, change)

    def _person(
        self, person_id: PersonId, name: str, role: Role, secret: str, *, given: bool
    ) -> Person:
        kept = is_pin(secret), sealed(secret), self._now()
        return Person(person_id, name, role, *kept, given=given)

    def _told(self, person: Person, change: Change, source: Source) -> Staffed:
        told = person.id, change, person.role, self._station, self._now()
        return Staffed(*told, source.by, source.screen)

    def _now(self) -> datetime:
        return self._clock().at
