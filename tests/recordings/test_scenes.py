"""The night in room 12, as it lies in recordings/: complete, labelled, and never too clean."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

from edge.events import TROUBLES
from edge.labels import Labelled, read_labels

FOLDER = Path(__file__).parents[2] / "recordings"
SCENES = sorted(FOLDER.glob("*.flac"))
LEVEL_FRAME = 800


def promised() -> list[Labelled]:
    labels = [label for scene in SCENES for label in read_labels(scene.with_suffix(".txt"))]
    return [label for label in labels if label.promises_alert]


def levels_dbfs(scene: Path) -> np.ndarray:
    """Level of each twentieth of a second."""
    samples, _ = soundfile.read(scene)
    frames = samples[: len(samples) // LEVEL_FRAME * LEVEL_FRAME].reshape(-1, LEVEL_FRAME)
    return 10.0 * np.log10(np.mean(frames**2, axis=1) + 1e-12)


def test_a_night_has_ten_scenes_and_no_label_file_without_one() -> None:
    assert len(SCENES) == 10
    assert {path.stem for path in FOLDER.glob("*.txt")} == {scene.stem for scene in SCENES}


def test_every_alert_is_promised_somewhere_and_quiet_scenes_promise_none() -> None:
    assert {label.label for label in promised()} == set(TROUBLES)
    assert {label.detail for label in promised() if label.label == "call"} == {
        "scream",
        "spoken_call",
    }
    quiet = [
        scene
        for scene in SCENES
        if not any(label.promises_alert for label in read_labels(scene.with_suffix(".txt")))
    ]
    assert len(quiet) >= 3


def test_what_is_mistaken_for_an_emergency_is_there() -> None:
    heard = {label.label for scene in SCENES for label in read_labels(scene.with_suffix(".txt"))}
    assert heard >= {
        "television",
        "speech",
        "snore",
        "cough",
        "door_slam",
        "dropped_stick",
        "dishes",
        "knock",
        "trolley",
    }


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.stem)
def test_a_scene_is_small_and_as_a_microphone_gives_it(scene: Path) -> None:
    info = soundfile.info(scene)
    assert (info.samplerate, info.channels, info.subtype) == (16_000, 1, "PCM_16")
    assert scene.stat().st_size < 1_500_000
    for label in read_labels(scene.with_suffix(".txt")):
        assert 0.0 <= label.onset_s < label.offset_s <= info.duration


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.stem)
def test_a_room_is_never_silent_and_the_microphone_not_overdriven(scene: Path) -> None:
    levels = levels_dbfs(scene)
    assert levels.min() > -70.0
    assert np.percentile(levels, 5) < -40.0
    samples, _ = soundfile.read(scene)
    assert np.abs(samples).max() < 1.0


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.stem)
def test_what_is_promised_stands_out_of_the_room(scene: Path) -> None:
    levels = levels_dbfs(scene)
    floor_db = np.percentile(levels, 5)
    for label in read_labels(scene.with_suffix(".txt")):
        if label.promises_alert:
            first, last = (int(at * 16_000 / LEVEL_FRAME) for at in (label.onset_s, label.offset_s))
            assert levels[first:last].max() > floor_db + 10.0


def test_series_of_one_trouble_are_one_label() -> None:
    for scene in SCENES:
        labels = [one for one in read_labels(scene.with_suffix(".txt")) if one.promises_alert]
        for before, after in pairwise(labels):
            assert after.label != before.label or after.onset_s - before.offset_s > 5.0
