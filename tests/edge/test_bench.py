"""`veilleur bench` tells every figure that we promise; how good they are is not for a test."""

import json
import subprocess
import sys
from typing import Any

import pytest

from edge.bench_ward import ward_figures


@pytest.fixture(scope="module")
def facts() -> Any:
    run = subprocess.run(
        [sys.executable, "-m", "edge.cli", "bench", "--json"], capture_output=True, check=True
    )
    return json.loads(run.stdout)


@pytest.mark.system
@pytest.mark.torch
def test_plain_yamnet_stands_beside_us(facts: Any) -> None:
    pytest.importorskip("onnx", reason="needs the train extra: pip install '.[train]'")
    assert facts["classifier / plain YAMNet"] > 0.0
    assert facts["agent / plain YAMNet"] > 0.0


@pytest.mark.system
def test_every_figure_is_told(facts: Any) -> None:
    costs = facts["CPU ms per second of sound"]
    stages = {"resampling 48 kHz", "features", "model", "rules", "whole classifier", "whole agent"}
    assert stages <= costs.keys()
    assert all(cost > 0.0 for cost in costs.values())
    delays = facts["decisive frame to subscriber, s"]
    assert delays["alerts"] >= 20
    assert 0.0 < delays["p50"] <= delays["p95"]
    assert facts["start"]["first decision after, s"] > 0.0
    assert facts["start"]["resident memory, MiB"] > 20.0


@pytest.mark.system
def test_a_ward_that_calls_is_measured_and_nothing_is_lost() -> None:
    figures: Any = ward_figures(sizes=(5,))["5 rooms"]
    assert figures["alerts within a second"] == 5
    assert figures["lost"] == figures["twice or never sent"] == 0
    assert 0.0 < figures["alert to screen p50, s"] <= figures["alert to screen p95, s"]
    assert figures["station CPU, s"] > 0.0
    assert figures["station resident, MiB"] > 20.0
