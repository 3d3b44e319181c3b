"""`veilleur devices`: the microphones of this machine, by the names that a settings file takes."""

import json
import sys

from edge.cards import card_inputs
from edge.devices import find_devices, withheld
from edge.portaudio import portaudio

Row = tuple[str, str, str, str, str]
HEADING: Row = ("", "microphone.id", "nom / name", "canaux / channels", "Hz")


def list_devices(*, as_json: bool) -> int:
    """Print the microphones, and why others cannot be used; 1 if none can, else 0.

    Raises:
        MicrophoneTrouble: PortAudio is not installed.
    """
    cards = card_inputs()
    devices = find_devices(portaudio(), cards)
    troubles = [withheld(card) for card in cards if card.id not in {each.id for each in devices}]
    if as_json:
        facts = [
            {
                "id": each.id,
                "name": each.name,
                "channels": each.channels,
                "rate_hz": each.rate_hz,
                "default": each.default,
            }
            for each in devices
        ]
        print(json.dumps(facts, ensure_ascii=False, indent=2))
    elif devices:
        rows: list[Row] = [
            ("*" if each.default else "", each.id, each.name, f"{each.channels}", f"{each.rate_hz}")
            for each in devices
        ]
        _print_table([HEADING, *rows])
        print("* par défaut / the system's default")
    for trouble in troubles:
        print(f"veilleur: {trouble}", file=sys.stderr)
    if not (devices or troubles):
        print("veilleur: no microphone is there: plug one in", file=sys.stderr)
    return 0 if devices else 1


def _print_table(rows: list[Row]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())
