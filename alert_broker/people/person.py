"""Somebody of the staff, and the time that she is signed in. Pure.

On the bus she is her `id` alone, which says nothing; her name stays in the stations' stores.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from msgspec import Meta

from alert_broker.people.rights import Role

PersonId = Annotated[
    str,
    Meta(
        pattern=r"^p-[0-9a-z]{6}$(?!\n)",
        description="A pseudonym: `p-` and six random letters or digits.",
    ),
]
PersonName = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=60,
        pattern=r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$(?!\n)",
        description="As colleagues call her; no space at either end.",
    ),
]
# No letter or digit that is mistaken for another when it is copied from a screen.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
FIRST: PersonId = "p-000000"
"""The administrator that a station makes at its first start: the same, whichever is first."""

_ID = re.compile(r"p-[0-9a-z]{6}")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in, or might until she was removed."""

    id: PersonId
    name: str
    role: Role
    pin: bool
    """Whether digits alone type her secret."""
    sealed: str
    """What is kept of it."""
    since: datetime
    """Since when it is her secret: whoever had signed in before must do so again."""
    removed_at: datetime | None = None
    given: bool = False
    """Whether her secret was made for her, and was seen by others: it lets her choose her own."""

    @property
    def here(self) -> bool:
        """Whether she may sign in."""
        return self.removed_at is None


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody is signed in at one screen."""

    token: str
    """What is kept of the secret word that her screen holds."""
    person: PersonId
    begun_at: datetime
    ends_at: datetime

    def holds(self, person: Person | None, now: datetime) -> bool:
        """Whether it still stands for her."""
        return (
            person is not None
            and person.here
            and person.since <= self.begun_at
            and now < self.ends_at
        )


def new_id() -> PersonId:
    """A random id."""
    return "p-" + "".join(secrets.choice(LETTERS) for _ in range(6))


def is_id(by: str) -> bool:
    """Whether a word on the bus is an id; earlier versions told names."""
    return _ID.fullmatch(by) is not None


def new_token() -> str:
    """A random secret word for a screen."""
    return secrets.token_urlsafe(32)


def kept_of(token: str) -> str:
    """What is kept of such a word: too random to be guessed, so a plain digest will do."""
    return hashlib.sha256(token.encode()).hexdigest()
