"""Who said something, as every screen is told."""

from datetime import datetime
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from alert_broker.messages import Step
from alert_broker.steps import Named


class Said(Struct, frozen=True):
    """Who said so, at which station, and when; nobody's name where a station itself did it."""

    by: str
    station: str
    at: datetime

    @classmethod
    def of(cls, step: Step | None, named: Named) -> Self | None:
        """The view of a step, None if it was not made."""
        return cls(named(step), step.station, step.at) if step else None

    def named(self, named: Named) -> Self:
        """As it is shown."""
        return replace(self, by=named(self))
