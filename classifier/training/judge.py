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


@dataclass(frozen=True, slots=True)
class _Rule:
    """As the rules that the room's agent ships with."""

    hits: int
    within_s: float
    sure: float
    """A score that needs no other."""
    release: float
    """An alarm goes on while a score reaches this share of its threshold."""
    merge_s: float
    cooldown_s: float
    longest_s: float


_FALL = _Rule(1, 0.5, 1.0, 0.7, 1.0, 3.0, 5.0)
_CALL = _Rule(2, 2.0, 0.9, 0.6, 2.0, 2.0, 30.0)
_CRY = _Rule(3, 4.0, 1.0, 0.6, 4.0, 10.0, 120.0)
_RULES = {
    "fall": _FALL,
    "scream": _CALL,
    "spoken_call": _CALL,
    "cry": _CRY,
    "baby_cry": _CRY,
}


def confirmed(scores: Scores, target: str, hop_s: float) -> Scores:
    """The score that its rule would see of a target: needing k hits of the last n decisions is
    comparing the k-th highest of them with the threshold, and so does a score that is sure by
    itself. Shape [decisions]."""
    rule = _RULES[target]
    within = max(rule.hits, math.ceil(rule.within_s / hop_s))
    padded = np.concatenate([np.zeros(within - 1, np.float32), scores])
    windows = np.lib.stride_tricks.sliding_window_view(padded, within)
    kth = np.sort(windows, axis=1)[:, within - rule.hits]
    # What was is no evidence without what is: an event is raised on a hit.
    seen: Scores = np.where(scores >= rule.sure, scores, np.minimum(kth, scores))
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
        _count_false(total, _raised_s(scene, times_s, target, threshold), truth, target)
    return total


def _raised_s(
    scores: Scores, times_s: NDArray[np.float64], target: str, threshold: float
) -> list[float]:
    """When its rule raises alarms: one goes on until the sound pauses, or for its longest."""
    rule = _RULES[target]
    raised_s: list[float] = []
    goes_on, last_s, deaf_until_s = False, 0.0, 0.0
    for at_s, score in zip(times_s.tolist(), scores.tolist(), strict=True):
        if goes_on:
            last_s = at_s if score >= rule.release * threshold else last_s
            goes_on = at_s - last_s <= rule.merge_s and at_s - raised_s[-1] < rule.longest_s
            deaf_until_s = at_s + rule.cooldown_s
        elif score >= threshold and at_s >= deaf_until_s:
            goes_on, last_s = True, at_s
            raised_s.append(at_s)
    return raised_s


def _count_found(
    total: Tally, hits_s: NDArray[np.float64], truth: Sequence[Event], target: str
) -> None:
    for event in truth:
        if target in event.targets:
            inside = (hits_s >= event.onset_s) & (hits_s <= event.offset_s + _LATE_S)
            total.there[event.sublabel] += 1
            total.found[event.sublabel] += bool(inside.any())


def _count_false(
    total: Tally, raised_s: Sequence[float], truth: Sequence[Event], target: str
) -> None:
    for at_s in raised_s:
        if not any(_excuses(event, target, at_s) for event in truth):
            total.false_alarms[_heard_at(truth, at_s)] += 1


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
