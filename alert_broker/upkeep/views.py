"""What a screen is sent of the technical side, and what is kept of it for later."""

from datetime import datetime
from typing import Self

from msgspec import Struct

from alert_broker.fields import Name
from alert_broker.rooms import Place
from alert_broker.steps import Named
from alert_broker.upkeep.alarms import Alarm
from alert_broker.upkeep.rounds import Round, Visit


class UpkeepView(Struct, frozen=True):
    """Technical alarms that last, and the rounds that they ask for: the most urgent first."""

    alarms: tuple[Alarm, ...] = ()
    rounds: tuple[Round, ...] = ()

    def named(self, named: Named) -> Self:
        """As it is shown."""
        alarms = tuple(alarm.named(named) for alarm in self.alarms)
        return type(self)(alarms, tuple(it.named(named) for it in self.rounds))


class Retired(Struct, frozen=True):
    """A room that leaves the screens: its device was taken away."""

    site: Name
    room: Name


class Retirement(Struct, frozen=True):
    """Somebody said that the device of a room was taken away."""

    site: Name
    room: Name
    device: Name
    by: str
    station: Name
    at: datetime

    @property
    def place(self) -> Place:
        """Which room."""
        return self.site, self.room


class UpkeepRecord(Struct, frozen=True):
    """What was wrong and when it was over, and who looked into rooms that nobody heard."""

    alarms: tuple[Alarm, ...]
    visits: tuple[Visit, ...]

    def named(self, named: Named) -> Self:
        """As it is shown."""
        alarms = tuple(alarm.named(named) for alarm in self.alarms)
        return type(self)(alarms, tuple(visit.named(named) for visit in self.visits))
