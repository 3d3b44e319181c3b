"""Steps on the bus: a claim travels as an acknowledgement, which every program reads."""

from msgspec import UNSET

from alert_broker.messages import Acknowledgement, Deed, Step

KEPT_HERE = frozenset({Deed.RAISED, Deed.JOINED, Deed.DELIVERED})
"""Each station finds these out by itself, and tells nobody."""


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
