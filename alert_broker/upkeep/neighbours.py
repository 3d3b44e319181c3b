"""The other stations on our store, as far as they told it of themselves. No I/O, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass

from alert_broker.rooms import Place
from alert_broker.upkeep.defects import Defect
from alert_broker.upkeep.sight import Sight

ALIVE_S = 20.0
"""A station that has said nothing for so long is not counted on..."""
GONE_S = 7 * 86_400
"""...and after this long it is not missed any more: it was taken away."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One of them."""

    name: str
    quiet_s: float
    """How long ago it said that it is alive."""
    hears: bool
    """Whether the rooms reached it then."""

    @property
    def alive(self) -> bool:
        """Whether it is counted on."""
        return self.quiet_s <= ALIVE_S

    @property
    def missed(self) -> bool:
        """Whether it is silent and should not be: one that was stopped says so."""
        return ALIVE_S < self.quiet_s <= GONE_S


def seen(neighbours: Iterable[Neighbour]) -> dict[Place, Sight]:
    """What can be told of them."""
    return {("", it.name): Sight({Defect.STATION_SILENT: it.missed}) for it in neighbours}
