"""`veilleur retire`: the device of a room was taken away, and no round is asked for there."""

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alert_broker.views import RoomView


class RetireRefused(ValueError):
    """A room cannot be retired; the text says why."""


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare it; what it needs is imported only when it runs."""
    retire = commands.add_parser(
        "retire", help="a room's device was taken away: the room leaves the station's screens"
    )
    retire.add_argument("room")
    retire.add_argument("--site", default="", help="where several have a room of that name")
    retire.add_argument("--url", default="http://127.0.0.1:8080", help="the station (%(default)s)")
    retire.add_argument("--by", required=True, help="your name; a technician's or a head nurse's")
    retire.add_argument("--secret-file", type=Path, help="its first line is your PIN (asks for it)")
    retire.set_defaults(run=_retire)


def _retire(options: argparse.Namespace) -> int:
    from alert_broker.feed import Station
    from alert_broker.people.terminal import Who, sign_in
    from alert_broker.words import Words

    station = Station(options.url)
    board = station.board()
    if board is None:
        raise RetireRefused(f"--url {options.url}: no station answers there; start it first")
    site = _site_of(board.rooms, options.room, options.site)
    sign_in(station, Who(options.by, options.secret_file), Words())
    answer = station.retire(site, options.room)
    if not answer.recorded:
        raise RetireRefused(
            answer.problem or f"--url {options.url}: the station is lost; try again"
        )
    print(f"{site}/{options.room} is retired until its device speaks again")
    return 0


def _site_of(rooms: "Iterable[RoomView]", room: str, site: str) -> str:
    known = [(it.site, it.room) for it in rooms]
    found = [it for it, name in known if name == room and site in {"", it}]
    if len(found) == 1:
        return found[0]
    if found:
        raise RetireRefused(f"{room}: several sites have it; say --site: {', '.join(found)}")
    there = ", ".join(f"{it}/{name}" for it, name in known) or "none"
    raise RetireRefused(f"{room}: no such room; the station knows these: {there}")
