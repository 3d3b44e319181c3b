"""`veilleur evaluate`: recordings with labels in, figures that anyone can compute again out."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from waiting import eventually

from edge.cli import main


@pytest.fixture
def quiet(tmp_path: Path) -> Path:
    """Ten seconds of silence, in which a scream was promised: it will be missed."""
    folder = tmp_path / "quiet"
    folder.mkdir()
    soundfile.write(folder / "a.flac", np.zeros(160_000), 16_000)
    (folder / "a.txt").write_text("2\t4\tcall:scream\n")
    return folder


def figures(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, dict[str, object]]:
    """What the command prints as JSON, of its only folder."""
    assert main(["evaluate", *arguments, "--json"]) == 0
    (folder,) = json.loads(capsys.readouterr().out)["folders"].values()
    return dict(folder)


def test_a_scream_that_nobody_heard_is_counted_as_missed(
    quiet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = figures(capsys, str(quiet))
    call = facts["classes"]["call"]
    assert (call["promised"], call["kept"]) == (1, 0)  # type: ignore[index]
    assert facts["all"]["false_alarms"] == 0


def test_a_side_file_tells_how_loud_and_how_far_what_was_missed(
    quiet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = {"onset_s": 2.0, "offset_s": 4.0, "targets": ["scream"], "unsure": []}
    more = {"sublabel": "agony_scream", "source": "s", "group": "g", "snr_db": 12.0}
    (quiet / "a.json").write_text(json.dumps([sound | more | {"distance_m": 5.0, "text": ""}]))
    call = figures(capsys, str(quiet))["classes"]["call"]
    for by, kind in {
        "sublabel": "agony_scream",
        "loudness": "10 to 20 dB",
        "distance": "4 m or more",
    }.items():
        assert call[f"recall_by_{by}"][kind]["promised"] == 1  # type: ignore[index]
    assert call["recall_loud"]["promised"] == 1  # type: ignore[index]


def test_a_list_of_recordings_is_as_good_as_their_folder(
    quiet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = quiet.parent / "list.csv"
    listed.write_text("path\nquiet/a.flac\n")
    assert figures(capsys, "--manifest", str(listed)) == figures(capsys, str(quiet))


def test_two_processes_find_what_one_finds(capsys: pytest.CaptureFixture[str]) -> None:
    scenes = str(Path(__file__).parents[2] / "recordings")
    assert figures(capsys, scenes, "--processes", "2") == figures(capsys, scenes)


@pytest.mark.parametrize("command", ["evaluate", "scenes", "dataset"])
@pytest.mark.parametrize("number", ["0", "-1", "two"])
def test_nothing_is_done_without_a_process(
    command: str, number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, f"--processes={number}"])
    assert ended.value.code == 2
    said = f"argument --processes: {number}: write a whole number, at least 1"
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_recording_that_cannot_be_heard_is_named_by_whichever_process(
    processes: str, quiet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = (quiet / "a.flac").read_bytes()
    for spoilt in (b"none", whole[: len(whole) // 2]):
        (quiet / "a.flac").write_bytes(spoilt)
        assert main(["evaluate", str(quiet), "--processes", processes]) == 1
        assert "a.flac: " in capsys.readouterr().err


def those_that_hear_for(process: int) -> list[int]:
    """The processes that another has started to hear with it."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [
        int(child)
        for child in children
        if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


@pytest.mark.system
def test_nobody_waits_for_a_process_that_was_killed(quiet: Path) -> None:
    for name in ("a", "b"):
        soundfile.write(quiet / f"{name}.flac", np.zeros(10 * 60 * 16_000), 16_000)
        (quiet / f"{name}.txt").write_text("2\t4\tcall:scream\n")
    command = [sys.executable, "-m", "edge.cli", "evaluate", str(quiet), "--processes", "2"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as run:
        try:
            assert eventually(lambda: len(those_that_hear_for(run.pid)) == 2)
            os.kill(those_that_hear_for(run.pid)[0], signal.SIGKILL)
            _, said = run.communicate(timeout=60)
        finally:
            run.kill()
    assert run.returncode == 1
    assert "one of the processes was killed" in said
    assert "fewer --processes" in said


def test_a_recording_without_labels_is_no_evidence(
    quiet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (quiet / "a.txt").unlink()
    assert main(["evaluate", str(quiet)]) == 1
    assert "a.txt: No such file or directory: every recording needs labels" in (
        capsys.readouterr().err
    )


def test_without_recordings_the_command_says_what_to_give(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["evaluate"]) == 1
    assert "give a folder of labelled recordings" in capsys.readouterr().err


def test_the_previous_model_stands_beside_ours_on_the_same_recordings(
    quiet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from classifier.manifest import BUNDLED

    facts = figures(capsys, str(quiet), "--previous", str(BUNDLED))
    (previous,) = facts["beside"].values()
    released = previous["as_released"]  # type: ignore[index]
    assert released["classes"]["call"]["promised"] == 1
    assert main(["evaluate", str(quiet), "--previous", str(BUNDLED)]) == 0
    table = capsys.readouterr().out
    assert "recall at equal false alarms" in table
    assert "as released" in table


def test_what_fell_behind_the_stored_scorecard_is_named_and_the_command_fails(
    quiet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stored = quiet.parent / "stored.json"
    assert main(["evaluate", str(quiet), "--json"]) == 0
    text = capsys.readouterr().out
    stored.write_text(text)
    assert main(["evaluate", str(quiet), "--against", str(stored)]) == 0
    better = json.loads(text)
    (folder,) = better["folders"].values()
    folder["classes"]["call"]["recall_95"] = [0.5, 1.0]
    stored.write_text(json.dumps(better))
    assert main(["evaluate", str(quiet), "--against", str(stored)]) == 1
    assert "quiet: call: recall 0.00, it was 0.50 at the least" in capsys.readouterr().err
