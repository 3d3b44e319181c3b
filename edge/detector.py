"""Scores become sound events, by the rules of each class; the same scores always the same events.

Pure: no clock, no input or output.
"""

from itertools import count

from alert_broker.messages import Label
from alert_broker.settings import SettingsRefused
from classifier.manifest import Manifest
from classifier.scores import Scores
from edge.aftermath import Aftermath
from edge.config import AgentSettings, Rule
from edge.events import SoundEvent
from edge.tracker import Sound, Tracker


class Detector:
    """Follows all classes through one stream."""

    def __init__(self, manifest: Manifest, settings: AgentSettings) -> None:
        """Begin a stream.

        Raises:
            SettingsRefused: a rule that could never raise an event of this model.
        """
        numbers = count(1)
        self._trackers = [
            Tracker(
                label,
                settings.rules.of(label),
                sounds_of(manifest, label, settings.rules.of(label)),
                manifest.hop_s,
                lambda: next(numbers),
            )
            for label in Label
            if any(output.event == label for output in manifest.labels)
        ]
        self._aftermath = Aftermath(settings.aftermath, manifest.hop_s)

    def hear(self, scores: Scores) -> list[SoundEvent]:
        """Take one decision; give what begins, changes or ends with it."""
        events = [event for tracker in self._trackers for event in tracker.hear(scores)]
        return self._aftermath.hear(scores, events)

    def finish(self, at_s: float) -> list[SoundEvent]:
        """The stream is over: end what is open."""
        events = [event for tracker in self._trackers for event in tracker.finish(at_s)]
        return self._aftermath.finish(at_s, events)


def sounds_of(manifest: Manifest, label: Label, rule: Rule) -> list[Sound]:
    """The outputs of a model that count for a class, with the thresholds of its rule.

    Raises:
        SettingsRefused: the rule could never raise an event.
    """
    sounds = [
        Sound(output.name, place, output.threshold * rule.threshold_scale)
        for place, output in enumerate(manifest.labels)
        if output.event == label
    ]
    _check(manifest, label, rule, sounds)
    return sounds


def _check(manifest: Manifest, label: Label, rule: Rule, sounds: list[Sound]) -> None:
    """Refuse what could never fire, and say what it would have needed."""
    lowest = min(sound.threshold for sound in sounds)
    if lowest > 1.0:
        raise SettingsRefused(
            f"rules.{label}.threshold_scale: {rule.threshold_scale:g}: no score reaches "
            f"{lowest:.2f}, 1 is the highest: choose a smaller one"
        )
    possible = int(rule.within_s / manifest.hop_s - 1e-6) + 1
    if rule.hits > possible and rule.sure >= 1.0:
        raise SettingsRefused(
            f"rules.{label}.hits: {rule.hits} within {rule.within_s:g} s can never be: the model "
            f"decides every {manifest.hop_s:g} s, so {possible} at most: "
            f"lower hits or raise within_s"
        )
