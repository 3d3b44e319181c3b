"""All of a station that has to do with people, kept fresh while it runs."""

from datetime import timedelta

from alert_broker.clock import Clock
from alert_broker.database import Database, StoreFailed
from alert_broker.fields import Name
from alert_broker.people.door import Door
from alert_broker.people.register import Register
from alert_broker.people.roll import Roll
from alert_broker.people.settings import People
from alert_broker.rooms import Place

READ_S = 5.0
"""How soon a station knows what a command, or another station of the same store, has changed."""
CLEAR_S = 600.0


class Residents:
    """Who lives where; shown to those alone who care for them, and never said on the bus."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._names: dict[Place, str] = {}

    def read(self) -> bool:
        """Read the names; False where the store fails, and then nothing changes."""
        try:
            self._names = self._register.residents()
        except StoreFailed:
            return False
        return True

    def all(self) -> dict[Place, str]:
        """The names by site and room."""
        return self._names

    def name(self, place: Place, name: str) -> None:
        """Say who lives in a room; without a name, nobody known.

        Raises:
            StoreFailed: it could not be kept.
        """
        self._register.name_resident(place, name)
        self.read()


class Staff:
    """Call `tend` a few times a second."""

    def __init__(
        self, database: Database, settings: People, keep_days: int, clock: Clock, station: Name
    ) -> None:
        """Nobody is known before `read`, which the store must be open for."""
        register = Register(database)
        self.roll = Roll(register, clock, settings.pin_digits, station)
        self.door = Door(register, self.roll, settings, clock)
        self.residents = Residents(register)
        self.pin_digits = settings.pin_digits
        self._keep = timedelta(days=keep_days)
        self._clock = clock
        self._begun = False
        self._read_s = self._cleared_s = clock().elapsed_s

    def read(self) -> bool:
        """Read what the store has of people; False where it fails, and then nothing changes."""
        return self.roll.read() and self.door.read() and self.residents.read()

    def tend(self) -> str:
        """Keep in step with the store; the first administrator's secret when one was made."""
        now_s = self._clock().elapsed_s
        if not self._begun:
            return self._begin()
        if now_s - self._read_s >= READ_S:
            self._read_s = now_s
            self.read()
        if now_s - self._cleared_s >= CLEAR_S:
            self._cleared_s = now_s
            self.door.clear(self._keep)
        return ""

    def _begin(self) -> str:
        """Tried again until the store works."""
        self._begun = self.read()
        return self.roll.add_first() if self._begun else ""
