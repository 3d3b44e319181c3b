"""What each kind of sound was taken for, and how high it scored."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from alert_broker.messages import Label
from edge.labels import LATE_S, Labelled, is_near
from edge.scorecard.hearing import Alarm, Hearing
from edge.scorecard.sounds import sound_of
from edge.scorecard.trial import Scene


def kind_of(scene: Scene, labelled: Labelled) -> str:
    """The sub-label of the side file, or what the label file says."""
    sound = sound_of(scene.sounds, labelled)
    return (sound and sound.sublabel) or labelled.detail or labelled.label


def taken_for(
    scenes: Sequence[Scene], alarms: Sequence[Sequence[Alarm]]
) -> tuple[Counter[str], Mapping[Label, Counter[str]]]:
    """How many sounds of each kind there were, and during how many a class was raised."""
    there: Counter[str] = Counter()
    raised: dict[Label, Counter[str]] = defaultdict(Counter)
    for scene, some in zip(scenes, alarms, strict=True):
        # One sound may have several labels: what it is, and what it may be.
        spans = {(each.onset_s, each.offset_s): each for each in scene.labels}
        for labelled in spans.values():
            kind = kind_of(scene, labelled)
            there[kind] += 1
            for label in {alarm.label for alarm in some if is_near(labelled, alarm)}:
                raised[label][kind] += 1
    return there, raised


def highest_scores(
    scenes: Sequence[Scene], hearings: Sequence[Hearing], output: str, label: Label
) -> tuple[list[float], list[float]]:
    """The highest score of an output during each sound promised as its class with its name, or
    without a finer one, and during each sound that is nothing of its class."""
    there: list[float] = []
    elsewhere: list[float] = []
    for scene, hearing in zip(scenes, hearings, strict=True):
        scores = hearing.values[:, hearing.manifest.index(output)]
        for labelled in scene.labels:
            highest = _highest(hearing, scores, labelled)
            if labelled.label == label and labelled.detail in {"", output}:
                there.append(highest)
            elif label not in _said_around(scene, labelled):
                elsewhere.append(highest)
    return there, elsewhere


def _highest(hearing: Hearing, scores: NDArray[np.float32], labelled: Labelled) -> float:
    ends_s = hearing.times_s[:, 0]
    during = (ends_s >= labelled.onset_s) & (ends_s <= labelled.offset_s + LATE_S)
    return float(scores[during].max(initial=0.0))


def _said_around(scene: Scene, labelled: Labelled) -> set[str]:
    """What is promised or allowed of any sound that overlaps this one."""
    return {
        each.allows or each.label
        for each in scene.labels
        if each.onset_s <= labelled.offset_s + LATE_S and labelled.onset_s <= each.offset_s + LATE_S
    }
