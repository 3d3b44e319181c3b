"""What one process simulates of a ward: all at its time, until a station has every alert."""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from alert_broker.messages import Alert, Priority
from edge.config import AgentSettings
from edge.memory import share_one_arena
from edge.publisher import DELIVERY_S, Undelivered
from edge.ward.plan import Happening
from edge.ward.rooms import Room, connected

MEMORY = Path("/dev/shm")
"""A disk that is memory, where there is one."""


class Told(Struct, frozen=True):
    """An alert of the ward."""

    alert: str
    room: str
    priority: Priority
    raised_s: float
    """On the monotonic clock of the machine, which all its programs share."""


class Ran(Struct, frozen=True):
    """What a ward did, or a share of one; `--json` prints it."""

    told: list[Told]
    connected_s: float
    """Until every room was connected."""
    delivered_s: float
    """From the last happening until a station had receipted all."""
    behind_s: float
    """By how much the simulation itself was late at worst: more than little proves nothing."""


def live(
    settings: AgentSettings,
    rooms: Sequence[int],
    planned: Sequence[Happening],
    together: Callable[[], object] = lambda: None,
) -> Ran:
    """Let all that is planned happen at its time, once `together` returns.

    Raises:
        Unconnected: some rooms did not reach the broker.
        Undelivered: some alerts have no receipt.
    """
    share_one_arena()
    # Every real room has a disk of its own; here they would all wait for one.
    within = MEMORY if MEMORY.is_dir() else None
    began_s = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="veilleur-ward-", dir=within) as folder,
        connected(rooms, settings, Path(folder)) as ward,
    ):
        connected_s = time.monotonic() - began_s
        together()
        told, behind_s = [], 0.0
        for now_s, late_s, alert in _happen(ward, planned):
            behind_s = max(behind_s, late_s)
            if alert and not alert.revision:
                told.append(Told(alert.id, alert.room, alert.priority, now_s))
        last_s = time.monotonic()
        _drain([*ward.values()])
        return Ran(told, connected_s, time.monotonic() - last_s, behind_s)


def _happen(
    ward: Mapping[int, Room], planned: Sequence[Happening]
) -> Iterator[tuple[float, float, Alert | None]]:
    """Each thing at its time; yields when that was, how late, and the alert if it is one."""
    began_s = time.monotonic()
    for it in planned:
        time.sleep(max(0.0, began_s + it.at_s - time.monotonic()))
        now_s = time.monotonic()
        yield now_s, now_s - began_s - it.at_s, ward[it.room].do(it.event)


def _drain(rooms: Sequence[Room]) -> None:
    deadline_s = time.monotonic() + DELIVERY_S
    left = [it for it in rooms if not it.courier.drain(max(0.0, deadline_s - time.monotonic()))]
    if left:
        why = left[0].courier.problem or "no station has sent its receipt"
        raise Undelivered(f"{len(left)} rooms still have alerts: {why}")
