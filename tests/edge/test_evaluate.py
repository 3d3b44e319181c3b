"""The scorecard: what was promised and missed, what was made up and by what, and how late."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from alert_broker.messages import Label, Priority, Reason
from edge.evaluate import Scorecard, evaluate
from edge.events import Phase, SoundEvent
from edge.labels import LabelsRefused, parse_labels
from edge.triage import Finding

LABELS = "5\t8\tcall:scream\n20\t22\tfall\n30\t31\tdoor:slam\n"


def an_event(label: str, onset_s: float, after_s: float = 1.0) -> SoundEvent:
    reason = Reason.IMPACT if label == "fall" else Reason.SCREAM
    decided_s = onset_s + after_s
    return SoundEvent(
        1, Phase.RAISED, Label(label), label, onset_s, decided_s, decided_s, 0.9, reason
    )


def test_recall_false_alarms_and_delay_are_counted_by_class() -> None:
    card = Scorecard()
    raised = [an_event("call", 5.2, 0.6), an_event("fall", 30.2), an_event("call", 50.0)]
    card.count(parse_labels(LABELS, "n"), raised, hours=0.5)
    facts = card.facts()
    assert facts["hours"] == 0.5
    call, fall = facts["classes"]["call"], facts["classes"]["fall"]  # type: ignore[index]
    assert (call["promised"], call["kept"], call["recall"]) == (1, 1, 1.0)
    assert (fall["promised"], fall["kept"], fall["recall"]) == (1, 0, 0.0)
    assert call["false_alarms_by_cause"] == {"nothing": 1}
    assert fall["false_alarms_by_cause"] == {"door:slam": 1}
    assert fall["false_alarms_per_night"] == 20.0
    assert call["onset_to_decision_s"]["p50"] == pytest.approx(0.8)
    assert call["onset_to_decision_s_p95_by_sound"] == {"scream": pytest.approx(0.8)}


def test_each_recording_is_compared_with_the_labels_beside_it(tmp_path: Path) -> None:
    for name in ("a", "b"):
        soundfile.write(tmp_path / f"{name}.flac", np.zeros(16_000 * 36), 16_000)
        (tmp_path / f"{name}.txt").write_text(LABELS)

    def listen(path: Path) -> list[Finding]:
        found = [an_event("fall", 20.3)] if path.stem == "a" else []
        return [Finding(event, Priority.HIGH, 1) for event in found]

    card = evaluate(tmp_path, listen)
    assert card.recordings == 2
    assert card.hours == pytest.approx(0.02)
    assert card.kept[Label.FALL, "fall"] == 1
    assert card.promised[Label.FALL, "fall"] == 2


def test_a_recording_without_labels_is_no_evidence(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.flac", np.zeros(16_000), 16_000)
    with pytest.raises(LabelsRefused, match=r"a\.txt: .*every recording needs labels"):
        evaluate(tmp_path, lambda _path: [])


@pytest.mark.system
def test_the_command_prints_a_table_and_every_figure_as_json() -> None:
    recordings = Path(__file__).parents[2] / "recordings"
    command = [sys.executable, "-m", "edge.cli", "evaluate", str(recordings)]
    table = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    assert table.count("\n| recordings |") == 3
    facts = json.loads(subprocess.run([*command, "--json"], capture_output=True, check=True).stdout)
    assert facts["folders"][str(recordings)]["classes"]["fall"]["promised"] >= 2
