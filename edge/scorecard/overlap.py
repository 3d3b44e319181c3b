"""Event F1, as published scores have it: how far alarms and sounds cover each other.

An alarm is right when enough of it lies in sounds of its class; a sound is found when right alarms
cover enough of it (the detection and ground truth tolerance criteria of C. Bilen et al., "A
framework for the robust evaluation of sound event detection", ICASSP 2020).
"""

from collections.abc import Sequence
from dataclasses import dataclass

Span = tuple[float, float]
"""Onset and offset, seconds."""
TOLERANCE = 0.1
"""Both criteria: what is told to a nurse is that, and about when, not how long."""
SHORTEST_S = 0.1
"""No alarm is shorter: a blow has no length."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Sounds found, sounds missed, and alarms that were wrong."""

    found: int = 0
    missed: int = 0
    wrong: int = 0

    def __add__(self, other: "Overlap") -> "Overlap":
        return Overlap(
            self.found + other.found, self.missed + other.missed, self.wrong + other.wrong
        )

    @property
    def f1(self) -> float | None:
        """Twice the found, over those and all errors; None of nothing."""
        whole = 2 * self.found + self.missed + self.wrong
        return round(2 * self.found / whole, 4) if whole else None


def overlap(sounds: Sequence[Span], alarms: Sequence[Span]) -> Overlap:
    """Count one class of one recording."""
    alarms = [(onset_s, max(offset_s, onset_s + SHORTEST_S)) for onset_s, offset_s in alarms]
    right = [alarm for alarm in alarms if _covered(alarm, sounds) >= TOLERANCE]
    found = sum(_covered(sound, right) >= TOLERANCE for sound in sounds)
    return Overlap(found, len(sounds) - found, len(alarms) - len(right))


def _covered(span: Span, others: Sequence[Span]) -> float:
    """The share of a span that lies in others; what several cover counts for each."""
    shared_s = sum(max(0.0, min(span[1], end) - max(span[0], begin)) for begin, end in others)
    return shared_s / (span[1] - span[0]) if span[1] > span[0] else float(shared_s > 0.0)
