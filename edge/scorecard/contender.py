"""A model with the rules it is used by; what it heard of some scenes; what it would at others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from alert_broker.messages import Label, Priority
from classifier.manifest import Manifest
from classifier.model import Classifier
from edge.config import AgentSettings, PriorityRow, Rule, Rules, Veto
from edge.events import TROUBLES
from edge.scorecard.card import Scorecard
from edge.scorecard.hearing import Alarm, Hearing
from edge.scorecard.sweep import Sweep
from edge.scorecard.trial import Scene, judge

AS_RELEASED: Mapping[Label, float] = MappingProxyType({})
"""No other thresholds than the model's own."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A model and the rules it is used by."""

    classifier: Classifier
    settings: AgentSettings


@dataclass(frozen=True, slots=True)
class Performance:
    """What a contender heard of some scenes, one at least."""

    settings: AgentSettings
    scenes: Sequence[Scene]
    hearings: Sequence[Hearing]
    """One for each scene."""

    @property
    def manifest(self) -> Manifest:
        """Of the model."""
        return self.hearings[0].manifest

    @property
    def name(self) -> str:
        """Of the model, with its version."""
        return f"{self.manifest.name} {self.manifest.version}"

    def card(self, thresholds: Mapping[Label, float] = AS_RELEASED) -> Scorecard:
        """By its rules as they are, or with other thresholds for its classes."""
        pairs = zip(self.scenes, self.alarms(thresholds), strict=True)
        return Scorecard([judge(scene, alarms) for scene, alarms in pairs])

    def alarms(self, thresholds: Mapping[Label, float] = AS_RELEASED) -> list[list[Alarm]]:
        """What comes out of each scene."""
        settings = self.settings
        return [each.with_thresholds(thresholds).alarms(settings) for each in self.hearings]

    def sweeps(self) -> dict[Label, Sweep]:
        """What each class would find and make up at other thresholds."""
        rules = {label: self.settings.rules.of(label) for label in TROUBLES}
        return {
            label: Sweep(label, rule, self.scenes, self.hearings) for label, rule in rules.items()
        }

    def sound_sweeps(self) -> dict[str, Sweep]:
        """Likewise each sound by itself, such as `call: scream`, where a class has several."""
        return {
            f"{label.value}: {sound}": Sweep(
                label, self.settings.rules.of(label), self.scenes, self.hearings, sound
            )
            for label in TROUBLES
            if len(sounds := self._promised(label)) > 1
            for sound in sounds
        }

    def _promised(self, label: Label) -> list[str]:
        """The sounds of a class that the scenes hold."""
        labels = [each for scene in self.scenes for each in scene.labels]
        return sorted({each.sound for each in labels if each.label == label})


def plainly(settings: AgentSettings) -> AgentSettings:
    """The rules of the usual way: one window at the threshold is an event, which lasts as long as
    windows are, and all are alike. Pauses, cool-down and length are as in the room, so that
    alarms count alike."""
    rules = {label.value: _plain(settings.rules.of(label)) for label in TROUBLES}
    priority = tuple(PriorityRow(label, Priority.HIGH) for label in TROUBLES)
    return AgentSettings(rules=Rules(**rules), veto=Veto(enabled=False), priority=priority)


def _plain(rule: Rule) -> Rule:
    return Rule(
        hits=1,
        within_s=rule.within_s,
        sure=1.0,
        release=1.0,
        merge_s=rule.merge_s,
        cooldown_s=rule.cooldown_s,
        longest_s=rule.longest_s,
    )
