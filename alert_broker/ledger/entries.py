"""What the ledger tells: each step of each alert, each ring, and what was forgotten."""

from datetime import datetime

import msgspec
from msgspec import Struct

from alert_broker.fields import AlertId, Name
from alert_broker.messages import Step


class Stepped(Struct, frozen=True, tag="step", tag_field="kind"):
    """A step in the life of an alert: who, when and at which station are its own."""

    step: Step
    place: str = ""
    """The screen that it was said on; empty where a station noticed it, or another one told it."""
    model: str = ""
    config: str = ""
    """Versions behind the alert; empty while the alert itself has not come."""

    @property
    def alert(self) -> str:
        """The alert that it is about."""
        return self.step.alert


class Rang(Struct, frozen=True, tag="rang", tag_field="kind"):
    """Nobody had answered, and it rang again."""

    alert: AlertId
    site: Name
    room: Name
    station: Name
    at: datetime
    times: int
    """How often it had rung again by then."""


class Forgot(Struct, frozen=True, tag="forgot", tag_field="kind"):
    """What ended before a moment was deleted, as the house decided how long to keep it."""

    before: datetime
    through: int = 0
    """The entries of the ledger that went with it: all up to this one..."""
    hash: str = ""
    """...whose hash was this."""
    alert: str = ""


Entry = Stepped | Rang | Forgot


class EntryRefused(ValueError):
    """A text that is no entry."""


def encode(entry: Entry) -> str:
    """The text of an entry, always the same for the same entry."""
    return msgspec.json.encode(entry, order="deterministic").decode()


def decode(text: str) -> Entry:
    """Read an entry.

    Raises:
        EntryRefused: it is none.
    """
    try:
        return msgspec.json.decode(text.encode(), type=Entry)  # type: ignore[no-any-return]
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise EntryRefused(str(error)) from None
