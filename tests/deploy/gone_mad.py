"""What a program of ours could do if it went mad; runs inside the sandbox of a service.

Prints, as JSON, whether each attempt got through. Arguments: its own folder, another's password.
"""

import errno
import json
import socket
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path


def gets_through(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError as error:
        # A device that the sandbox lets us have, but that is not there.
        return error.errno == errno.ENXIO
    return True


def write(folder: str) -> bool:
    def leave_no_mark() -> None:
        mark = Path(folder) / "mark"
        mark.touch()
        mark.unlink()

    return gets_through(leave_no_mark)


def read(file: str) -> bool:
    return gets_through(lambda: Path(file).read_bytes()[:1])


def send_to(address: str) -> bool:
    def send() -> None:
        with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as wire:
            wire.sendto(b"x", (address, 9))

    return gets_through(send)


def open_socket(family: socket.AddressFamily) -> bool:
    return gets_through(lambda: socket.socket(family, socket.SOCK_DGRAM).close())


own_folder, password = sys.argv[1:]
print(
    json.dumps(
        {
            "its own folder": write(own_folder),
            "its own program": write("/opt/veilleur"),
            "its settings": write("/etc/veilleur"),
            "the password of another": read(password),
            "a microphone": read("/run/microphone"),
            "a tunnel": read("/run/tunnel"),
            "the house": send_to("192.168.7.7"),
            "the internet": send_to("203.0.113.7"),
            "raw packets": open_socket(socket.AF_PACKET),
        }
    )
)
