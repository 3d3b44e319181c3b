"""One recording on trial: what was promised and what became of it; what was made up, and why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from alert_broker.messages import Label, Priority
from edge.events import TROUBLES
from edge.labels import Labelled, compare, is_near, read_labels
from edge.recording import Recording
from edge.scorecard.hearing import Alarm
from edge.scorecard.overlap import Overlap, overlap
from edge.scorecard.sounds import Sound, read_sounds, sound_of


@dataclass(frozen=True, slots=True)
class Scene:
    """A recording and what truly sounds in it."""

    recording: Path
    hours: float
    labels: Sequence[Labelled]
    sounds: Sequence[Sound]
    """Empty where no side file tells of them."""

    def group_of(self, labelled: Labelled) -> str:
        """What a sound was taken from; the recording itself where nobody says."""
        sound = sound_of(self.sounds, labelled)
        return (sound and sound.group) or str(self.recording)

    def shares(self) -> Mapping[str, float]:
        """Its hours, dealt out evenly to the groups that sound in it."""
        groups = Counter(sound.group or str(self.recording) for sound in self.sounds)
        total = groups.total()
        if not total:
            return {str(self.recording): self.hours}
        return {group: self.hours * number / total for group, number in groups.items()}


@dataclass(frozen=True, slots=True)
class Promise:
    """A sound that a nurse must be told of, and what became of it."""

    label: Label
    sound: str
    """The finer word of the label file, such as `scream`; the class where there is none."""
    group: str
    delay_s: float | None
    """From when it rises above the bed to decision; None when it was missed."""
    sublabel: str | None = None
    snr_db: float | None = None
    distance_m: float | None = None

    @property
    def kept(self) -> bool:
        """Whether a nurse was told."""
        return self.delay_s is not None


@dataclass(frozen=True, slots=True)
class FalseAlarm:
    """An alarm for which there was no reason."""

    label: Label
    cause: str
    """The label that sounded then; `nothing` where none did."""
    group: str
    """What the cause was taken from."""
    high: bool
    """Whether it was of high priority."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one recording."""

    hours: float
    shares: Mapping[str, float]
    """Hours for each group that sounds in it."""
    promises: tuple[Promise, ...]
    false_alarms: tuple[FalseAlarm, ...]
    overlaps: Mapping[Label, Overlap]


def read_scene(recording: Path) -> Scene:
    """Read the labels beside a recording, and its side file if there is one.

    Raises:
        LabelsRefused: no labels, or labels that cannot be read.
        SoundsRefused: a side file that cannot be read.
        RecordingRefused: no recording.
    """
    labels = read_labels(recording.with_suffix(".txt"))
    hours = Recording(recording).seconds / 3600.0
    return Scene(recording, hours, labels, read_sounds(recording))


def judge(scene: Scene, alarms: Sequence[Alarm]) -> Trial:
    """Hold the alarms against what truly sounded."""
    result = compare(scene.labels, alarms)
    kept = [_promise(scene, promise, alarm.decided_s) for promise, alarm in result.kept]
    missed = [_promise(scene, promise, None) for promise in result.missed]
    false = tuple(_false_alarm(scene, alarm) for alarm in result.unpromised)
    overlaps = {label: _overlap(scene.labels, alarms, label) for label in TROUBLES}
    return Trial(scene.hours, scene.shares(), (*kept, *missed), false, overlaps)


def _promise(scene: Scene, labelled: Labelled, decided_s: float | None) -> Promise:
    sound = sound_of(scene.sounds, labelled)
    heard_s = sound.rises_s if sound and sound.rises_s is not None else labelled.onset_s
    return Promise(
        label=Label(labelled.label),
        sound=labelled.sound,
        group=scene.group_of(labelled),
        delay_s=None if decided_s is None else max(0.0, decided_s - heard_s),
        sublabel=sound.sublabel if sound else None,
        snr_db=sound.snr_db if sound else None,
        distance_m=sound.distance_m if sound else None,
    )


def _false_alarm(scene: Scene, alarm: Alarm) -> FalseAlarm:
    """Its cause is the label that began last; a background that lasts counts last."""
    near = [labelled for labelled in scene.labels if is_near(labelled, alarm)]
    cause = max(near, key=lambda labelled: labelled.onset_s, default=None)
    return FalseAlarm(
        label=alarm.label,
        cause=cause.name if cause else "nothing",
        group=scene.group_of(cause) if cause else str(scene.recording),
        high=alarm.priority is Priority.HIGH,
    )


def _overlap(labels: Sequence[Labelled], alarms: Sequence[Alarm], label: Label) -> Overlap:
    """An alarm where listeners would not agree counts for nothing."""
    sounds = [(each.onset_s, each.offset_s) for each in labels if each.label == label]
    doubtful = [each for each in labels if each.allows == label]
    counted = [
        (alarm.onset_s, alarm.offset_s)
        for alarm in alarms
        if alarm.label is label and not any(is_near(each, alarm) for each in doubtful)
    ]
    return overlap(sounds, counted)
