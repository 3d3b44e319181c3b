"""What the fields of messages hold, each with its bounds."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

Name = Annotated[
    str,
    Meta(
        # A bare `$` lets Python accept a last newline, and a name goes into topics and file names.
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$(?!\n)",
        description="A pseudonymous name: letters, digits, dot, dash, underscore; at most 64.",
    ),
]
Moment = Annotated[datetime, Meta(tz=True, description="A time with its offset from UTC.")]
AlertId = Annotated[
    str, Meta(pattern=r"^[0-9a-f]{32}$(?!\n)", description="A random 128-bit number.")
]
# Nothing of ours comes near these bounds, and no clock, store or screen breaks within them.
Seconds = Annotated[float, Meta(ge=0.0, le=1e9, description="Seconds.")]
Level = Annotated[float, Meta(ge=-1000.0, le=1000.0, description="dB, full scale is 0.")]
Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Words = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00]*$")]
Turn = Annotated[
    int,
    Meta(ge=0, le=1_000_000, description="How often the alert had been reopened by then."),
]


def check_year(moment: datetime) -> None:
    """What is done is put in order and stored by its time; near the ends of time that fails.

    Raises:
        ValueError: this is near them.
    """
    if not 1970 <= moment.year < 2200:
        raise ValueError(f"the year {moment.year} is none of ours")
