"""Blocks of sound in, findings out: the one way a microphone and a recording take alike."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from classifier.model import Classifier
from classifier.scores import Scores
from edge.audio import SAMPLE_RATE_HZ, AudioBlock
from edge.config import AgentSettings
from edge.detector import Detector
from edge.events import SoundEvent
from edge.triage import Finding, Triage, is_night
from edge.unusual import Unusual


class Ear:
    """Listens to one stream; how the sound is cut into blocks changes nothing."""

    def __init__(
        self,
        classifier: Classifier,
        settings: AgentSettings,
        time_of: Callable[[float], datetime],
    ) -> None:
        """Begin a stream.

        Args:
            classifier: the model; the ear alone may use it while it listens.
            settings: the rules.
            time_of: local time of a second of the stream, for what depends on the time of day.

        Raises:
            SettingsRefused: what could never happen.
        """
        self._classifier = classifier
        self._detector = Detector(classifier.manifest, settings)
        self._triage = Triage(settings)
        unusual = settings.unusual
        self._unusual = Unusual(unusual, classifier.manifest) if unusual.enabled else None
        self._night = settings.night
        self._time_of = time_of
        self._received = 0
        self._began = 0
        self._decided_s = 0.0
        classifier.reset()

    @property
    def heard_s(self) -> float:
        """How much sound has come, seconds."""
        return self._received / SAMPLE_RATE_HZ

    def hear(self, block: AudioBlock) -> list[Finding]:
        """Take a block; give what it settles."""
        findings = self._cut() if block.gap else []
        self._received += block.samples.size
        return findings + self._judge(self._classifier.push(block.samples))

    def finish(self) -> list[Finding]:
        """End of a recording: hear the last sound out, and end what is open."""
        findings = self._cut()
        # The last windows reach past the end, into silence.
        ends_s = max(self.heard_s, self._decided_s)
        return findings + [
            self._triage.judge(event, self._time_of(event.decided_s))
            for event in self._detector.finish(ends_s)
        ]

    def _cut(self) -> list[Finding]:
        """What was heard must not be joined to what comes: hear it out and begin anew."""
        findings = self._judge(self._classifier.flush())
        self._began = self._received
        return findings

    def _judge(self, decisions: list[Scores]) -> list[Finding]:
        began_s = self._began / SAMPLE_RATE_HZ
        in_stream = [
            replace(scores, at_s=scores.at_s + began_s, peak_s=scores.peak_s + began_s)
            for scores in decisions
        ]
        if in_stream:
            self._decided_s = in_stream[-1].at_s
        return [
            self._triage.judge(event, self._time_of(event.decided_s))
            for scores in in_stream
            for event in (*self._detector.hear(scores), *self._strange(scores))
        ]

    def _strange(self, scores: Scores) -> list[SoundEvent]:
        if self._unusual is None:
            return []
        night = is_night(self._night, self._time_of(scores.at_s))
        return self._unusual.hear(scores, night=night)
