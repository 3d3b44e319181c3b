"""The hours of a day, as settings give them: `20:00` until `07:00` goes past midnight. Pure."""

from datetime import time
from typing import Annotated

from msgspec import Meta

Clock = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$(?!\n)")]
"""A time of day, as `07:00`."""


def within(begins: str, ends: str, now: time) -> bool:
    """Whether a time of day lies between two others, the second not included."""
    first, last = time.fromisoformat(begins), time.fromisoformat(ends)
    at = now.replace(tzinfo=None)
    return first <= at < last if first <= last else at >= first or at < last
