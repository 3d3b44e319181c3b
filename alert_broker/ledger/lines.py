"""Entries of the ledger as lines to be read by an auditor. No I/O, no clock."""

from collections.abc import Mapping

from alert_broker.ledger.entries import (
    Alarmed,
    CameBack,
    Entry,
    Forgot,
    Rang,
    Staffed,
    Stepped,
    TakenAway,
    Visited,
)
from alert_broker.people.person import Person, is_id
from alert_broker.upkeep.alarms import Alarm

People = Mapping[str, Person]
"""Everybody by id, those who were removed as well."""


def line(entry: Entry, people: People) -> str:
    """When, in which room, about which alert or alarm, what, who, and where from."""
    match entry:
        case Stepped():
            return _step(entry, people)
        case Rang():
            where = _where(entry.site, entry.room)
            what = f"{where} {entry.alert} rang again ({entry.times}) [{entry.station}]"
        case Alarmed():
            what = _alarm(entry, people)
        case Visited() | TakenAway() | CameBack():
            what = _room(entry, people)
        case Staffed():
            what = _staff(entry, people)
        case Forgot():
            cut = f", and the entries up to {entry.through}" if entry.through else ""
            return f"forgot what ended before {entry.before:%Y-%m-%d %H:%M:%S}{cut}"
    return f"{entry.at:%Y-%m-%d %H:%M:%S} {what}"


def _room(entry: Visited | TakenAway | CameBack, people: People) -> str:
    match entry:
        case Visited(visit=it):
            said = f"round made {_who(it.by, people)}"
        case TakenAway(retirement=it):
            said = f"room retired {it.device} {_who(it.by, people)}"
        case CameBack():
            said = f"room taken back {entry.device}"
            return f"{_where(entry.site, entry.room)} {said!r} [{entry.station}]"
    return f"{_where(it.site, it.room)} {said!r} [{_from(it.station, entry.screen)}]"


def _staff(entry: Staffed, people: People) -> str:
    by = f" by {_who(entry.by, people)}" if entry.by else ""
    said = f"{entry.role} {entry.change}{by}"
    return f"{_who(entry.person, people)} {said!r} [{_from(entry.station, entry.screen)}]"


def _step(entry: Stepped, people: People) -> str:
    step = entry.step
    told = (step.deed, step.outcome, step.to, _who(step.by, people))
    said = " ".join(it for it in told if it)
    behind = f" model {entry.model} config {entry.config}" if entry.model else ""
    where = f"{_where(step.site, step.room)} {step.alert}"
    screen = _from(step.station, entry.screen)
    return f"{step.at:%Y-%m-%d %H:%M:%S} {where} {said!r} [{screen}]{behind}"


def _alarm(entry: Alarmed, people: People) -> str:
    alarm = entry.alarm
    own = alarm.room or alarm.station
    where = _where(alarm.site, alarm.room) if alarm.site else own
    said, station = _deed(alarm, people)
    return f"{where} {alarm.id} {said!r} [{_from(station, entry.screen)}]"


def _deed(alarm: Alarm, people: People) -> tuple[str, str]:
    """What came of an alarm, and at which station."""
    if alarm.ended_at:
        return f"alarm ended {alarm.defect}", alarm.ended_by or alarm.station
    if alarm.seen_to:
        by = _who(alarm.seen_to.by, people)
        return f"alarm seen to {alarm.defect} {by}", alarm.seen_to.station
    told = ("alarm raised", alarm.defect, alarm.device, alarm.detail)
    return " ".join(it for it in told if it), alarm.station


def _who(by: str, people: People) -> str:
    """Her id, which alone is in the ledger, and her name as long as the store knows it."""
    if not is_id(by):
        return by
    person = people.get(by)
    if person is None:
        return f"{by} (no longer on the roll, her name is deleted)"
    return (
        f"{by} ({person.name})" if person.here else f"{by} ({person.name}, no longer on the roll)"
    )


def _where(site: str, room: str) -> str:
    return f"{site}/{room}" if room else "all rooms"


def _from(station: str, screen: str) -> str:
    return f"{station} {screen}".rstrip()
