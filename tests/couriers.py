"""Couriers of room 12, on real brokers."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from alert_broker.settings import Broker
from edge.alerts import Versions
from edge.config import AgentSettings
from edge.config import Outbox as OutboxSettings
from edge.courier import Courier
from edge.outbox import Outbox

VERSIONS = Versions(model="test-1", config="0123456789ab", software="0.1.0")


def clock() -> datetime:
    return datetime.now(UTC)


def a_courier(broker: Broker, outbox: Path, resend_s: float = 0.3) -> Courier:
    """A courier that is not started yet."""
    settings = AgentSettings(
        broker=broker, outbox=OutboxSettings(path=str(outbox), resend_s=resend_s)
    )
    return Courier(settings, Outbox(settings.outbox, clock), VERSIONS, clock)


@contextmanager
def at_work(broker: Broker, outbox: Path, resend_s: float = 0.3) -> Iterator[Courier]:
    """A courier whose device is well."""
    with a_courier(broker, outbox, resend_s) as courier:
        courier.report()
        yield courier
