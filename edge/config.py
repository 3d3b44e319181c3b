"""Everything `veilleur listen` and `veilleur replay` can be told, declared and checked here."""

from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct

from alert_broker.fields import Name
from alert_broker.hours import Clock
from alert_broker.messages import Label, Priority, Reason
from alert_broker.settings import Broker

Sensitivity = Literal["very_low", "low", "normal", "high", "very_high"]


class Room(Struct, frozen=True, forbid_unknown_fields=True):
    """Which room this device listens to; pseudonyms only, never a resident's name."""

    site: Annotated[Name, Meta(description="Name of the establishment on the bus.")] = "residence"
    room: Annotated[Name, Meta(description="Name of the room on the bus.")] = "12"
    device: Annotated[Name, Meta(description="Name of this device on the bus.")] = "veilleur-12"


class Microphone(Struct, frozen=True, forbid_unknown_fields=True):
    """The microphone; `veilleur devices` lists them."""

    id: Annotated[
        str, Meta(description="Stable id, or part of a name; empty: the system's default.")
    ] = ""
    ring_s: Annotated[
        float, Meta(ge=0.5, le=60, description="Sound kept while the agent is busy, seconds.")
    ] = 5.0
    stalled_after_s: Annotated[
        float, Meta(ge=1, le=60, description="No sound for this long: reopen the microphone.")
    ] = 5.0
    silent_after_s: Annotated[
        float,
        Meta(ge=1, le=3600, description="Digital silence for this long: report it as muted."),
    ] = 30.0


class Model(Struct, frozen=True, forbid_unknown_fields=True):
    """The model that listens; `veilleur export` makes others."""

    manifest: Annotated[
        str, Meta(description="Its manifest, a JSON file; empty: the one that ships.")
    ] = ""

    @property
    def path(self) -> Path | None:
        """None: the one that ships."""
        return Path(self.manifest) if self.manifest else None


class Rule(Struct, frozen=True, forbid_unknown_fields=True):
    """When scores of one class become an event."""

    hits: Annotated[
        int, Meta(ge=1, le=20, description="Decisions at or over the threshold that raise it...")
    ]
    within_s: Annotated[float, Meta(gt=0, le=30, description="...within this many seconds.")]
    sure: Annotated[
        float, Meta(ge=0, le=1, description="A single score this high is evidence enough.")
    ]
    release: Annotated[
        float,
        Meta(gt=0, le=1, description="It lasts while scores stay over the threshold times this."),
    ]
    merge_s: Annotated[
        float, Meta(ge=0, le=60, description="Pauses shorter than this do not end it.")
    ]
    cooldown_s: Annotated[
        float, Meta(ge=0, le=600, description="No new event of this class so soon after the last.")
    ]
    longest_s: Annotated[float, Meta(gt=0, le=3600, description="It ends at this length.")]
    sensitivity: Annotated[
        Sensitivity,
        Meta(
            description="very_low, low, normal, high, very_high: each step hears more, and makes "
            "up about twice as much; `veilleur check` tells the cost."
        ),
    ] = "normal"


class Rules(Struct, frozen=True, forbid_unknown_fields=True):
    """From scores to events, for each class."""

    fall: Rule = Rule(
        hits=1, within_s=0.5, sure=1.0, release=0.7, merge_s=1.0, cooldown_s=3.0, longest_s=5.0
    )
    call: Rule = Rule(
        hits=2, within_s=2.0, sure=0.9, release=0.6, merge_s=2.0, cooldown_s=2.0, longest_s=30.0
    )
    cry: Rule = Rule(
        hits=3, within_s=4.0, sure=1.0, release=0.6, merge_s=4.0, cooldown_s=10.0, longest_s=120.0
    )

    def of(self, label: Label) -> Rule:
        """The rule of one class."""
        rule: Rule = getattr(self, label.value)
        return rule


class Aftermath(Struct, frozen=True, forbid_unknown_fields=True):
    """What follows an impact says how bad it was."""

    listen_s: Annotated[
        float, Meta(ge=1, le=60, description="How long to listen after an impact.")
    ] = 8.0
    quiet_db: Annotated[
        float,
        Meta(ge=0, le=30, description="Silence: this close to the room's own floor, dB."),
    ] = 6.0


