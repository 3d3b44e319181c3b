"""`veilleur bench` tells every figure that we promise; how good they are is not for a test."""

import json
import subprocess
import sys

import pytest


@pytest.mark.system
def test_every_figure_is_told() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "edge.cli", "bench", "--json"], capture_output=True, check=True
    )
    facts = json.loads(run.stdout)
    costs = facts["CPU ms per second of sound"]
    stages = {"resampling 48 kHz", "features", "model", "rules", "whole classifier", "whole agent"}
    assert stages <= costs.keys()
    assert all(cost > 0.0 for cost in costs.values())
    assert facts["classifier / plain YAMNet"] > 0.0
    assert facts["agent / plain YAMNet"] > 0.0
    delays = facts["decisive frame to subscriber, s"]
    assert delays["alerts"] >= 20
    assert 0.0 < delays["p50"] <= delays["p95"]
    assert facts["start"]["first decision after, s"] > 0.0
    assert facts["start"]["resident memory, MiB"] > 20.0
