"""Scores become sound events, by the rules of each class; the same scores always the same events.

Pure: no clock, no input or output.
"""

from itertools import count

from alert_broker.messages import Label
from classifier.manifest import Manifest
from classifier.scores import Scores
from edge.aftermath import Aftermath
from edge.config import AgentSettings, Rule
from edge.effective import outputs_of
from edge.events import SoundEvent
from edge.impossible import refuse_impossible
from edge.sensitivity import threshold
from edge.tracker import Sound, Tracker
from edge.veto import Veto


class Detector:
    """Follows all classes through one stream."""

    def __init__(self, manifest: Manifest, settings: AgentSettings) -> None:
        """Begin a stream.

        Raises:
            SettingsRefused: what could never happen with this model.
        """
        refuse_impossible(manifest, settings)
        numbers = count(1)
        sounds = {
            label: sounds_of(manifest, label, settings.rules.of(label))
            for label in Label
            if outputs_of(manifest, label)
        }
        self._trackers = [
            Tracker(label, settings.rules.of(label), heard, manifest.hop_s, lambda: next(numbers))
            for label, heard in sounds.items()
        ]
        moans = sounds.get(Label.CRY, ())
        self._aftermath = Aftermath(settings.aftermath, manifest.hop_s, moans)
        # After the others, so that it may hide from nurses and never from them.
        self._veto = Veto(settings.veto, manifest, sounds)

    def hear(self, scores: Scores) -> list[SoundEvent]:
        """Take one decision; give what begins, changes or ends with it."""
        events = [event for tracker in self._trackers for event in tracker.hear(scores)]
        return self._veto.hear(scores, self._aftermath.hear(scores, events))

    def finish(self, at_s: float) -> list[SoundEvent]:
        """The stream is over: end what is open."""
        events = [event for tracker in self._trackers for event in tracker.finish(at_s)]
        return self._veto.finish(self._aftermath.finish(at_s, events))


def sounds_of(manifest: Manifest, label: Label, rule: Rule) -> list[Sound]:
    """The outputs of a model that count for a class, with the thresholds of its rule."""
    return [
        Sound(output.name, place, threshold(output, rule.sensitivity))
        for place, output in enumerate(manifest.labels)
        if output.event == label
    ]
