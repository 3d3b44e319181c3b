"""What travels on the bus: six messages, typed, validated, versioned. No sound is ever one.

`encode` makes the bytes, `decode` checks them; nothing else in the project does either.
"""

from enum import StrEnum
from typing import Annotated, Literal, TypeVar, get_args

import msgspec
from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import force_setattr

from alert_broker.fields import (
    AlertId,
    Count,
    Level,
    Moment,
    Name,
    Seconds,
    Turn,
    Words,
    check_year,
)

Version = Literal[1, 2]
SCHEMA_VERSION: Version = 1
"""Of all that the first stations read..."""
LATER_VERSION: Version = 2
"""...and of what came later: such a station refuses that message by its version, and reads on."""
MAX_BYTES = 16_384
"""Longer payloads are refused unread: our largest message is under 2 kB."""

LATE_AFTER_S = 10.0
"""An alert that needed longer than this to leave the room is old news: screens must say so."""


class Label(StrEnum):
    """What was heard."""

    FALL = "fall"
    CALL = "call"
    CRY = "cry"
    UNUSUAL = "unusual"
    """No class of the model: since version 2."""


class Priority(StrEnum):
    """How soon somebody must go (the three alarm priorities of IEC 60601-1-8)."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the most urgent, to sort by."""
        return _RANKS[self]


_RANKS = {priority: rank for rank, priority in enumerate(Priority)}


class Reason(StrEnum):
    """Why this priority, as a code; every screen says it in its own language."""

    IMPACT = "impact"
    IMPACT_THEN_SILENCE = "impact_then_silence"
    IMPACT_THEN_VOICE = "impact_then_voice"
    SCREAM = "scream"
    SPOKEN_CALL = "spoken_call"
    REPEATED_CALL = "repeated_call"
    CRYING = "crying"
    LASTING_CRY = "lasting_cry"
    UNKNOWN_LOUD = "unknown_loud"
    LONG_SILENCE = "long_silence"


class DeviceState(StrEnum):
    """What the retained status says of a device."""

    ONLINE = "online"
    FAULT = "fault"
    """Running, yet deaf or hindered: `faults` says why."""
    OFFLINE = "offline"
    """Said by the device as it leaves, or by its Last Will when it vanished."""


class Fault(StrEnum):
    """Why a device cannot be relied on."""

    MICROPHONE_ABSENT = "microphone_absent"
    MICROPHONE_BUSY = "microphone_busy"
    MICROPHONE_STALLED = "microphone_stalled"
    MICROPHONE_SILENT = "microphone_silent"
    MODEL_REFUSED = "model_refused"
    OUTBOX_FULL = "outbox_full"


class Deed(StrEnum):
    """One step in the life of an alert."""

    RAISED = "raised"
    """A station has it."""
    JOINED = "joined"
    """It tells again of the trouble of another alert, which is still open, and is counted there."""
    DELIVERED = "delivered"
    """A screen shows it."""
    CLAIMED = "claimed"
    """Somebody goes. Travels as an acknowledgement, which every program reads."""
    IN_ROOM = "in_room"
    """Somebody is there."""
    ESCALATED = "escalated"
    """Nobody had answered: the next group was called."""
    REOPENED = "reopened"
    """Whoever went goes no more, or did not close it in time."""
    CLOSED = "closed"
    """Somebody was there and says what it was."""
    CANCELLED = "cancelled"
    """Withdrawn: there was nothing to go to."""


class Outcome(StrEnum):
    """What it was, as whoever closed the alert found it."""

    REAL = "real"
    FALSE = "false"
    COMFORT = "comfort"
    """No danger: a wish, a fear, company."""
    TEST = "test"


class Message(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"
):
    """What every message carries: where it belongs and the version of this schema."""

    version: Version = SCHEMA_VERSION
    site: Name
    room: Name


