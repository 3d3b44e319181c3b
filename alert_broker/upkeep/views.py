"""What a screen is sent of the technical side, and what is kept of it for later."""

from datetime import datetime

from msgspec import Struct

from alert_broker.fields import Name
from alert_broker.rooms import Place
from alert_broker.upkeep.alarms import Alarm
from alert_broker.upkeep.rounds import Round, Visit


class UpkeepView(Struct, frozen=True):
    """Technical alarms that last, and the rounds that they ask for: the most urgent first."""

    alarms: tuple[Alarm, ...] = ()
    rounds: tuple[Round, ...] = ()


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
