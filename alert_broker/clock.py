"""The time twice: as a nurse reads it, and as a count that no clock change can bend."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Instant:
    """Now."""

    at: datetime
    """With its offset from UTC: shown and stored."""
    elapsed_s: float
    """Seconds since any fixed moment: measures how long something has been quiet."""


Clock = Callable[[], Instant]


def now() -> Instant:
    """The clocks of this machine."""
    return Instant(datetime.now(UTC), time.monotonic())