class Alert(Message, frozen=True, kw_only=True, tag="alert"):
    """Something was heard. Sent again with the same `id`, a higher `revision`, as more is known."""

    id: AlertId
    revision: Count
    device: Name
    sequence: Count
    """Counts the alerts of this device, so that a station sees when one is missing."""
    label: Label
    sound: Words
    """The model's finer word for it: `scream` and `spoken_call` are both a call."""
    priority: Priority
    reason: Reason
    repeats: Count
    """How many times this trouble was heard in the room of late, this one included."""
    score: Annotated[float, Meta(ge=0.0, le=1.0)]
    onset_at: Moment
    raised_at: Moment
    """When the device decided, by its own clock."""
    duration_s: Seconds | None = None
    """None while the sound lasts."""
    delay_s: Seconds = 0.0
    """How long the alert waited in the device before this sending; large after a lost network."""
    model: Words
    config: Words
    """Versions of the model and of the configuration behind the decision."""

    def __post_init__(self) -> None:
        if self.label is Label.UNUSUAL:
            force_setattr(self, "version", LATER_VERSION)

    @property
    def late(self) -> bool:
        """Whether a screen must say how old the news is."""
        return self.delay_s > LATE_AFTER_S


class Receipt(Message, frozen=True, kw_only=True, tag="receipt"):
    """A station has stored this revision of an alert: only now may the device forget it."""

    alert: AlertId
    revision: Count
    station: Name
    received_at: Moment


class Acknowledgement(Message, frozen=True, kw_only=True, tag="acknowledgement"):
    """Somebody has seen the alert and goes."""

    alert: AlertId
    by: Words
    station: Name
    acknowledged_at: Moment
    turn: Turn | UnsetType = UNSET
    """Since version 2, and only once the alert has been reopened: left out, it is 0."""

    def __post_init__(self) -> None:
        check_year(self.acknowledged_at)
        if self.turn is not UNSET:
            force_setattr(self, "version", LATER_VERSION)


class Step(Message, frozen=True, kw_only=True, tag="step"):
    """What became of an alert: since version 2. Every station keeps each one as its record."""

    version: Version = LATER_VERSION
    alert: AlertId
    deed: Deed
    turn: Turn = 0
    by: Words = ""
    """Who did it; empty when time did, or a screen."""
    station: Name
    """Where it was said or noticed."""
    at: Moment
    to: Words = ""
    """The group that was called, or the id of the alert that it joined."""
    outcome: Outcome | None = None
    """What it was, when it was closed."""

    def __post_init__(self) -> None:
        check_year(self.at)
        if (self.deed is Deed.CLOSED) != (self.outcome is not None):
            raise ValueError("an outcome is said as an alert is closed, and only then")


class DeviceStatus(Message, frozen=True, kw_only=True, tag="status"):
    """Retained: the last known state of a device; its Last Will says `offline`."""

    device: Name
    state: DeviceState
    faults: tuple[Fault, ...] = ()
    detail: Words = ""
    """One line for a technician, naming the microphone and what was tried."""
    since: Moment
    model: Words
    config: Words
    software: Words


class Heartbeat(Message, frozen=True, kw_only=True, tag="heartbeat"):
    """Proof that sound still flows, every few seconds; nobody needs an old one."""

    device: Name
    sent_at: Moment
    uptime_s: Seconds
    audio_age_s: Seconds
    """Since the last block of sound: the one figure that betrays a deaf device."""
    level_dbfs: Level
    overflows: Count
    gaps: Count
    waiting: Count
    """Alerts in the outbox."""
    unheard: bool = False
    """The broker said that no station is listening."""


class MessageRefused(ValueError):
    """A payload that is not one of ours; the text says which field and why."""


class _Heading(msgspec.Struct):
    """Read before the rest: these two are never left out, though the types give them defaults."""

    type: str
    version: int


M = TypeVar("M", bound=Message)

_encoder = msgspec.json.Encoder(order="deterministic")
_heading = msgspec.json.Decoder(_Heading)


def encode(message: Message) -> bytes:
    """The JSON of a message, always the same bytes for the same message."""
    return _encoder.encode(message)


def decode(payload: bytes, kind: type[M]) -> M:
    """Check a payload and return the message.

    Raises:
        MessageRefused: too long, not JSON, of another version, or a field is wrong.
    """
    if len(payload) > MAX_BYTES:
        raise MessageRefused(f"{len(payload)} bytes, more than {MAX_BYTES}")
    try:
        version = _heading.decode(payload).version
        if version not in get_args(Version):
            raise MessageRefused(f"version {version}; this program reads up to {LATER_VERSION}")
        return msgspec.json.decode(payload, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MessageRefused(str(error)) from None
