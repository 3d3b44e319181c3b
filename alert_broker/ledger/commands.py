"""`veilleur ledger`: what was done about alerts, alarms, rounds and staff, and is it still so."""

import argparse
from pathlib import Path


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
    from alert_broker.database import Database, place_of
    from alert_broker.ledger import book
    from alert_broker.ledger.audit import audit
    from alert_broker.ledger.lines import line
    from alert_broker.people.register import people_of
    from alert_broker.settings import StationSettings, load

    settings = load(options.config, StationSettings)
    with Database(place_of(settings.station)).look() as connection:
        found = audit([*book.links(connection)], book.beside(connection), options.head)
        people = people_of(connection)
    if not options.quiet:
        for number, entry in found.entries:
            print(f"{number} {line(entry, people)}")
    for fault in found.faults:
        print(f"TAMPERED WITH: {fault}")
    if not found.faults:
        print(f"whole: {found.head.number} entries, the last is {found.head.hash}")
    return 1 if found.faults else 0
