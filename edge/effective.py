"""The rule in force for one class, in a line: its thresholds, its hits, and what it costs. Pure."""

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
    many = len(outputs) > 1
    thresholds = ", ".join(
        f"{threshold(output, rule.sensitivity):g}{f' for {output.name}' if many else ''}"
        for output in outputs
    )
    costs = [_cost(output, rule, many=many) for output in outputs if output.curve]
    cost = f"on the tuning scenes hears {', '.join(costs)}" if costs else "what it costs: unknown"
    return f"{label}: threshold {thresholds}, {_hits(rule)}, sensitivity {rule.sensitivity}; {cost}"


def _hits(rule: Rule) -> str:
    if rule.hits == 1:
        return "1 hit"
    or_one = f" or one of {rule.sure:g}" if rule.sure < 1.0 else ""
    return f"{rule.hits} hits in {rule.within_s:g} s{or_one}"


def _cost(output: Output, rule: Rule, *, many: bool) -> str:
    point = operating_point(output, rule.sensitivity)
    assert point is not None, "an output with a curve"
    of = f" of {output.name}" if many else ""
    return f"{point.recall:.0%}{of} at {point.false_per_night:g} false alarms a night".replace(
        "%", " %"
    )
