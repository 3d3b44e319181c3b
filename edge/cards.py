"""Sound cards as the Linux kernel knows them: ids that outlive a reboot, and who has a card now.

ALSA numbers the cards in the order it finds them, so that `hw:1,0` may be another one tomorrow.
Ours are made of what stays, as `veilleur devices` prints them:

    usb:VENDOR:PRODUCT:SERIAL             a USB microphone that has a serial number, in any socket
    usb:VENDOR:PRODUCT@CONTROLLER-PORTS   one that has none, or shares it: bound to its socket
    BUS:ADDRESS                           a card that is built in, such as `platform:soc:sound`

A further input of the same card has its number behind a slash: `usb:0d8c:0014:201605/1`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_INPUT = re.compile(r"pcmC(?P<card>\d+)D(?P<device>\d+)c")
_CARD = re.compile(r"^ *(?P<number>\d+) \[.*?\]: .+? - (?P<name>.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class CardInput:
    """One input of a sound card."""

    id: str
    name: str
    """As PortAudio calls it, without its `(hw:1,0)`."""
    card: int
    """ALSA's numbers of today, which `hw:1,0` is made of."""
    device: int
    occupant: str
    """The program that has it open, empty when none has."""


def card_inputs(root: Path = Path("/")) -> list[CardInput]:
    """Every input there is, also those that PortAudio leaves out because another program has them.

    `root` holds `sys` and `proc`.
    """
    sound = root / "sys/class/sound"
    found = sorted(
        (int(match["card"]), int(match["device"]))
        for path in (sound.iterdir() if sound.is_dir() else ())
        if (match := _INPUT.fullmatch(path.name))
    )
    names = dict(_card_names(root))
    ids = _distinct({card: _places(sound / f"card{card}") for card, _device in found})
    return [
        CardInput(
            id=f"{ids[card]}/{device}" if device else ids[card],
            name=f"{names.get(card, f'card {card}')}: {_about(root, card, device, 'info', 'name')}",
            card=card,
            device=device,
            occupant=_occupant(root, card, device),
        )
        for card, device in found
    ]


def _places(card: Path) -> tuple[str, str]:
    """What a card is called wherever it is plugged in, and what it is called in this socket."""
    place = (card / "device").resolve()
    bus = (place / "subsystem").resolve().name
    if bus != "usb":
        here = f"{bus}:{place.name}" if (card / "device").exists() else f"card:{_text(card / 'id')}"
        return here, here
    plugged = place.parent
    product = f"usb:{_text(plugged / 'idVendor')}:{_text(plugged / 'idProduct')}"
    serial = re.sub(r"\s+", "_", _text(plugged / "serial"))
    here = f"{product}@{_socket(plugged)}"
    return f"{product}:{serial}" if serial else here, here


def _socket(plugged: Path) -> str:
    """The controller and the chain of ports behind it; the bus number before it may change."""
    ports = plugged.name.partition("-")[2]
    hub = next((parent for parent in plugged.parents if re.fullmatch(r"usb\d+", parent.name)), None)
    return f"{hub.parent.name}-{ports}" if hub else ports


def _distinct(places: dict[int, tuple[str, str]]) -> dict[int, str]:
    """Cheap microphones share one serial number: then the socket tells them apart."""
    times = Counter(anywhere for anywhere, _here in places.values())
    return {
        card: anywhere if times[anywhere] == 1 else here
        for card, (anywhere, here) in places.items()
    }


def _card_names(root: Path) -> Iterator[tuple[int, str]]:
    for match in _CARD.finditer(_text(root / "proc/asound/cards")):
        yield int(match["number"]), match["name"].strip()


def _occupant(root: Path, card: int, device: int) -> str:
    pid = _about(root, card, device, "sub0/status", "owner_pid")
    command = _text(root / "proc" / pid / "comm") if pid else ""
    return f"{command or 'a program'}, pid {pid}" if pid else ""


def _about(root: Path, card: int, device: int, file: str, field: str) -> str:
    lines = _text(root / f"proc/asound/card{card}/pcm{device}c/{file}").splitlines()
    return next(_values(lines, field), "")


def _values(lines: Iterable[str], field: str) -> Iterator[str]:
    for line in lines:
        key, _, value = line.partition(":")
        if key.strip() == field:
            yield value.strip()


def _text(path: Path) -> str:
    """What a file of the kernel says; a card may be unplugged while we read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
