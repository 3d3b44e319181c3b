"""The operating points of one target: what each threshold finds and makes up on scenes that never
taught, the one that is released, and those with half or twice its false alarms."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.manifest import OperatingPoint
from classifier.training.judge import Scores, Tally, tally
from classifier.training.scenes import Event

GRID = (
    *(round(float(each), 2) for each in np.arange(0.02, 0.99, 0.02)),
    *(0.985, 0.99, 0.992, 0.993, 0.994, 0.995, 0.996, 0.997, 0.998, 0.999),
)
_NEVER_HEARD = 0.5
"""The least threshold of what never sounds where thresholds are chosen: silence proves nothing."""
NIGHT_H = 10.0
"""A room-night."""
RUNGS = 5
"""Points on either side of the released one, at most: each with about half or twice as many false
alarms as the one before."""


@dataclass(frozen=True, slots=True)
class Budget:
    """False alarms of one target that we put up with, per hour."""

    dense: float
    """Where something sounds every few seconds."""
    night: float
    """Where something sounds every minute."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores of one target over scenes, and what truly sounded."""

    scores: Sequence[Scores]
    """[decisions] for each scene, as the rules weigh them."""
    events: Sequence[Sequence[Event]]
    times_s: NDArray[np.float64]
    """Ends of the windows of one scene, seconds."""

    def tally(self, target: str, threshold: float) -> Tally:
        """Count at one threshold."""
        return tally(self.scores, self.events, self.times_s, target, threshold)


def measure(target: str, dense: Scored, night: Scored) -> list[OperatingPoint]:
    """What every threshold of the grid gives, the lowest first; a recall is NaN where nothing of
    the target sounds."""
    points = []
    for threshold in GRID:
        by_day, by_night = dense.tally(target, threshold), night.tally(target, threshold)
        points.append(
            OperatingPoint(
                threshold,
                round(by_day.recall(), 4),
                round(by_day.false_per_hour, 3),
                round(NIGHT_H * by_night.false_per_hour, 2),
            )
        )
    return points


def released(points: Sequence[OperatingPoint], budget: Budget) -> OperatingPoint:
    """The lowest threshold within the budget; the highest where none is.

    To a tenth of an alarm: a scene's last decision is a moment before its end.
    """
    for point in points:
        by_day, by_night = round(point.false_per_dense_h, 1), round(point.false_per_night, 1)
        never = math.isnan(point.recall) and point.threshold < _NEVER_HEARD
        if by_day <= budget.dense and by_night <= NIGHT_H * budget.night and not never:
            return point
    return points[-1]


def curve(points: Sequence[OperatingPoint], at: OperatingPoint) -> tuple[OperatingPoint, ...]:
    """Points around the released one, rising thresholds; none where nothing of it sounds."""
    if math.isnan(at.recall):
        return ()
    return (*reversed(_rungs(points, at, 2.0)), at, *_rungs(points, at, 0.5))


def _rungs(
    points: Sequence[OperatingPoint], at: OperatingPoint, factor: float
) -> list[OperatingPoint]:
    """Each with about so many times the false alarms of the one before; after none at all, some."""
    rungs: list[OperatingPoint] = []
    while len(rungs) < RUNGS:
        beyond = [
            each
            for each in points
            if (_hears_more(each, at) if factor > 1.0 else _hears_more(at, each))
        ]
        if not beyond:
            break
        wanted = factor * at.false_per_dense_h
        at = min(beyond, key=lambda each: abs(each.false_per_dense_h - wanted))
        rungs.append(at)
    return rungs


def _hears_more(one: OperatingPoint, other: OperatingPoint) -> bool:
    """And makes up more: merging hits into alarms may give a lower threshold fewer of them."""
    return (
        one.threshold < other.threshold
        and one.false_per_dense_h > other.false_per_dense_h
        and one.false_per_night >= other.false_per_night
    )
