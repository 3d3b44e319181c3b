"""What a house decides about signing in."""

from typing import Annotated

from msgspec import Meta, Struct

from alert_broker.hours import Clock


class People(Struct, frozen=True, forbid_unknown_fields=True):
    """How carers sign in; who they are is in the store: `veilleur people`."""

    shift_ends: Annotated[
        tuple[Clock, ...],
        Meta(
            min_length=1,
            max_length=24,
            description="When shifts end, local time: whoever is signed in must sign in again.",
        ),
    ] = ("07:00", "14:00", "21:00")
    pin_digits: Annotated[
        int,
        Meta(ge=4, le=12, description="Digits of a new PIN, and the least that one may have."),
    ] = 6
