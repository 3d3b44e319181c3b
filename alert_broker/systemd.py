"""Words to the service manager: READY=1 once we serve, WATCHDOG=1 while we still do."""

import contextlib
import os
import socket

_WAITS_S = 0.1
"""For a manager that is behind: whoever listens to a room waits for nobody longer."""


def notify(state: str) -> None:
    """Send one `sd_notify` state; does nothing when systemd did not start us."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]  # the abstract namespace of Linux
    # A word that does not arrive is systemd's to miss: it restarts us.
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wire:
        wire.settimeout(_WAITS_S)
        wire.connect(address)
        wire.sendall(state.encode())
