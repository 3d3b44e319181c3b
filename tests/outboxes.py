"""Outboxes on a clock that a test moves."""

from collections.abc import Callable

from clocks import Time

from alert_broker.messages import Alert
from edge.config import Outbox as OutboxSettings
from edge.outbox import Outbox

Opened = Callable[[OutboxSettings, Time], Outbox]
"""The fixture `opened`, for tests that leave outboxes open as a power cut would."""


def opened(place: OutboxSettings, time: Time) -> Outbox:
    return Outbox(place, time.wall, time.monotonic)


def owed(outbox: Outbox) -> list[Alert]:
    """What it still owes, the most urgent first."""
    return [entry.alert for entry in outbox.waiting()]
