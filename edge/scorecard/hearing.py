"""What a model made of a recording, kept so that any rules can judge it without hearing again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from alert_broker.messages import Label, Priority
from classifier.manifest import Label as Output
from classifier.manifest import Manifest
from classifier.model import Classifier
from classifier.scores import Scores
from edge.audio import SAMPLE_RATE_HZ, AudioBlock
from edge.config import AgentSettings
from edge.ear import Ear
from edge.recording import Recording
from edge.triage import Finding

HIGHEST = 0.9995
"""No threshold is moved over this."""
AT_NIGHT = datetime(2000, 1, 1, 23)  # noqa: DTZ001  # the room's own clock knows no zone
"""When each recording begins, as far as the time of day matters for priorities."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """An event as it came out in the end."""

    label: Label
    sound: str
    onset_s: float
    """Seconds into the recording."""
    offset_s: float
    decided_s: float
    """When it was raised."""
    priority: Priority
    """The highest it ever had."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """The decisions of one model over one recording."""

    manifest: Manifest
    samples: int
    """Length of the recording at 16 kHz."""
    times_s: NDArray[np.float64]
    """End of each window and its loudest moment, [decisions, 2]."""
    levels_dbfs: NDArray[np.float64]
    """[decisions]."""
    values: NDArray[np.float32]
    """[decisions, labels]."""

    @property
    def ends_s(self) -> float:
        """End of the recording, or of the last window."""
        return max(self.samples / SAMPLE_RATE_HZ, float(self.times_s[-1, 0]))

    def decisions(self, places: NDArray[np.intp] | None = None) -> Iterator[Scores]:
        """All of them, or those at some places, in their order."""
        chosen = slice(None) if places is None else places
        rows = zip(
            self.times_s[chosen].tolist(),
            self.values[chosen].tolist(),
            self.levels_dbfs[chosen].tolist(),
            strict=True,
        )
        for (at_s, peak_s), values, level_dbfs in rows:
            yield Scores(at_s, tuple(values), level_dbfs, peak_s)

    def alarms(self, settings: AgentSettings) -> list[Alarm]:
        """What the rules of the room make of it, as a microphone's sound would come out.

        Raises:
            SettingsRefused: a rule that could never raise an event.
        """
        ear = Ear(_Remembering(self), settings, lambda at_s: AT_NIGHT + timedelta(seconds=at_s))
        samples = np.broadcast_to(np.float32(0.0), self.samples)
        alarms: dict[int, Alarm] = {}
        for finding in (*ear.hear(AudioBlock(samples)), *ear.finish()):
            _note(alarms, finding)
        return list(alarms.values())

    def with_thresholds(self, thresholds: Mapping[Label, float]) -> "Hearing":
        """As if the model had been released with others: the lowest of a class is as given, and
        the rest of it keep their distance in proportion."""
        labels = tuple(_moved(self.manifest, each, thresholds) for each in self.manifest.labels)
        return replace(self, manifest=structs.replace(self.manifest, labels=labels))

    def telling_only(self, sound: str) -> "Hearing":
        """As if it told this sound alone of its class; as it is, if it does not tell it apart."""
        classes = {each.event for each in self.manifest.labels if each.name == sound}
        labels = tuple(
            structs.replace(each, event=None)
            if each.event in classes and each.name != sound
            else each
            for each in self.manifest.labels
        )
        return replace(self, manifest=structs.replace(self.manifest, labels=labels))


class _Remembering(Classifier):
    """Gives again, at once, what it made of a recording."""

    def __init__(self, hearing: Hearing) -> None:
        self.manifest = hearing.manifest
        self._hearing = hearing

    def reset(self) -> None:
        """There is nothing to forget."""

    def push(self, samples: NDArray[np.float32]) -> list[Scores]:  # noqa: ARG002  # heard before
        """All that was decided."""
        return list(self._hearing.decisions())

    def flush(self) -> list[Scores]:
        """All was told before."""
        return []


def hear(classifier: Classifier, path: Path) -> Hearing:
    """Hear a recording to its end.

    Raises:
        RecordingRefused: it cannot be.
    """
    classifier.reset()
    decisions: list[Scores] = []
    samples = 0
    for block in Recording(path).blocks():
        samples += block.samples.size
        decisions += classifier.push(block.samples)
    decisions += classifier.flush()
    return pack(classifier.manifest, decisions, samples)


def pack(manifest: Manifest, decisions: Sequence[Scores], samples: int) -> Hearing:
    """Keep the decisions over so many samples."""
    return Hearing(
        manifest,
        samples,
        np.array([(each.at_s, each.peak_s) for each in decisions]),
        np.array([each.level_dbfs for each in decisions]),
        np.array([each.values for each in decisions], np.float32),
    )


def _note(alarms: dict[int, Alarm], finding: Finding) -> None:
    event = finding.event
    if known := alarms.get(event.number):
        alarms[event.number] = replace(known, offset_s=event.offset_s, priority=finding.priority)
        return
    alarms[event.number] = Alarm(
        event.label, event.sound, event.onset_s, event.offset_s, event.decided_s, finding.priority
    )


def lowest_threshold(manifest: Manifest, label: Label) -> float:
    """Of the outputs that count for a class."""
    return min(each.threshold for each in manifest.labels if each.event == label)


def _moved(manifest: Manifest, output: Output, thresholds: Mapping[Label, float]) -> Output:
    if output.event is None or (label := Label(output.event)) not in thresholds:
        return output
    scale = thresholds[label] / lowest_threshold(manifest, label)
    threshold = min(HIGHEST, scale * output.threshold)
    return structs.replace(output, threshold=threshold, curve=())
