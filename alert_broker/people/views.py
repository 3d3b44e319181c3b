"""What a screen is told of people, and what it asks about them."""

from datetime import datetime
from typing import Annotated, Self

from msgspec import Meta, Struct

from alert_broker.fields import Name
from alert_broker.people.person import Person, PersonId, PersonName, Session
from alert_broker.people.pins import LONGEST
from alert_broker.people.rights import MAY, Right, Role

Secret = Annotated[str, Meta(min_length=1, max_length=LONGEST)]


class PersonView(Struct, frozen=True):
    """Somebody who may sign in."""

    id: PersonId
    name: str
    role: Role
    pin: bool
    """Whether digits alone type her secret."""

    @classmethod
    def of(cls, person: Person) -> Self:
        """The view of a person."""
        return cls(person.id, person.name, person.role, person.pin)


class Team(Struct, frozen=True):
    """Whoever may sign in, by name."""

    people: tuple[PersonView, ...]


class ResidentView(Struct, frozen=True):
    """Who lives in a room."""

    site: Name
    room: Name
    name: str


class Me(Struct, frozen=True):
    """Who is signed in on a screen, and what she may do and see; nobody if that is left out."""

    person: PersonView | None = None
    ends_at: datetime | None = None
    rights: tuple[Right, ...] = ()
    manages: tuple[Role, ...] = ()
    """Whom she may add, give a new PIN and remove."""
    residents: tuple[ResidentView, ...] = ()
    pin_digits: int = 0
    """The least that a PIN of hers may have."""
    must_choose: bool = False
    """Her secret was made for her: she may do nothing before she has chosen her own."""

    @classmethod
    def of(
        cls,
        person: Person,
        session: Session,
        manages: tuple[Role, ...],
        residents: tuple[ResidentView, ...],
        pin_digits: int,
    ) -> Self:
        """The view of somebody who is signed in."""
        if person.given:
            told = PersonView.of(person), session.ends_at
            return cls(*told, pin_digits=pin_digits, must_choose=True)
        rights = tuple(right for right in Right if right in MAY[person.role])
        return cls(PersonView.of(person), session.ends_at, rights, manages, residents, pin_digits)


class SigningIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Who she is, and what only she knows."""

    person: PersonId
    secret: Secret


class Changing(Struct, frozen=True, forbid_unknown_fields=True):
    """What she signs in with now, and from now on."""

    secret: Secret
    new: Secret


class Newcomer(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody to be added."""

    name: PersonName
    role: Role


class Given(Struct, frozen=True):
    """Somebody's new secret: told this once, kept nowhere in clear, good to choose her own."""

    person: PersonView
    secret: str


class Dweller(Struct, frozen=True, forbid_unknown_fields=True):
    """Who lives in a room from now on; nobody known without a name."""

    site: Name
    room: Name
    name: Annotated[str, Meta(max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)")]
