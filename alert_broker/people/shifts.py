"""When a session ends: with the shift. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo

HANDOVER = timedelta(minutes=30)
"""Whoever signs in so shortly before a shift's end has come for the next one."""


def shift_end(ends: Sequence[str], now: datetime, zone: tzinfo | None = None) -> datetime:
    """The end of the shift of somebody who signs in now.

    Args:
        ends: the ends of shifts, as `07:00`, in local time.
        now: with its offset.
        zone: where the ward is; None for this machine's own.
    """
    today = now.astimezone(zone).date()
    moments = (
        datetime.combine(today + timedelta(days=ahead), time.fromisoformat(end), tzinfo=zone)
        for ahead in range(3)
        for end in ends
    )
    # Compared in UTC: where clocks change tonight, local hours cannot be subtracted.
    found = sorted(moment.astimezone(UTC) for moment in moments)
    return next(moment for moment in found if moment - now.astimezone(UTC) >= HANDOVER)
