"""Who may do what: one table. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from alert_broker.messages import Deed


class Role(StrEnum):
    """What somebody does in the house."""

    CARER = "carer"
    HEAD_NURSE = "head_nurse"
    TECHNICIAN = "technician"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    """What a role may do; the first five by the last word of `POST /api/alerts/ID/...`."""

    CLAIM = "acknowledge"
    ARRIVE = "arrive"
    RELEASE = "release"
    CLOSE = "close"
    CANCEL = "cancel"
    SEE_RESIDENTS = "see_residents"
    NAME_RESIDENTS = "name_residents"
    READ_RECORDS = "read_records"
    READ_UPKEEP = "read_upkeep"
    SEE_TO = "see_to"
    """A technical alarm."""
    VISIT = "visit"
    """A room that nobody hears."""
    RETIRE = "retire"
    """A device."""
    MANAGE_PEOPLE = "manage_people"
    """Those whose role stands beside her own in `MANAGES`."""


NEEDS: Mapping[Deed, Right] = {
    Deed.CLAIMED: Right.CLAIM,
    Deed.IN_ROOM: Right.ARRIVE,
    Deed.REOPENED: Right.RELEASE,
    Deed.CLOSED: Right.CLOSE,
    Deed.CANCELLED: Right.CANCEL,
}
"""What a deed asks of whoever does it; time and the stations do the others."""

TENDS = frozenset({Right.SEE_TO, Right.READ_UPKEEP, Right.RETIRE})
CARES = frozenset(
    {
        Right.CLAIM,
        Right.ARRIVE,
        Right.RELEASE,
        Right.CLOSE,
        Right.SEE_RESIDENTS,
        Right.VISIT,
        Right.SEE_TO,
    }
)
LEADS = (
    CARES | TENDS | {Right.CANCEL, Right.NAME_RESIDENTS, Right.READ_RECORDS, Right.MANAGE_PEOPLE}
)

MAY: Mapping[Role, frozenset[Right]] = {
    Role.CARER: CARES,
    Role.HEAD_NURSE: LEADS,
    # Alerts, without names, are on every screen; closing one is for those who went there.
    Role.TECHNICIAN: TENDS,
    Role.AUDITOR: frozenset({Right.READ_RECORDS, Right.READ_UPKEEP}),
    # Also cares: where nobody else was added yet, an alert must not go unanswered.
    Role.ADMINISTRATOR: LEADS,
}

MANAGES: Mapping[Role, frozenset[Role]] = {
    Role.HEAD_NURSE: frozenset({Role.CARER}),
    Role.ADMINISTRATOR: frozenset(Role),
}
"""Whom a role may add, give a new PIN and remove."""


def may(role: Role, right: Right) -> bool:
    """Whether a role has a right."""
    return right in MAY[role]


def may_manage(role: Role, other: Role) -> bool:
    """Whether a role may add, reset and remove people of another."""
    return other in MANAGES.get(role, frozenset())
