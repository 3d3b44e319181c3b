"""Steps on the bus, where a claim is an acknowledgement that every program reads; and receipts."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from msgspec import UNSET

from alert_broker.messages import Acknowledgement, Alert, Deed, Receipt, Step


class Signed(Protocol):
    """What somebody did, or a station itself."""

    @property
    def by(self) -> str:
        """Who: on the bus and in the store she is a pseudonym."""

    @property
    def station(self) -> str:
        """Where."""


Named = Callable[[Signed], str]
"""What a station shows of whoever did something."""

KEPT_HERE = frozenset({Deed.RAISED, Deed.JOINED, Deed.DELIVERED})
"""Each station finds these out by itself, and tells nobody."""


def as_said(it: Signed) -> str:
    """As it travelled."""
    return it.by


def of_acknowledgement(message: Acknowledgement) -> Step:
    """The step that an acknowledgement tells."""
    return Step(
        site=message.site,
        room=message.room,
        alert=message.alert,
        deed=Deed.CLAIMED,
        turn=0 if message.turn is UNSET else message.turn,
        by=message.by,
        station=message.station,
        at=message.acknowledged_at,
    )


def receipt_of(alert: Alert, station: str, at: datetime) -> Receipt:
    """What tells a device that an alert is safe at a station."""
    return Receipt(
        site=alert.site,
        room=alert.room,
        alert=alert.id,
        revision=alert.revision,
        station=station,
        received_at=at,
    )


def on_the_bus(step: Step) -> Step | Acknowledgement:
    """The message that tells a step."""
    if step.deed is not Deed.CLAIMED:
        return step
    return Acknowledgement(
        site=step.site,
        room=step.room,
        alert=step.alert,
        by=step.by,
        station=step.station,
        acknowledged_at=step.at,
        turn=step.turn or UNSET,
    )
