"""What the ledger tells: of each alert, technical alarm and round, and of who may sign in."""

from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec import Struct

from alert_broker import messages
from alert_broker.fields import AlertId, Name
from alert_broker.messages import Step
from alert_broker.people.person import PersonId
from alert_broker.people.rights import Role
from alert_broker.rooms import Place
from alert_broker.upkeep.alarms import Alarm
from alert_broker.upkeep.rounds import Visit
from alert_broker.upkeep.views import Retirement


class _Told(Struct, frozen=True, tag_field="kind"):
    """By what an entry is verified, and forgotten."""

    @property
    def about(self) -> str:
        """The alert or technical alarm that it is about: as long as that is kept, so is this."""
        return ""

    @property
    def beside(self) -> tuple[str, str] | None:
        """What the store keeps beside it: by which key, and with which text as of now."""
        return None

    @property
    def over_at(self) -> datetime | None:
        """When that was over, to be deleted some day; None while it lasts."""
        return None


class Stepped(_Told, frozen=True, tag="step"):
    """A step in the life of an alert: who, when and at which station are its own."""

    step: Step
    screen: str = msgspec.field(default="", name="place")
    """Where it was said; empty where a station noticed it, or another one told it."""
    model: str = ""
    config: str = ""
    """Versions behind the alert; empty while the alert itself has not come."""

    @property
    def at(self) -> datetime:
        """When it was made."""
        return self.step.at

    @property
    def about(self) -> str:
        """The alert."""
        return self.step.alert

    @property
    def beside(self) -> tuple[str, str]:
        """The step."""
        text = messages.encode(self.step).decode()
        return text, text

    @property
    def over_at(self) -> datetime:
        """At once."""
        return self.step.at


class Rang(_Told, frozen=True, tag="rang"):
    """Nobody had answered, and it rang again."""

    alert: AlertId
    site: Name
    room: Name
    station: Name
    at: datetime
    times: int
    """How often it had rung again by then."""

    @property
    def about(self) -> str:
        """The alert."""
        return self.alert


class Alarmed(_Told, frozen=True, tag="alarm"):
    """A technical alarm as it began, or once somebody saw to it, or as it ended with its cause."""

    alarm: Alarm
    screen: str = ""

    @property
    def at(self) -> datetime:
        """When it came to this."""
        seen_to = self.alarm.seen_to
        return self.alarm.ended_at or (seen_to.at if seen_to else self.alarm.began_at)

    @property
    def about(self) -> str:
        """The alarm."""
        return self.alarm.id

    @property
    def beside(self) -> tuple[str, str]:
        """How it stands."""
        return self.alarm.id, encode(self.alarm)

    @property
    def over_at(self) -> datetime | None:
        """When it ended."""
        return self.alarm.ended_at


class Visited(_Told, frozen=True, tag="round"):
    """Somebody looked into a room that nobody hears."""

    visit: Visit
    screen: str = ""

    @property
    def at(self) -> datetime:
        """When she was there."""
        return self.visit.at

    @property
    def beside(self) -> tuple[str, str]:
        """The visit."""
        text = encode(self.visit)
        return text, text

    @property
    def over_at(self) -> datetime:
        """At once."""
        return self.visit.at


class TakenAway(_Told, frozen=True, tag="retired"):
    """The device of a room was taken away."""

    retirement: Retirement
    screen: str = ""

    @property
    def at(self) -> datetime:
        """When somebody said so."""
        return self.retirement.at


class CameBack(_Told, frozen=True, tag="back"):
    """A room whose device had been taken away speaks again."""

    site: Name
    room: Name
    device: Name
    station: Name
    at: datetime

    @property
    def place(self) -> Place:
        """Which room."""
        return self.site, self.room


class Change(StrEnum):
    """What became of somebody of the staff, or of what she signs in with."""

    ADDED = "added"
    GIVEN = "given a new secret"
    CHOSE = "chose her secret"
    REMOVED = "removed"


class Staffed(_Told, frozen=True, tag="person"):
    """Somebody was added or removed, or signs in with something new; names stay out of it."""

    person: PersonId
    change: Change
    role: Role
    station: Name
    at: datetime
    by: str = ""
    """Who did it; empty where a command or the first start did."""
    screen: str = ""


class Forgot(_Told, frozen=True, tag="forgot"):
    """What ended before a moment was deleted, as the house decided how long to keep it."""

    before: datetime
    through: int = 0
    """The entries of the ledger that went with it: all up to this one..."""
    hash: str = ""
    """...whose hash was this."""
    alert: str = ""


Act = Alarmed | Visited | TakenAway | CameBack
"""What is done, or happens, on the technical side."""
Entry = Stepped | Rang | Act | Staffed | Forgot


class EntryRefused(ValueError):
    """A text that is no entry."""


def encode(it: Struct) -> str:
    """The text of an entry, or of what one tells of: always the same for the same thing."""
    return msgspec.json.encode(it, order="deterministic").decode()


def decode(text: str) -> Entry:
    """Read an entry.

    Raises:
        EntryRefused: it is none.
    """
    try:
        return msgspec.json.decode(text.encode(), type=Entry)  # type: ignore[no-any-return]
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise EntryRefused(str(error)) from None
