"""Our model beside another on the same recordings, at equal false alarms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alert_broker.messages import Label
from edge.scorecard.card import Facts, Scorecard
from edge.scorecard.contender import Performance
from edge.scorecard.sweep import Point, Sweep

BUDGETS_PER_H = (0.1, 0.5, 1.0, 2.0, 5.0)
"""False alarms an hour and class that recall is told at."""
AtBudgets = Mapping[str, Sequence[Point]]
"""By class, and by sound where a class has several: the point at each of the budgets."""


@dataclass(frozen=True, slots=True)
class Duel:
    """What another model makes of the same recordings."""

    name: str
    as_released: Scorecard | None
    """With its own thresholds; None for what has none."""
    thresholds: Mapping[Label, float]
    """Those at which each class makes no more up than ours."""
    equal: Scorecard
    """With those."""
    at_budgets: AtBudgets

    def facts(self) -> Facts:
        """All figures, ready for JSON."""
        facts: Facts = {
            "thresholds_at_equal_false_alarms": {
                label.value: round(each, 4) for label, each in self.thresholds.items()
            },
            "at_equal_false_alarms": self.equal.facts(),
            "at_budgets": budget_facts(self.at_budgets),
        }
        return facts | ({"as_released": self.as_released.facts()} if self.as_released else {})


def duel(ours: Scorecard, other: Performance, *, released: bool) -> Duel:
    """Set another model beside ours; `released` says that its own thresholds mean something."""
    sweeps = other.sweeps()
    thresholds = {
        label: sweep.within(len(ours.false_alarms(label)) / ours.hours).threshold
        for label, sweep in sweeps.items()
    }
    return Duel(
        name=other.name,
        as_released=other.card() if released else None,
        thresholds=thresholds,
        equal=other.card(thresholds),
        at_budgets=at_budgets(sweeps, other),
    )


def at_budgets(sweeps: Mapping[Label, Sweep], model: Performance) -> AtBudgets:
    """Each class of a model, which is swept already, and each sound at each budget."""
    named = {label.value: sweep for label, sweep in sweeps.items()} | model.sound_sweeps()
    return {
        name: [sweep.within(budget) for budget in BUDGETS_PER_H] for name, sweep in named.items()
    }


def budget_facts(points: AtBudgets) -> Facts:
    """Ready for JSON: by class or sound, and budget."""
    return {
        name: {
            f"{budget:g}": point.facts() for budget, point in zip(BUDGETS_PER_H, each, strict=True)
        }
        for name, each in points.items()
    }
