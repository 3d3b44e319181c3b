"""`veilleur evaluate`: labelled recordings go the way of a microphone; what was missed, what was
made up, and how soon, in figures that anyone can compute again."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import soundfile

from alert_broker.messages import Label
from edge.events import Phase, SoundEvent
from edge.labels import Labelled, compare, is_near, read_labels
from edge.recording import find_recordings
from edge.triage import Finding

Listen = Callable[[Path], Iterable[Finding]]
NIGHT_H = 10.0
"""A room-night."""


@dataclass(slots=True)
class Scorecard:
    """What came of the promises of some recordings."""

    hours: float = 0.0
    recordings: int = 0
    promised: Counter[tuple[Label, str]] = field(default_factory=Counter)
    """By class and finer word."""
    kept: Counter[tuple[Label, str]] = field(default_factory=Counter)
    false: Counter[tuple[Label, str]] = field(default_factory=Counter)
    """By class and what really sounded."""
    delays_s: dict[tuple[Label, str], list[float]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """From onset to decision, of the promises kept, by class and finer word."""

    def count(self, labels: Sequence[Labelled], raised: Sequence[SoundEvent], hours: float) -> None:
        """Add one recording: its labels and the events as they were raised."""
        self.hours += hours
        self.recordings += 1
        result = compare(labels, raised)
        for promise in result.missed:
            self.promised[_kind(promise)] += 1
        for promise, event in result.kept:
            self.promised[_kind(promise)] += 1
            self.kept[_kind(promise)] += 1
            self.delays_s[_kind(promise)].append(event.decided_s - promise.onset_s)
        for event in result.unpromised:
            self.false[event.label, _cause(labels, event)] += 1

    def facts(self) -> dict[str, object]:
        """All figures, ready for JSON."""
        return {
            "recordings": self.recordings,
            "hours": round(self.hours, 3),
            "classes": {label.value: self._class_facts(label) for label in Label},
        }

    def delay_s(self, label: Label, share_below: float) -> float | None:
        """The delay that this share of the promises kept stays below; None without any."""
        delays_s = [
            delay_s
            for (each, _sound), delays_s in self.delays_s.items()
            for delay_s in delays_s
            if each is label
        ]
        return _quantile(delays_s, share_below)

    def _class_facts(self, label: Label) -> dict[str, object]:
        promised, kept = _of(self.promised, label), _of(self.kept, label)
        false = _of(self.false, label)
        return {
            "promised": promised.total(),
            "kept": kept.total(),
            "recall": share(kept.total(), promised.total()),
            "recall_by_sound": {
                sound: share(kept[sound], number) for sound, number in promised.most_common()
            },
            "false_alarms": false.total(),
            "false_alarms_per_h": share(false.total(), self.hours),
            "false_alarms_per_night": share(NIGHT_H * false.total(), self.hours),
            "false_alarms_by_cause": dict(false.most_common()),
            "onset_to_decision_s": {
                "p50": self.delay_s(label, 0.5),
                "p95": self.delay_s(label, 0.95),
            },
            "onset_to_decision_s_p95_by_sound": {
                sound: _quantile(delays_s, 0.95)
                for (each, sound), delays_s in self.delays_s.items()
                if each is label
            },
        }


def evaluate(folder: Path, listen: Listen, done: Callable[[], None] = lambda: None) -> Scorecard:
    """Play each recording of a folder and compare with the label file beside it.

    Raises:
        RecordingRefused: a recording cannot be heard to its end.
        LabelsRefused: a recording without labels, or labels that cannot be read.
    """
    card = Scorecard()
    for path in find_recordings(folder):
        labels = read_labels(path.with_suffix(".txt"))
        findings = listen(path)
        raised = [each.event for each in findings if each.event.phase is Phase.RAISED]
        card.count(labels, raised, soundfile.info(path).duration / 3600.0)
        done()
    return card


def share(part: float, whole: float) -> float | None:
    """A rate, rounded; None of nothing."""
    return round(part / whole, 4) if whole else None


def _kind(promise: Labelled) -> tuple[Label, str]:
    return Label(promise.label), promise.detail or promise.label


def _cause(labels: Sequence[Labelled], event: SoundEvent) -> str:
    """The label that sounded then, the latest to begin; a background that lasts counts last."""
    near = [labelled for labelled in labels if is_near(labelled, event)]
    if not near:
        return "nothing"
    return max(near, key=lambda labelled: labelled.onset_s).name


def _of(counts: Counter[tuple[Label, str]], label: Label) -> Counter[str]:
    return Counter({name: number for (each, name), number in counts.items() if each is label})


def _quantile(values: Sequence[float], share_below: float) -> float | None:
    if len(values) < 2:
        return round(values[0], 3) if values else None
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return round(cuts[round(100 * share_below) - 1], 3)
