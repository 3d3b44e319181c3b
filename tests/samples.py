"""Messages to test with."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from alert_broker.messages import (
    Acknowledgement,
    Alert,
    Deed,
    DeviceState,
    DeviceStatus,
    Heartbeat,
    Label,
    Outcome,
    Priority,
    Reason,
    Receipt,
    Step,
)
from alert_broker.upkeep.alarms import Alarm
from alert_broker.upkeep.defects import Defect

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


def an_acknowledgement(alert: Alert, **changes: Any) -> Acknowledgement:
    """Marie goes there, said at the first station, unless changed."""
    usual: dict[str, Any] = {
        "site": alert.site,
        "room": alert.room,
        "alert": alert.id,
        "by": "Marie",
        "station": "poste-1",
        "acknowledged_at": NOON,
    }
    return Acknowledgement(**usual | changes)


def a_status(**changes: Any) -> DeviceStatus:
    """Room 12's device is well, unless changed."""
    usual: dict[str, Any] = {
        "site": "residence",
        "room": "12",
        "device": "veilleur-12",
        "state": DeviceState.ONLINE,
        "since": NOON,
        "model": "test-1",
        "config": "0123456789ab",
        "software": "0.1.0",
    }
    return DeviceStatus(**usual | changes)


def a_heartbeat(**changes: Any) -> Heartbeat:
    """Room 12's device hears a quiet room, unless changed."""
    usual: dict[str, Any] = {
        "site": "residence",
        "room": "12",
        "device": "veilleur-12",
        "sent_at": NOON,
        "uptime_s": 3600.0,
        "audio_age_s": 0.1,
        "level_dbfs": -52.0,
        "overflows": 0,
        "gaps": 0,
        "waiting": 0,
    }
    return Heartbeat(**usual | changes)


def a_step(alert: Alert, deed: Deed, **changes: Any) -> Step:
    """A step in the life of this alert, at the first station at noon, unless changed."""
    usual: dict[str, Any] = {
        "site": alert.site,
        "room": alert.room,
        "alert": alert.id,
        "deed": deed,
        "station": "poste-1",
        "at": NOON,
        "outcome": Outcome.REAL if deed is Deed.CLOSED else None,
    }
    return Step(**usual | changes)


def an_alarm(**changes: Any) -> Alarm:
    """The device of room 12 is silent, unless changed."""
    usual: dict[str, Any] = {
        "id": "0" * 32,
        "station": "poste-1",
        "site": "residence",
        "room": "12",
        "device": "veilleur-12",
        "defect": Defect.DEVICE_SILENT,
        "priority": Defect.DEVICE_SILENT.priority,
        "detail": "",
        "began_at": NOON,
        "since_s": 0.0,
    }
    return Alarm(**usual | changes)
