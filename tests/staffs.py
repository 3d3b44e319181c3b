"""A staff for tests: known to a station before it starts, and quick to sign in."""

import hashlib
from datetime import UTC, datetime

import httpx
from argon2 import PasswordHasher

from alert_broker.database import Database, Place
from alert_broker.people.person import Person
from alert_broker.people.register import Register
from alert_broker.people.rights import Role

PIN = "481516"
CHIEF = "Madame l’administratrice"
NURSES = (
    "Marie", "Paul", "Zoé", "Karim", "Léa", "Nuit", "ronde",
    *(f"infirmier {number}" for number in range(12)),
    "<img src=x onerror=alert(1)>", "Marie-Antoinette de la Très-Longue-Signature",
)  # fmt: skip
OTHERS = {
    "Anne": Role.CARER,
    "Tom": Role.TECHNICIAN,
    "Odile": Role.AUDITOR,
    CHIEF: Role.ADMINISTRATOR,
}
STAFF = dict.fromkeys(NURSES, Role.HEAD_NURSE) | OTHERS

# The same secret kept as ours are, for a thousandth of the work.
_SEALED = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PIN)


def id_of(name: str) -> str:
    """The same at every station, as where a house gives it so."""
    return "p-" + hashlib.sha256(name.encode()).hexdigest()[:6]


def hire(place: Place) -> None:
    """Write the staff into a station's store, unless it is there."""
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    store = Database(place)
    store.open()
    register = Register(store)
    for name, role in STAFF.items():
        register.add(Person(id_of(name), name, role, True, _SEALED, long_ago))
    store.close()


def sign_in(url: str, name: str, pin: str = PIN) -> httpx.Response:
    """Ask a station to let somebody in."""
    asked = {"person": id_of(name), "secret": pin}
    return httpx.post(f"{url.rstrip('/')}/api/session", json=asked)
