"""`veilleur ledger`: what was done about every alert, and whether that is what was written."""

import argparse
from pathlib import Path

from alert_broker.ledger.entries import Entry, Forgot, Rang


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare it."""
    ledger = commands.add_parser(
        "ledger", help="print and verify the station's ledger; exit code 1 if it was tampered with"
    )
    ledger.add_argument("--config", type=Path, help="the station's settings file (all defaults)")
    ledger.add_argument("--head", default="", help="a hash from the station's log, to be found")
    ledger.add_argument("--quiet", action="store_true", help="the verdict alone")
    ledger.set_defaults(run=_ledger)


def _ledger(options: argparse.Namespace) -> int:
    from sqlalchemy import select

    from alert_broker.database import Database, place_of
    from alert_broker.ledger import book
    from alert_broker.ledger.audit import audit
    from alert_broker.settings import StationSettings, load
    from alert_broker.tables import steps

    settings = load(options.config, StationSettings)
    with Database(place_of(settings.station)).look() as connection:
        kept = connection.execute(select(steps.c.message)).scalars().all()
        found = audit([*book.links(connection)], kept, options.head)
    if not options.quiet:
        for number, entry in found.entries:
            print(f"{number} {_line(entry)}")
    for fault in found.faults:
        print(f"TAMPERED WITH: {fault}")
    if not found.faults:
        print(f"whole: {found.head.number} entries, the last is {found.head.hash}")
    return 1 if found.faults else 0


def _line(entry: Entry) -> str:
    """When, in which room, about which alert, what, who, and where from."""
    if isinstance(entry, Forgot):
        cut = f", and the entries up to {entry.through}" if entry.through else ""
        return f"forgot what ended before {entry.before:%Y-%m-%d %H:%M:%S}{cut}"
    if isinstance(entry, Rang):
        where = f"{entry.site}/{entry.room} {entry.alert}"
        return f"{entry.at:%Y-%m-%d %H:%M:%S} {where} rang again ({entry.times}) [{entry.station}]"
    step = entry.step
    said = " ".join(it for it in (step.deed, step.outcome, step.to, step.by) if it)
    screen = f"{step.station} {entry.place}".rstrip()
    behind = f" model {entry.model} config {entry.config}" if entry.model else ""
    where = f"{step.site}/{step.room} {step.alert}"
    return f"{step.at:%Y-%m-%d %H:%M:%S} {where} {said!r} [{screen}]{behind}"
