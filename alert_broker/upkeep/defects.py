"""What can be wrong with a device or with the station: no alert of a resident is ever one."""

from collections.abc import Mapping
from enum import StrEnum

from alert_broker.messages import Priority


class Defect(StrEnum):
    """What is wrong. A device's own faults bear the same codes here as on the bus."""

    BROKER_LOST = "broker_lost"
    """The station's own: no room reaches it."""
    STORE_FAILED = "store_failed"
    """The station's own: it cannot write anything down."""
    DISK_LOW = "disk_low"
    """The station's own: soon it cannot."""
    STATION_SILENT = "station_silent"
    """Of another station on the same store: its screens show nothing any more."""
    DEVICE_OFFLINE = "device_offline"
    """The device said goodbye, or the broker saw it vanish."""
    DEVICE_SILENT = "device_silent"
    """Nothing comes from it, and nobody saw it go."""
    MICROPHONE_ABSENT = "microphone_absent"
    MICROPHONE_BUSY = "microphone_busy"
    MICROPHONE_STALLED = "microphone_stalled"
    MICROPHONE_SILENT = "microphone_silent"
    NO_SOUND = "no_sound"
    """Its heart beats and no sound flows, though it reports no fault."""
    MODEL_REFUSED = "model_refused"
    OUTBOX_FULL = "outbox_full"
    """Or its disk does not take alerts: a power cut could lose one."""
    CLOCK_WRONG = "clock_wrong"
    """Of a device: it differs from the station's. Of the station: most devices differ from it."""

    @property
    def priority(self) -> Priority:
        """How soon somebody must see to it: a scale of its own, beside that of the alerts."""
        return _PRIORITIES[self]

    @property
    def blinds(self) -> bool:
        """Whether nobody is heard while it lasts."""
        return self in _BLINDING


_PRIORITIES: Mapping[Defect, Priority] = {
    Defect.BROKER_LOST: Priority.HIGH,
    Defect.STORE_FAILED: Priority.HIGH,
    Defect.DISK_LOW: Priority.MEDIUM,
    Defect.STATION_SILENT: Priority.HIGH,
    Defect.DEVICE_OFFLINE: Priority.MEDIUM,
    Defect.DEVICE_SILENT: Priority.MEDIUM,
    Defect.MICROPHONE_ABSENT: Priority.MEDIUM,
    Defect.MICROPHONE_BUSY: Priority.MEDIUM,
    Defect.MICROPHONE_STALLED: Priority.MEDIUM,
    Defect.MICROPHONE_SILENT: Priority.MEDIUM,
    Defect.NO_SOUND: Priority.MEDIUM,
    Defect.MODEL_REFUSED: Priority.MEDIUM,
    Defect.OUTBOX_FULL: Priority.MEDIUM,
    Defect.CLOCK_WRONG: Priority.LOW,
}

MICROPHONE = frozenset(
    {
        Defect.MICROPHONE_ABSENT,
        Defect.MICROPHONE_BUSY,
        Defect.MICROPHONE_STALLED,
        Defect.MICROPHONE_SILENT,
    }
)
_BLINDING = MICROPHONE | {
    Defect.BROKER_LOST,
    Defect.DEVICE_OFFLINE,
    Defect.DEVICE_SILENT,
    Defect.NO_SOUND,
    Defect.MODEL_REFUSED,
}
