"""What the rules say was heard: an event with an onset, an offset and a reason."""

from dataclasses import dataclass
from enum import Enum

from alert_broker.messages import Label, Reason

TROUBLES = (Label.FALL, Label.CALL, Label.CRY)
"""What the model recognises, and a recording may promise."""


class Phase(Enum):
    """Where an event stands; every event is raised once and ended once."""

    RAISED = "raised"
    UPDATED = "updated"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class SoundEvent:
    """One trouble heard in the stream; each phase carries all that is known by then."""

    number: int
    """Counts from 1 in the stream; the same through all phases of one event."""
    phase: Phase
    label: Label
    sound: str
    """The model's own word for it, such as `scream` or `spoken_call`."""
    onset_s: float
    """Seconds into the stream."""
    offset_s: float
    """Where the sound stopped, or how far it was heard so far."""
    decided_s: float
    """Stream time of this phase's decision."""
    score: float
    """Highest score so far, 0 to 1."""
    reason: Reason
