"""The hours of a day, as settings give them: `20:00` until `07:00` goes past midnight. Pure."""

from datetime import time


def within(begins: str, ends: str, now: time) -> bool:
    """Whether a time of day lies between two others, the second not included."""
    first, last = time.fromisoformat(begins), time.fromisoformat(ends)
    at = now.replace(tzinfo=None)
    return first <= at < last if first <= last else at >= first or at < last
