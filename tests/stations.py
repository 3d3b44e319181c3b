"""A station for tests: reads the whole bus over a real session, and gives receipts if told to."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Self, TypeVar

from waiting import eventually

from alert_broker.messages import Alert, DeviceStatus, Message, Receipt
from alert_broker.mqtt import Role, Session
from alert_broker.settings import Broker

M = TypeVar("M", bound=Message)


class PostStation:
    """Notes all it reads; use it in a `with`, which returns once it is subscribed."""

    def __init__(
        self, broker: Broker, *, receipts: bool = True, name: str = "poste", keep_s: int = 3600
    ) -> None:
        self.read: list[Message] = []
        self._receipts = receipts
        self._name = name
        self.session = Session(
            broker, Role(f"station-{name}", ("veilleur/#",), keep_s=keep_s), self._take
        )

    def __enter__(self) -> Self:
        self.session.start()
        # A message of our own that comes back proves the subscription.
        probe = Receipt(
            site="probe",
            room="probe",
            alert="0" * 32,
            revision=0,
            station=self._name,
            received_at=datetime.now(UTC),
        )
        assert eventually(lambda: self.session.publish(probe)), self.session.problem
        assert eventually(lambda: probe in self.read)
        self.read.remove(probe)
        return self

    def __exit__(self, *_error: object) -> None:
        self.session.stop()

    @property
    def alerts(self) -> list[Alert]:
        return self.of(Alert)

    @property
    def status(self) -> DeviceStatus | None:
        """The last status read."""
        return next(reversed(self.of(DeviceStatus)), None)

    def of(self, kind: type[M]) -> list[M]:
        return [message for message in self.read if isinstance(message, kind)]

    def reads(self, condition: Callable[[Self], object], within_s: float = 20.0) -> bool:
        """Whether what was read fulfils a condition in time."""
        return eventually(lambda: condition(self), within_s)

    def receive(self, alert: Alert) -> None:
        """Say that an alert is safe here."""
        self.session.publish(
            Receipt(
                site=alert.site,
                room=alert.room,
                alert=alert.id,
                revision=alert.revision,
                station=self._name,
                received_at=datetime.now(UTC),
            )
        )

    def _take(self, message: Message, _retained: bool) -> None:
        self.read.append(message)
        if self._receipts and isinstance(message, Alert):
            self.receive(message)
