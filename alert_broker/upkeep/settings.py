"""What a house decides about its technical alarms and its rounds."""

from typing import Annotated

from msgspec import Meta, Struct


class Upkeep(Struct, frozen=True, forbid_unknown_fields=True):
    """Technical alarms: what is wrong with a device or with the station itself."""

    wait_s: Annotated[
        float, Meta(ge=0, le=600, description="What is over sooner than this is no alarm.")
    ] = 15.0
    clock_off_s: Annotated[
        float,
        Meta(ge=1, le=3600, description="A device's clock may differ from ours by this much."),
    ] = 10.0
    disk_left_mib: Annotated[
        float,
        Meta(
            ge=0,
            description="Less room than this left beside a store in a file is an alarm; 0: never.",
        ),
    ] = 500.0
    round_every_min: Annotated[
        float,
        Meta(gt=0, le=1440, description="A room that nobody hears is to be looked into so often."),
    ] = 30.0
