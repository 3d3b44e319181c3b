"""What was heard in a stretch of a recording and why: the facts that a picture shows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alert_broker.messages import Label
from edge.config import Rule
from edge.events import SoundEvent
from edge.explain.occlusion import Decisive
from edge.explain.span import Span
from edge.explain.witness import Array
from edge.labels import Labelled
from edge.tracker import Sound
from edge.triage import Finding


@dataclass(frozen=True, slots=True)
class Output:
    """One output of the model that may raise an event, through the stretch."""

    label: Label
    sound: Sound
    rule: Rule
    scores: tuple[float, ...]
    """0 to 1, one for each decision."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event, and what it was decided by."""

    number: int
    """Counts from 1 in the picture."""
    finding: Finding
    """As it ended."""
    raised: SoundEvent
    """As it began."""
    threshold: float | None
    """Of the output that raised it; None if no score did, but how loud it was."""
    decisive: Decisive | None
    """None if it was decided outside the stretch, or by no score."""
    promised: bool | None
    """Whether the labels promise or allow it; None without labels."""


@dataclass(frozen=True, slots=True)
class Note:
    """One label of the file beside the recording."""

    labelled: Labelled
    kept: bool | None
    """Whether an event kept its promise; None if it promises nothing."""


@dataclass(frozen=True, slots=True)
class Spectrogram:
    """What the model's own front end made of the sound."""

    frames: Array
    """Log-mel, [frames, mels]."""
    begins_s: float
    step_s: float
    centres_hz: NDArray[np.float64]
    """Middle of each band, [mels], rising."""

    @property
    def ends_s(self) -> float:
        """Where the last frame ends."""
        return self.begins_s + len(self.frames) * self.step_s

    def within(self, span: Span) -> "Spectrogram":
        """The part of it that a stretch shows."""
        first, last = (
            max(0, round((at_s - self.begins_s) / self.step_s))
            for at_s in (span.begins_s, span.ends_s)
        )
        begins_s = self.begins_s + first * self.step_s
        last = max(last, first + 1)
        return Spectrogram(self.frames[first:last], begins_s, self.step_s, self.centres_hz)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that a picture shows."""

    name: str
    """Of the recording."""
    model: str
    seconds: float
    """Length of the recording."""
    span: Span
    at_s: tuple[float, ...]
    """When each decision of the stretch was made."""
    outputs: tuple[Output, ...]
    told: tuple[Told, ...]
    elsewhere: tuple[Finding, ...]
    """Events that the stretch does not show, as they ended."""
    notes: tuple[Note, ...] | None
    """Labels of the stretch; None without a label file."""
    spectrogram: Spectrogram