class Veto(Struct, frozen=True, forbid_unknown_fields=True):
    """A television, a radio or snoring that goes on and on may sound like a voice that needs help.
    Then spoken calls and crying must last for more hits; falls and screams have no place here.
    In 200 hours of simulated nights a third fewer alarms were false; one call in seventeen and one
    crying in six were lost. A lower sensitivity costs more. The README has the figures.
    """

    enabled: Annotated[bool, Meta(description="Whether it is used.")] = True
    steady_s: Annotated[
        float,
        Meta(ge=5, le=3600, description="Speech, music or snoring for this long, seconds..."),
    ] = 30.0
    pause_s: Annotated[
        float, Meta(ge=0.5, le=60, description="...without a pause longer than this.")
    ] = 6.0
    spoken_call: Annotated[
        int, Meta(ge=0, le=100, description="So many further hits make a call of it all the same.")
    ] = 2
    cry: Annotated[
        int, Meta(ge=0, le=100, description="So many further hits make crying of it all the same.")
    ] = 4


class Unusual(Struct, frozen=True, forbid_unknown_fields=True):
    """Loud and unlike anything known, or a night that is far too quiet: alerts of low priority.
    Needs a station that knows them (messages of version 2): an older one refuses them by name.
    """

    enabled: Annotated[bool, Meta(description="Whether they are told.")] = False
    loud_db: Annotated[
        float,
        Meta(ge=10, le=80, description="Loud: so far over the room's background of a minute, dB."),
    ] = 35.0
    silent_db: Annotated[
        float,
        Meta(ge=3, le=60, description="Silent: so far below the room's usual night level, dB..."),
    ] = 10.0
    silent_min: Annotated[
        int, Meta(ge=5, le=240, description="...for this long, minutes of the night.")
    ] = 30
    cooldown_s: Annotated[
        float, Meta(ge=60, le=86_400, description="Each is told at most once in so long, seconds.")
    ] = 1800.0


class Night(Struct, frozen=True, forbid_unknown_fields=True):
    """When few people are there to hear."""

    begins: Annotated[Clock, Meta(description="From, local time.")] = "20:00"
    ends: Annotated[Clock, Meta(description="Until, local time.")] = "07:00"


class PriorityRow(Struct, frozen=True, forbid_unknown_fields=True):
    """Class, time of day and repetition give the priority: the first row that fits.
    `reason` and `period` may be left out to fit any; `repeats` is how often of late, at least.
    """

    label: Label
    priority: Priority
    reason: Reason | None = None
    period: Literal["day", "night"] | None = None
    repeats: Annotated[int, Meta(ge=1, le=100)] = 1


PRIORITIES = (
    PriorityRow(Label.FALL, Priority.HIGH),
    PriorityRow(Label.CALL, Priority.HIGH, reason=Reason.SCREAM),
    PriorityRow(Label.CALL, Priority.HIGH, period="night"),
    PriorityRow(Label.CALL, Priority.HIGH, repeats=3),
    PriorityRow(Label.CALL, Priority.MEDIUM),
    PriorityRow(Label.CRY, Priority.HIGH, repeats=4),
    PriorityRow(Label.CRY, Priority.MEDIUM, period="night"),
    PriorityRow(Label.CRY, Priority.MEDIUM, repeats=2),
    PriorityRow(Label.CRY, Priority.LOW),
)


class Outbox(Struct, frozen=True, forbid_unknown_fields=True):
    """Where alerts wait until a station has them."""

    path: Annotated[str, Meta(description="SQLite file.")] = "outbox.sqlite3"
    keep_h: Annotated[
        float,
        Meta(gt=0, le=168, description="An undelivered alert is given up after this, hours."),
    ] = 24.0
    most: Annotated[
        int,
        Meta(ge=10, le=10_000, description="Room for this many; then the least urgent are lost."),
    ] = 1000
    resend_s: Annotated[
        float, Meta(ge=1, le=600, description="No receipt after this: send again, then less often.")
    ] = 5.0


class AgentSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything the agent in the room can be told."""

    room: Room = Room()
    microphone: Microphone = Microphone()
    broker: Broker = Broker()
    outbox: Outbox = Outbox()
    model: Model = Model()
    rules: Rules = Rules()
    aftermath: Aftermath = Aftermath()
    veto: Veto = Veto()
    unusual: Unusual = Unusual()
    night: Night = Night()
    repeat_window_s: Annotated[
        float, Meta(ge=10, le=86_400, description="How far back repetition counts, seconds.")
    ] = 900.0
    priority: Annotated[tuple[PriorityRow, ...], Meta(min_length=1)] = PRIORITIES
