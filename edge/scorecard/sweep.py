"""What one class of a model would find and make up if its thresholds were others.

The scores are there already, and the rules are the room's own: only what could never matter to
them is left out, so that a night is judged at many thresholds in little time.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count

import numpy as np
from numpy.typing import NDArray

from alert_broker.messages import Label, Priority
from edge.config import Rule
from edge.events import Phase, SoundEvent
from edge.labels import Labelled, compare
from edge.scorecard.hearing import Alarm, Hearing
from edge.scorecard.trial import Scene
from edge.tracker import Sound, Tracker

LOGITS = np.arange(-7.0, 7.01, 0.2)
"""Where thresholds are tried: 0.001 to 0.999, closest where scores crowd."""


@dataclass(frozen=True, slots=True)
class Point:
    """One class at one threshold."""

    threshold: float
    """Of the sound of the class whose threshold is lowest."""
    false_per_h: float
    """Where nothing of the whole class sounds."""
    promised: Counter[str]
    """By the finer word of the label file."""
    kept: Counter[str]

    @property
    def recall(self) -> float:
        """Share of the promises kept; NaN without any."""
        promised = self.promised.total()
        return self.kept.total() / promised if promised else math.nan

    def facts(self) -> dict[str, object]:
        """Ready for JSON."""
        return {
            "threshold": round(self.threshold, 4),
            "false_alarms_per_h": round(self.false_per_h, 3),
            "recall": None if math.isnan(self.recall) else round(self.recall, 4),
            "recall_by_sound": {
                sound: round(self.kept[sound] / number, 4)
                for sound, number in self.promised.most_common()
            },
        }


class Sweep:
    """One class of one model over some scenes, or one sound of the class."""

    def __init__(
        self,
        label: Label,
        rule: Rule,
        scenes: Sequence[Scene],
        hearings: Sequence[Hearing],
        sound: str = "",
    ) -> None:
        """The rule is that of the class; its sensitivity does not matter here, nor does a veto.

        Args:
            label: the class.
            rule: how it is raised.
            scenes: what is promised.
            hearings: what the model made of them.
            sound: told alone, and alone to be found; empty for all of the class.
        """
        self.label = label
        self._sound = sound
        self._rule = rule
        self._scenes = scenes
        self._hearings = [each.telling_only(sound) for each in hearings] if sound else hearings
        self._hours = sum(scene.hours for scene in scenes)

    @cached_property
    def points(self) -> list[Point]:
        """What every threshold gives, the lowest first."""
        return [self.at(float(each)) for each in 1.0 / (1.0 + np.exp(-LOGITS))]

    def at(self, threshold: float) -> Point:
        """Judge at one threshold."""
        promised: Counter[str] = Counter()
        kept: Counter[str] = Counter()
        false = 0
        for scene, alarms in zip(self._scenes, self.alarms(threshold), strict=True):
            result = compare(scene.labels, alarms)
            promised.update(each.sound for each in scene.labels if self._seeks(each))
            kept.update(each.sound for each, _ in result.kept if self._seeks(each))
            false += len(result.unpromised)
        return Point(threshold, false / self._hours, promised, kept)

    def within(self, false_per_h: float) -> Point:
        """The point that finds most and makes no more up; the highest threshold where none does.

        Not simply the lowest threshold: one alarm without end is few false alarms, and no help.
        """
        fitting = [each for each in self.points if each.false_per_h <= false_per_h]
        return max(
            fitting or self.points[-1:],
            key=lambda each: (each.kept.total(), -each.false_per_h, -each.threshold),
        )

    def _seeks(self, each: Labelled) -> bool:
        return each.label == self.label and self._sound in ("", each.sound)

    def alarms(self, threshold: float) -> list[list[Alarm]]:
        """What is raised of the class in each scene."""
        at = {self.label: threshold}
        return [
            _alarms(hearing.with_thresholds(at), self.label, self._rule)
            for hearing in self._hearings
        ]


def frontier(points: Iterable[Point]) -> list[Point]:
    """Those that find more than any that makes as little up, fewest false alarms first."""
    best: list[Point] = []
    for point in sorted(points, key=lambda each: (each.false_per_h, -each.kept.total())):
        if not best or point.kept.total() > best[-1].kept.total():
            best.append(point)
    return best


def _that_matter(hearing: Hearing, rule: Rule, sounds: Sequence[Sound]) -> NDArray[np.intp]:
    """Decisions that a tracker could act upon: those that hold an event, and the pauses after."""
    scores = hearing.values[:, [each.place for each in sounds]].astype(np.float64)
    strength = (scores / np.array([each.threshold for each in sounds])).max(axis=1)
    holding = strength >= rule.release
    after = math.ceil(rule.merge_s / hearing.manifest.hop_s) + 2
    reach = np.convolve(holding, np.ones(after + 1, np.int64))[: len(holding)]
    return np.flatnonzero(reach)


def _alarms(hearing: Hearing, label: Label, rule: Rule) -> list[Alarm]:
    sounds = [
        Sound(output.name, place, output.threshold)
        for place, output in enumerate(hearing.manifest.labels)
        if output.event == label
    ]
    tracker = Tracker(label, rule, sounds, hearing.manifest.hop_s, count(1).__next__)
    heard = hearing.decisions(_that_matter(hearing, rule, sounds))
    events = [event for each in heard for event in tracker.hear(each)]
    raised: dict[int, SoundEvent] = {}
    alarms = []
    for event in (*events, *tracker.finish(hearing.ends_s)):
        if event.phase is Phase.RAISED:
            raised[event.number] = event
        elif event.phase is Phase.ENDED:
            alarms.append(_alarm(raised[event.number], event))
    return alarms


def _alarm(raised: SoundEvent, ended: SoundEvent) -> Alarm:
    """Its priority nobody asks for here."""
    return Alarm(
        raised.label,
        raised.sound,
        raised.onset_s,
        ended.offset_s,
        raised.decided_s,
        Priority.LOW,
    )
