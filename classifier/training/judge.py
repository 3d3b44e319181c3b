"""Event recall and false alarms per hour of scores over scenes, whole events and not clips."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from classifier.training.labels import EVENT_OF
from classifier.training.scenes import Event

Scores = NDArray[np.float32]
_LATE_S = 1.5
"""A sound is found by a hit between its onset and so long after its end."""
_FORGIVEN_S = 2.9
"""A hit so soon after a sound of its class raises no false alarm."""
_MERGE_S = 5.0
"""Hits closer than this are one alarm to a nurse."""


_RULES = {
    "scream": (2, 2.0, 0.9),
    "spoken_call": (2, 2.0, 0.9),
    "cry": (3, 4.0, 1.0),
    "baby_cry": (3, 4.0, 1.0),
}
"""Hits needed, within so many seconds, and the score that needs no other: the rules that the room's
agent ships with."""


def confirmed(scores: Scores, target: str, hop_s: float) -> Scores:
    """The score that its rule would see of a target: needing k hits of the last n decisions is
    comparing the k-th highest of them with the threshold, and so does a score that is sure by
    itself. Shape [decisions]."""
    needed, within_s, sure = _RULES.get(target, (1, hop_s, 1.0))
    within = max(needed, math.ceil(within_s / hop_s))
    padded = np.concatenate([np.zeros(within - 1, np.float32), scores])
    windows = np.lib.stride_tricks.sliding_window_view(padded, within)
    kth = np.sort(windows, axis=1)[:, within - needed]
    # What was is no evidence without what is: an event is raised on a hit.
    seen: Scores = np.where(scores >= sure, scores, np.minimum(kth, scores))
    return seen


@dataclass(slots=True)
class Tally:
    """Counts of one target at one threshold."""

    hours: float = 0.0
    found: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """By sub-label."""
    there: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    false_alarms: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """By the sub-label that sounded then."""

    def recall(self, *, leave_out: Sequence[str] = ()) -> float:
        """Share of events found, synthetic sub-labels left out if so wished; NaN without any."""
        kinds = [kind for kind in self.there if kind not in leave_out]
        there = sum(self.there[kind] for kind in kinds)
        return sum(self.found[kind] for kind in kinds) / there if there else float("nan")

    @property
    def false_per_hour(self) -> float:
        """False alarms per hour of sound."""
        return sum(self.false_alarms.values()) / self.hours if self.hours else float("nan")


def tally(
    scores: Sequence[Scores],
    events: Sequence[Sequence[Event]],
    times_s: NDArray[np.float64],
    target: str,
    threshold: float,
) -> Tally:
    """Count over scenes: scores [decisions] of each for the target, and what truly sounded."""
    total = Tally()
    for scene, truth in zip(scores, events, strict=True):
        total.hours += float(times_s[-1]) / 3600.0
        hits_s = times_s[scene >= threshold]
        _count_found(total, hits_s, truth, target)
        _count_false(total, hits_s, truth, target)
    return total


def _count_found(
    total: Tally, hits_s: NDArray[np.float64], truth: Sequence[Event], target: str
) -> None:
    for event in truth:
        if target in event.targets:
            inside = (hits_s >= event.onset_s) & (hits_s <= event.offset_s + _LATE_S)
            total.there[event.sublabel] += 1
            total.found[event.sublabel] += bool(inside.any())


def _count_false(
    total: Tally, hits_s: NDArray[np.float64], truth: Sequence[Event], target: str
) -> None:
    last_s = -np.inf
    for hit_s in hits_s:
        if any(_excuses(event, target, hit_s) for event in truth):
            continue
        if hit_s - last_s >= _MERGE_S:
            total.false_alarms[_heard_at(truth, hit_s)] += 1
        last_s = hit_s


def _excuses(event: Event, target: str, hit_s: float) -> bool:
    same = {name for name, heard in EVENT_OF.items() if heard == EVENT_OF.get(target)} | {target}
    concerns = bool((event.targets & same) or target in event.unsure)
    return concerns and event.onset_s <= hit_s <= event.offset_s + _FORGIVEN_S


def _heard_at(truth: Sequence[Event], hit_s: float) -> str:
    sounding = [event for event in truth if event.onset_s <= hit_s <= event.offset_s + _FORGIVEN_S]
    if not sounding:
        return "nothing"
    return max(
        sounding, key=lambda event: (not event.sublabel.startswith("bed_"), event.onset_s)
    ).sublabel
