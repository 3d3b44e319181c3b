"""Where each message travels: `veilleur/SITE/ROOM/KIND`, with its QoS, retention and expiry."""

from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum

from alert_broker.messages import (
    Acknowledgement,
    Alert,
    DeviceStatus,
    Heartbeat,
    Message,
    MessageRefused,
    Receipt,
    Step,
    decode,
)

ROOT = "veilleur"


class Party(StrEnum):
    """Who speaks and listens on the bus."""

    DEVICE = "device"
    """The agent of a room: it reads what is said of its own room alone."""
    STATION = "station"


@dataclass(frozen=True, slots=True)
class Channel:
    """How one kind of message is sent."""

    message: type[Message]
    sent_by: Party
    read_by: Set[Party]
    qos: int
    retained: bool
    expiry_s: int | None
    """How long a broker keeps it for an absent subscriber, seconds; None for ever."""


_DEVICE, _STATION = Party.DEVICE, Party.STATION

CHANNELS: dict[str, Channel] = {
    "alert": Channel(Alert, _DEVICE, {_STATION}, qos=1, retained=False, expiry_s=3600),
    "receipt": Channel(Receipt, _STATION, {_DEVICE}, qos=1, retained=False, expiry_s=3600),
    "acknowledgement": Channel(
        Acknowledgement, _STATION, {_DEVICE, _STATION}, qos=1, retained=False, expiry_s=86_400
    ),
    "step": Channel(Step, _STATION, {_STATION}, qos=1, retained=False, expiry_s=86_400),
    "status": Channel(DeviceStatus, _DEVICE, {_STATION}, qos=1, retained=True, expiry_s=None),
    "heartbeat": Channel(Heartbeat, _DEVICE, {_STATION}, qos=0, retained=False, expiry_s=30),
}

SUBSCRIBED_QOS = 1
"""With which every session reads."""

_KIND_OF = {channel.message: kind for kind, channel in CHANNELS.items()}


def topic_of(message: Message) -> str:
    """The topic a message is published on."""
    return topic(message.site, message.room, _KIND_OF[type(message)])


def channel_of(message: Message) -> Channel:
    """QoS, retention and expiry of a message."""
    return CHANNELS[_KIND_OF[type(message)]]


def filters(reader: Party, site: str, room: str) -> tuple[str, ...]:
    """The topics that a party reads; `site` and `room` may be `+`."""
    kinds = (kind for kind, channel in CHANNELS.items() if reader in channel.read_by)
    return tuple(topic(site, room, kind) for kind in kinds)


def topic(site: str, room: str, kind: str) -> str:
    """A topic, or a filter when `site` or `room` is `+`."""
    return f"{ROOT}/{site}/{room}/{kind}"


def kind_of(topic: str) -> type[Message]:
    """The message a topic promises.

    Raises:
        MessageRefused: not a topic of ours.
    """
    parts = topic.split("/")
    if len(parts) != 4 or parts[0] != ROOT or parts[3] not in CHANNELS:
        raise MessageRefused(f"topic {topic[:120]!r} is not {ROOT}/SITE/ROOM/KIND")
    return CHANNELS[parts[3]].message


def read(topic: str, payload: bytes) -> Message:
    """The message that arrived on a topic; access lists go by topic, so the two must agree.

    Raises:
        MessageRefused: no topic of ours, a payload that is none, or one that belongs elsewhere.
    """
    message = decode(payload, kind_of(topic))
    if topic_of(message) != topic:
        raise MessageRefused(f"says site {message.site}, room {message.room}, on another's topic")
    return message
