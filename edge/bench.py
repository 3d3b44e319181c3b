"""`veilleur bench`: speed and size on this machine, all from one run."""

import json
import statistics
from pathlib import Path
from typing import TYPE_CHECKING

from alert_broker.broker import BrokerUnavailable
from edge.bench_costs import Cost, costs
from edge.bench_delivery import delivery_delays_s
from edge.bench_startup import StartUp, start_up

if TYPE_CHECKING:
    from classifier.training.reference import Reference

AGENT, YAMNET = "whole agent", "plain YAMNet, hop 0.48 s"


def bench(weights: Path | None, *, as_json: bool) -> int:
    """Measure and print; `weights` are YAMNet's own, random ones cost the same."""
    facts = _measure(weights)
    if as_json:
        print(json.dumps(facts, indent=2))
        return 0
    for name, value in facts.items():
        if isinstance(value, dict):
            for part, figure in value.items():
                print(f"{name}: {part:<28}{figure}")
        else:
            print(f"{name}: {value}")
    return 0


def _measure(weights: Path | None) -> dict[str, object]:
    reference = _reference(weights)
    spent = costs(reference)
    return {
        "CPU ms per second of sound": {cost.name: round(cost.ms_per_s, 3) for cost in spent},
        "agent / plain YAMNet": _ratio(spent) or "needs the package `onnx` to build YAMNet",
        "decisive frame to subscriber, s": _delivery(),
        "start": _start(start_up()),
    }


def _reference(weights: Path | None) -> "Reference | None":
    try:
        from classifier.training.reference import plain_yamnet

        return plain_yamnet(weights)
    except ImportError:
        return None


def _ratio(spent: list[Cost]) -> float | None:
    by_name = {cost.name: cost.ms_per_s for cost in spent}
    return round(by_name[AGENT] / by_name[YAMNET], 3) if YAMNET in by_name else None


def _delivery() -> dict[str, object] | str:
    try:
        delays_s = delivery_delays_s()
    except BrokerUnavailable as error:
        return str(error)
    cuts = statistics.quantiles(delays_s, n=20)
    return {
        "alerts": len(delays_s),
        "p50": round(statistics.median(delays_s), 3),
        "p95": round(cuts[18], 3),
    }


def _start(started: StartUp) -> dict[str, object]:
    return {
        "first decision after, s": round(started.first_decision_s, 2),
        "resident memory, MiB": round(started.resident_mib, 1),
    }
