"""`make demo ONCE=1`: the nurse gets exactly what the recordings promise, or the demo says so."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]

RECORDINGS = Path(__file__).parents[1] / "recordings"


def demo(recordings: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "edge.cli", "demo", "--once", str(recordings)],
        capture_output=True,
        check=False,
        text=True,
    )


@pytest.fixture
def one_fall(tmp_path: Path) -> Path:
    """A folder with a single scene: a fall."""
    for suffix in (".flac", ".txt"):
        shutil.copy(RECORDINGS / f"03-chute{suffix}", tmp_path)
    return tmp_path


def test_the_whole_night_becomes_the_alerts_that_its_labels_promise() -> None:
    run = demo(RECORDINGS)
    assert run.returncode == 0, run.stdout + run.stderr
    for words in ("Chute probable", "Appel", "Pleurs"):
        assert f"chambre 12 · Priorité haute · {words}" in run.stdout or words in run.stdout


def test_a_promise_that_is_not_kept_fails(one_fall: Path) -> None:
    with (one_fall / "03-chute.txt").open("a") as labels:
        labels.write("1.0\t2.0\tcry\n")
    run = demo(one_fall)
    assert run.returncode == 1
    assert "MANQUÉE / missed: cry promised by 03-chute.flac 1.0-2.0 s" in run.stderr


def test_an_alert_that_nobody_promised_fails(one_fall: Path) -> None:
    (one_fall / "03-chute.txt").write_text("0\t26\tother:evening\n")
    run = demo(one_fall)
    assert run.returncode == 1
    assert "NON PROMISE / unpromised: fall" in run.stderr


def test_a_folder_without_recordings_is_refused(tmp_path: Path) -> None:
    run = demo(tmp_path)
    assert run.returncode == 1
    assert "holds no recordings" in run.stderr


def test_a_folder_that_is_not_there_is_named_before_anything_starts(tmp_path: Path) -> None:
    run = demo(tmp_path / "nights")
    assert run.returncode == 1
    assert run.stderr.startswith("veilleur: ")
    assert "nights: no such folder" in run.stderr
