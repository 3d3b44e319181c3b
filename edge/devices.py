"""The microphones of this machine, each with an id that stays the same tomorrow."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from alert_broker.messages import Fault
from edge.cards import CardInput
from edge.trouble import MicrophoneTrouble

_ALSA_NAME = re.compile(r"(?P<name>.*) \(hw:(?P<card>\d+),(?P<device>\d+)\)")


@dataclass(frozen=True, slots=True)
class Device:
    """A microphone as PortAudio offers it now."""

    id: str
    """Stable, as `cards` makes it; the name itself where there is no card, such as `pulse`."""
    name: str
    index: int
    """PortAudio's number, until it looks again."""
    channels: int
    """The most it offers."""
    rate_hz: int
    """The rate it prefers."""
    default: bool
    """Whether it is the system's."""

    def __str__(self) -> str:
        return self.name if self.name == self.id else f"{self.name} ({self.id})"


D = TypeVar("D", Device, CardInput)


def find_devices(binding: Any, cards: Sequence[CardInput]) -> list[Device]:
    """What PortAudio offers, given what `card_inputs` knows."""
    ids = {(card.card, card.device): card.id for card in cards}
    default = binding.query_hostapis(binding.default.hostapi)["default_input_device"]
    return [
        _device(offer, ids, default=offer["index"] == default)
        for offer in binding.query_devices()
        if offer["max_input_channels"] > 0
    ]


def choose(devices: Sequence[Device], cards: Sequence[CardInput], wanted: str) -> Device:
    """The microphone with this id, this name, or the only one with this part of a name or id.

    Raises:
        MicrophoneTrouble: none is, or several are; or another program has the one that is.
    """
    found = _matching(wanted, devices) if wanted else [each for each in devices if each.default]
    if len(found) == 1:
        return found[0]
    if found:
        raise _ambiguous(wanted, found)
    raise next(map(withheld, _matching(wanted, cards)), _absent(wanted, devices))


def _matching(wanted: str, known: Sequence[D]) -> list[D]:
    """Those that fit best: by id, else by name, else by a part of either."""
    part = wanted.casefold()
    by_id = [each for each in known if each.id == wanted]
    by_name = [each for each in known if each.name == wanted]
    by_part = [each for each in known if part in f"{each.id}\n{each.name}".casefold()]
    return by_id or by_name or by_part


def _device(offer: dict[str, Any], ids: dict[tuple[int, int], str], *, default: bool) -> Device:
    alsa = _ALSA_NAME.fullmatch(offer["name"])
    name = alsa["name"] if alsa else offer["name"]
    return Device(
        id=ids.get((int(alsa["card"]), int(alsa["device"])), name) if alsa else name,
        name=name,
        index=offer["index"],
        channels=offer["max_input_channels"],
        rate_hz=round(offer["default_samplerate"]),
        default=default,
    )


def _absent(wanted: str, devices: Sequence[Device]) -> MicrophoneTrouble:
    there = ", ".join(each.id for each in devices)
    if not there:
        what, fix = "no microphone is there", "plug one in"
    elif wanted:
        what, fix = "it is not there", f"plug it in, or set microphone.id to one of {there}"
    else:
        what, fix = "the system has none of its own", f"set microphone.id to one of {there}"
    name = repr(wanted) if wanted else "of the system"
    return MicrophoneTrouble(Fault.MICROPHONE_ABSENT, f"microphone {name}: {what}: {fix}")


def _ambiguous(wanted: str, found: Sequence[Device]) -> MicrophoneTrouble:
    there = ", ".join(each.id for each in found)
    return MicrophoneTrouble(
        Fault.MICROPHONE_ABSENT,
        f"microphone {wanted!r} fits several: set microphone.id to one of {there}",
    )


def withheld(card: CardInput) -> MicrophoneTrouble:
    """Why PortAudio leaves out an input: it does so with all that it could not open."""
    if card.occupant:
        return MicrophoneTrouble(
            Fault.MICROPHONE_BUSY,
            f"microphone {card.name} ({card.id}) is in use by {card.occupant}: "
            "stop it, or choose another one",
        )
    return MicrophoneTrouble(
        Fault.MICROPHONE_ABSENT,
        f"microphone {card.name} ({card.id}) is there but cannot be opened: "
        "is this user in the group audio?",
    )
