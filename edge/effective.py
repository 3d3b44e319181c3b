"""The rule in force for one class, in a line: its thresholds, its hits, and what it costs. Pure."""

from collections.abc import Mapping

from alert_broker.messages import Label
from classifier.manifest import Label as Output
from classifier.manifest import Manifest
from edge.config import AgentSettings, Rule
from edge.sensitivity import operating_point, threshold


def outputs_of(manifest: Manifest, label: Label) -> list[Output]:
    """The outputs of a model that count for a class; none for a class that it does not hear."""
    return [output for output in manifest.labels if output.event == label]


def rule_in_force(manifest: Manifest, settings: AgentSettings, label: Label) -> str:
    """Such as `fall: threshold 0.61, 1 hit, sensitivity normal; on the tuning scenes hears 62 % at
    0.4 false alarms a night`."""
    rule, outputs = settings.rules.of(label), outputs_of(manifest, label)
    thresholds = {output.name: threshold(output, rule.sensitivity) for output in outputs}
    many = len(outputs) > 1
    costs = [_cost(output, rule, many=many) for output in outputs if output.curve]
    cost = f"on the tuning scenes hears {', '.join(costs)}" if costs else "what it costs: unknown"
    hits = _hits(rule, thresholds)
    return f"{label}: threshold {_each(thresholds)}, {hits}, sensitivity {rule.sensitivity}; {cost}"


def _hits(rule: Rule, thresholds: Mapping[str, float]) -> str:
    if rule.hits == 1:
        return "1 hit"
    hits = f"{rule.hits} hits in {rule.within_s:g} s"
    if rule.sure >= 1.0:
        return hits
    # One that is sure must be a hit as well.
    sure = {name: max(rule.sure, least) for name, least in thresholds.items()}
    return f"{hits} or one of {_each(sure)}"


def _each(values: Mapping[str, float]) -> str:
    """One number if all are alike, else one for each name."""
    if len(set(values.values())) == 1:
        return f"{next(iter(values.values())):g}"
    return ", ".join(f"{value:g} for {name}" for name, value in values.items())


def _cost(output: Output, rule: Rule, *, many: bool) -> str:
    point = operating_point(output, rule.sensitivity)
    assert point is not None, "an output with a curve"
    of = f" of {output.name}" if many else ""
    return f"{point.recall:.0%}{of} at {point.false_per_night:g} false alarms a night".replace(
        "%", " %"
    )
