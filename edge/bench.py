"""`veilleur bench`: speed and size on this machine, all from one run."""

import json
import statistics
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from alert_broker.broker import BrokerUnavailable
from classifier.manifest import BUNDLED
from edge.bench_costs import AGENT, CLASSIFIER, RESAMPLING, YAMNET, costs
from edge.bench_delivery import delivery_delays_s
from edge.bench_startup import StartUp, start_up

if TYPE_CHECKING:
    from classifier.training.reference import Reference

NO_YAMNET = "needs the package `onnx` to build YAMNet"


def bench(model: Path | None, weights: Path | None, *, as_json: bool) -> int:
    """Measure and print.

    Args:
        model: manifest of the model; the bundled one without.
        weights: YAMNet's own; random ones cost the same.
        as_json: as one JSON object, instead of lines.

    Raises:
        ModelRefused: the model is not what its manifest promises.
    """
    tell(_measure(model or BUNDLED, weights), as_json=as_json)
    return 0


def tell(facts: Mapping[str, object], *, as_json: bool) -> None:
    """Print figures, as one JSON object or in lines."""
    if as_json:
        print(json.dumps(facts, indent=2))
        return
    for name, value in facts.items():
        if isinstance(value, dict):
            for part, figure in value.items():
                print(f"{name}: {part:<28}{figure}")
        else:
            print(f"{name}: {value}")


def _measure(model: Path, weights: Path | None) -> dict[str, object]:
    reference = _reference(weights)
    spent = costs(model, reference)
    return {
        "CPU ms per second of sound": {cost.name: round(cost.ms_per_s, 3) for cost in spent},
        **_ratios({cost.name: cost.ms_per_s for cost in spent}),
        "decisive frame to subscriber, s": _delivery(model),
        "start": _start(start_up(model)),
    }


def _reference(weights: Path | None) -> "Reference | None":
    try:
        from classifier.training.reference import plain_yamnet

        return plain_yamnet(weights)
    except ImportError:
        return None


def _ratios(spent: Mapping[str, float]) -> dict[str, object]:
    """The classifier takes its sound at 16 kHz: plain YAMNet's resampler does not count there."""
    if YAMNET not in spent:
        return {"agent / plain YAMNet": NO_YAMNET, "classifier / plain YAMNet": NO_YAMNET}
    yamnet = spent[YAMNET]
    return {
        "agent / plain YAMNet": round(spent[AGENT] / yamnet, 3),
        "classifier / plain YAMNet": round(spent[CLASSIFIER] / (yamnet - spent[RESAMPLING]), 3),
    }


def _delivery(model: Path) -> dict[str, object] | str:
    try:
        delays_s = delivery_delays_s(model)
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
