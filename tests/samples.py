"""Messages to test with."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from alert_broker.messages import Alert, Label, Priority, Reason, Receipt

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def an_alert(**changes: Any) -> Alert:
    """A scream in room 12, unless changed."""
    usual: dict[str, Any] = {
        "site": "residence",
        "room": "12",
        "id": uuid4().hex,
        "revision": 0,
        "device": "veilleur-12",
        "sequence": 1,
        "label": Label.CALL,
        "sound": "scream",
        "priority": Priority.HIGH,
        "reason": Reason.SCREAM,
        "repeats": 1,
        "score": 0.93,
        "onset_at": NOON,
        "raised_at": NOON,
        "model": "test-1",
        "config": "0123456789ab",
    }
    return Alert(**usual | changes)


def a_receipt(alert: Alert, **changes: Any) -> Receipt:
    """The station has this alert, unless changed."""
    usual: dict[str, Any] = {
        "site": alert.site,
        "room": alert.room,
        "alert": alert.id,
        "revision": alert.revision,
        "station": "poste-1",
        "received_at": NOON,
    }
    return Receipt(**usual | changes)
