"""What time alone does to an alert: it rings again, calls the next group, reopens. Pure."""

from dataclasses import dataclass
from datetime import time

from alert_broker.fields import Name
from alert_broker.hours import within
from alert_broker.life import Life
from alert_broker.messages import Deed
from alert_broker.settings import ChainRow, Escalation


@dataclass(frozen=True, slots=True)
class Due:
    """A step that time makes."""

    deed: Deed
    to: str = ""
    """The group that is called."""


def due(life: Life, now_s: float, row: ChainRow, reopen_s: float) -> list[Due]:
    """The steps that are due by now, in order; after they are made, none is.

    Args:
        life: what became of the alert so far.
        now_s: seconds, on the same count as the life's own.
        row: who is called, and when.
        reopen_s: how long an alert may be answered and not closed, seconds.
    """
    held_since_s, waits_since_s = life.held_since_s, life.waits_since_s
    if held_since_s is not None:
        return [Due(Deed.REOPENED)] if now_s - held_since_s >= reopen_s else []
    if waits_since_s is None:
        return []
    called = {step.to for step in life.calls}
    return [
        Due(Deed.ESCALATED, group)
        for group, after_s in zip(row.groups, row.after_s, strict=True)
        if now_s - waits_since_s >= after_s and group not in called
    ]


def rings(life: Life, now_s: float, repeat_s: float) -> int:
    """How often an alert that nobody answers has rung again; it goes on for ever."""
    since_s = life.waits_since_s
    return 0 if since_s is None else max(0, int((now_s - since_s) // repeat_s))


def row_of(settings: Escalation, site: Name, room: Name, now: time) -> ChainRow:
    """The first row of the chain that fits a room at a time of day; the last fits any."""
    return next(row for row in settings.chain if _fits(settings, row, site, room, now))


def _fits(settings: Escalation, row: ChainRow, site: Name, room: Name, now: time) -> bool:
    units = (unit for unit in settings.units if unit.name == row.unit)
    return (
        row.site in {None, site}
        and (
            row.unit is None
            or any(room in unit.rooms and unit.site in {None, site} for unit in units)
        )
        and (row.begins is None or row.ends is None or within(row.begins, row.ends, now))
    )
