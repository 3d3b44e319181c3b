"""The figures of some recordings: recall and false alarms, each with how sure it is."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from alert_broker.messages import Label
from edge.events import TROUBLES
from edge.scorecard.bins import by_distance, by_loudness, in_order, is_loud
from edge.scorecard.intervals import Interval, rate_interval, share_interval
from edge.scorecard.overlap import Overlap
from edge.scorecard.trial import FalseAlarm, Promise, Trial

NIGHT_H = 10.0
"""A room-night."""
Facts = dict[str, object]


@dataclass(slots=True)
class Scorecard:
    """What came of the promises of some recordings."""

    trials: list[Trial] = field(default_factory=list)

    @property
    def hours(self) -> float:
        """How long was listened."""
        return sum(trial.hours for trial in self.trials)

    def promises(self, label: Label) -> list[Promise]:
        """Those of one class."""
        return [each for trial in self.trials for each in trial.promises if each.label is label]

    def false_alarms(self, label: Label | None = None) -> list[FalseAlarm]:
        """Those of one class, or all."""
        return [
            each
            for trial in self.trials
            for each in trial.false_alarms
            if label is None or each.label is label
        ]

    def overlap(self, label: Label) -> Overlap:
        """How far alarms and sounds of one class cover each other."""
        return sum((each.overlaps[label] for each in self.trials), Overlap())

    def facts(self) -> Facts:
        """All figures, ready for JSON."""
        false = self.false_alarms()
        return {
            "recordings": len(self.trials),
            "hours": round(self.hours, 3),
            "classes": {label.value: self._class_facts(label) for label in TROUBLES},
            "high_priority": self.rate([each for each in false if each.high]),
            "all": self.rate(false),
        }

    def rate(self, false: Sequence[FalseAlarm]) -> Facts:
        """How often some false alarms are, and what caused them."""
        return {
            "false_alarms": len(false),
            "false_alarms_per_h": share(len(false), self.hours),
            "false_alarms_per_h_95": self.rate_interval(false),
            "false_alarms_per_24h": share(24.0 * len(false), self.hours),
            "false_alarms_per_night": share(NIGHT_H * len(false), self.hours),
            "false_alarms_by_cause": dict(Counter(each.cause for each in false).most_common()),
        }

    def rate_interval(self, false: Iterable[FalseAlarm]) -> Interval | None:
        """How sure the number of some false alarms an hour is."""
        hours: defaultdict[str, float] = defaultdict(float)
        for trial in self.trials:
            for group, share_h in trial.shares.items():
                hours[group] += share_h
        return rate_interval((each.group for each in false), hours)

    def _class_facts(self, label: Label) -> Facts:
        promises = self.promises(label)
        loud = [each for each in promises if is_loud(each)]
        return {
            **recall(promises),
            "recall_by_sound": _recalls(promises, lambda each: each.sound),
            "recall_by_sublabel": _recalls(promises, lambda each: each.sublabel),
            "recall_by_loudness": _recalls(promises, by_loudness),
            "recall_by_distance": _recalls(promises, by_distance),
            "recall_loud": recall(loud),
            "recall_loud_by_sound": _recalls(loud, lambda each: each.sound),
            **self.rate(self.false_alarms(label)),
            "event_f1": self.overlap(label).f1,
            "onset_to_decision_s": delays(promises),
            "onset_to_decision_s_by_sound": {
                sound: delays(group)
                for sound, group in grouped(promises, lambda each: each.sound).items()
            },
        }


def recall(promises: Sequence[Promise]) -> Facts:
    """Share of the promises kept, and how sure that is."""
    kept = sum(each.kept for each in promises)
    return {
        "promised": len(promises),
        "kept": kept,
        "recall": share(kept, len(promises)),
        "recall_95": share_interval((each.group, each.kept) for each in promises),
    }


def delays(promises: Iterable[Promise]) -> dict[str, float | None]:
    """From onset, where it is heard over the bed, to decision, of the promises kept, seconds."""
    delays_s = [each.delay_s for each in promises if each.delay_s is not None]
    return {"p50": _quantile(delays_s, 0.5), "p95": _quantile(delays_s, 0.95)}


def grouped(
    promises: Iterable[Promise], name: Callable[[Promise], str | None]
) -> Mapping[str, list[Promise]]:
    """Promises by name, in the order of the names; what has none is left out."""
    groups: dict[str, list[Promise]] = defaultdict(list)
    for each in promises:
        if (kind := name(each)) is not None:
            groups[kind].append(each)
    return dict(sorted(groups.items(), key=lambda group: in_order(group[0])))


def share(part: float, whole: float) -> float | None:
    """A rate, rounded; None of nothing."""
    return round(part / whole, 4) if whole else None


def _recalls(
    promises: Iterable[Promise], name: Callable[[Promise], str | None]
) -> Mapping[str, Facts]:
    return {kind: recall(group) for kind, group in grouped(promises, name).items()}


def _quantile(values: Sequence[float], share_below: float) -> float | None:
    if len(values) < 2:
        return round(values[0], 3) if values else None
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return round(cuts[round(100 * share_below) - 1], 3)
