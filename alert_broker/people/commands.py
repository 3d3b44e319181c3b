"""`veilleur people`: who may sign in at a station, also while it runs."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alert_broker.people.person import Person
    from alert_broker.people.roll import Roll

ROLES = ("carer", "head_nurse", "technician", "auditor", "administrator")


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare it; what it needs is imported only when it runs."""
    people = commands.add_parser("people", help="add, list, reset and remove who may sign in")
    deeds = people.add_subparsers(title="commands", metavar="COMMAND", required=True)

    add = deeds.add_parser("add", help="somebody new; prints the PIN to give her")
    add.add_argument("name", help="as colleagues call her; it is shown to sign in")
    add.add_argument("--role", choices=ROLES, default="carer", help="(%(default)s)")
    add.add_argument(
        "--id", default="", help="the id she has at another station with its own store"
    )
    add.set_defaults(run=_add)

    every = deeds.add_parser("list", help="everybody who may sign in")
    every.set_defaults(run=_list)

    reset = deeds.add_parser("reset", help="a new PIN; whoever is signed in must do so again")
    reset.set_defaults(run=_reset)
    remove = deeds.add_parser("remove", help="she signs in no more; what she did stays")
    remove.set_defaults(run=_remove)
    for deed in (reset, remove):
        deed.add_argument("name", help="her name or her id")
    for deed in (add, reset):
        deed.add_argument(
            "--ask",
            action="store_true",
            help="she types one of her own, none is made for her",
        )
    for deed in (add, every, reset, remove):
        deed.add_argument("--config", type=Path, help="the station's settings file (all defaults)")


def _add(options: argparse.Namespace) -> int:
    from alert_broker.people.rights import Role

    with _roll(options.config) as roll:
        name, person_id = _checked(options.name, options.id)
        asked = _ask() if options.ask else ""
        made = roll.add(name, Role(options.role), secret=asked, person_id=person_id)
        _hand_over(*made, asked=options.ask)
    return 0


def _list(options: argparse.Namespace) -> int:
    with _roll(options.config) as roll:
        for person in roll.here():
            print(f"{person.id}  {person.role:13}  {person.name}")
    return 0


def _reset(options: argparse.Namespace) -> int:
    with _roll(options.config) as roll:
        person = _found(roll, options.name)
        asked = _ask() if options.ask else ""
        _hand_over(person, roll.reset(person, secret=asked), asked=options.ask)
    return 0


def _remove(options: argparse.Namespace) -> int:
    with _roll(options.config) as roll:
        person = _found(roll, options.name)
        roll.remove(person)
        print(f"{person.name} ({person.id}) signs in no more")
    return 0


@contextmanager
def _roll(config: Path | None) -> Iterator["Roll"]:
    """Everybody, as the station's store has them.

    Raises:
        PeopleRefused: there is no store yet, or it is another user's.
        StoreFailed: it cannot be used.
    """
    from alert_broker import clock
    from alert_broker.database import Database, StoreBusy, place_of
    from alert_broker.people.register import Register
    from alert_broker.people.roll import Roll
    from alert_broker.settings import StationSettings, load

    settings = load(config, StationSettings)
    place = place_of(settings.station)
    if isinstance(place, Path):
        _check_ours(place.absolute())
    database = Database(place)
    with suppress(StoreBusy):  # then its station runs, and all is as it must be
        database.open()
    register = Register(database)
    roll = Roll(register, clock.now, settings.people.pin_digits, settings.station.name)
    register.people()  # fails with the reason, where reading the roll would only fail
    roll.read()
    try:
        yield roll
    finally:
        database.close()


def _check_ours(path: Path) -> None:
    """Files that root leaves beside the store would lock its own station out."""
    import os

    from alert_broker.people.roll import PeopleRefused

    if not path.exists():
        raise PeopleRefused(
            "no_store",
            f"station.database: {path}: no store there; start the station once, "
            "or run this in the folder that it runs in",
        )
    if path.stat().st_uid != os.geteuid():
        raise PeopleRefused(
            "not_ours",
            f"station.database: {path} belongs to {path.owner()}; "
            f"run this as that user: sudo -u {path.owner()} veilleur people ...",
        )


def _checked(name: str, person_id: str) -> tuple[str, str]:
    import msgspec

    from alert_broker.people.person import PersonId, PersonName
    from alert_broker.people.roll import PeopleRefused

    try:
        found: str = msgspec.convert(name.strip(), PersonName)
        return found, msgspec.convert(person_id, PersonId) if person_id else ""
    except msgspec.ValidationError as error:
        raise PeopleRefused("unreadable", f"{name!r} {person_id}: {error}") from None


def _found(roll: "Roll", name: str) -> "Person":
    from alert_broker.people.roll import PeopleRefused

    wanted = name.strip().casefold()
    for person in roll.here():
        if wanted in {person.id, person.name.casefold()}:
            return person
    names = ", ".join(person.name for person in roll.here())
    raise PeopleRefused("unknown", f"{name}: nobody here has this name or id; there are: {names}")


def _ask() -> str:
    import getpass

    from alert_broker.people.roll import PeopleRefused

    secret = getpass.getpass("PIN or password: ")
    if not secret:
        raise PeopleRefused("secret_short", "nothing was typed; nothing was changed")
    if getpass.getpass("once more: ") != secret:
        raise PeopleRefused("differ", "the two differ; nothing was changed")
    return secret


def _hand_over(person: "Person", secret: str, *, asked: bool) -> None:
    who = f"{person.name} ({person.id}, {person.role})"
    if asked:
        print(f"{who}: c’est fait / done")
        return
    print(f"{who}: {secret}")
    print("À lui remettre, ne sera plus affiché. Elle choisira le sien en s’identifiant.")
    print("Hand it over: it is never shown again. She chooses her own as she signs in.")
