"""The model in the room: whole or refused, and deaf to how the sound was cut."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from classifier.errors import ModelRefused
from classifier.manifest import BUNDLED
from classifier.model import Classifier
from classifier.scores import Scores

Samples = NDArray[np.float32]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A copy of the bundled model that a test may spoil; the path of its manifest."""
    for suffix in (".json", ".onnx", ".npy"):
        shutil.copy(BUNDLED.with_suffix(suffix), tmp_path)
    return tmp_path / BUNDLED.name


def sound(seed: int, length: int) -> Samples:
    """Noise with knocks in it."""
    rng = np.random.default_rng(seed)
    samples = 0.01 * rng.standard_normal(length)
    samples[:: max(1, length // 7)] = 0.9
    return samples.astype(np.float32)


def heard(classifier: Classifier, samples: Samples, block: int) -> list[Scores]:
    decisions = []
    for start in range(0, len(samples), block):
        decisions += classifier.push(samples[start : start + block])
    return decisions + classifier.flush()


def change(manifest: Path, **fields: object) -> None:
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | fields))


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 99),
    length=st.integers(1, 60_000),
    block=st.sampled_from([37, 4096, 48_000]),
)
def test_blocks_of_any_size_give_the_same_scores(seed: int, length: int, block: int) -> None:
    classifier, samples = Classifier(), sound(seed, length)
    assert heard(classifier, samples, block) == heard(classifier, samples, length)


def test_it_decides_at_every_hop_from_the_first_window_on() -> None:
    classifier = Classifier()
    decisions = classifier.push(sound(1, 16_000 * 10))
    hop_s = classifier.manifest.hop_s
    assert [d.at_s for d in decisions] == [
        round(0.96 + hop_s * n, 6) for n in range(len(decisions))
    ]
    assert decisions[-1].at_s > 9.4
    assert all(0.0 <= value <= 1.0 for d in decisions for value in d.values)


def test_the_last_sound_of_a_recording_is_heard_out() -> None:
    classifier = Classifier()
    for length in (1, 800, 16_000, 31_999, 50_000):
        classifier.push(sound(1, length)[: length // 2])
        classifier.reset()
        decisions = heard(classifier, sound(1, length), 48_000)
        assert decisions[-1].at_s >= length / 16_000 + 0.95


def test_nothing_is_remembered_from_one_recording_to_the_next() -> None:
    classifier = Classifier()
    first = heard(classifier, sound(1, 40_000), 4096)
    heard(classifier, sound(2, 50_000), 4096)
    assert heard(classifier, sound(1, 40_000), 4096) == first


def test_level_and_loudest_moment_are_those_of_the_sound() -> None:
    samples = np.zeros(32_000, np.float32)
    samples[20_000:20_160] = 0.5
    decisions = heard(Classifier(), samples, 999)
    loud = [d for d in decisions if d.level_dbfs > -60]
    assert {d.peak_s for d in loud} == {1.25}
    assert loud[0].level_dbfs == pytest.approx(10 * np.log10(0.25 / 24), abs=0.01)
    assert decisions[0].level_dbfs == -120.0


def test_a_model_that_was_changed_is_refused(model: Path) -> None:
    weights = model.with_suffix(".onnx")
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(content)
    with pytest.raises(ModelRefused, match=r"room_sounds\.onnx: differs from model\.sha256"):
        Classifier(model)


@pytest.mark.parametrize("suffix", [".onnx", ".npy", ".json"])
def test_a_part_that_is_missing_is_named(model: Path, suffix: str) -> None:
    model.with_suffix(suffix).unlink()
    with pytest.raises(ModelRefused, match=rf"room_sounds\{suffix}: No such file.*install"):
        Classifier(model)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"fresh_frames": 48}, r"patch is \[1, 36, 104\]: the manifest means \[1, 48, 104\]"),
        (
            {"fresh_frames": 97},
            "fresh_frames: 97: a patch has 96, a hop 24: ",
        ),
        (
            {"fresh_frames": 23},
            "fresh_frames: 23: a patch has 96, a hop 24: ",
        ),
        ({"hop_frames": 0}, r"Expected `int` >= 1 - at `\$\.hop_frames`"),
        ({"colour": "red"}, "unknown field `colour`"),
        ({"labels": []}, r"at `\$\.labels`"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(
    model: Path, fields: dict[str, object], said: str
) -> None:
    change(model, **fields)
    with pytest.raises(ModelRefused, match=said):
        Classifier(model)


def test_a_model_without_a_label_that_its_manifest_names_is_refused(model: Path) -> None:
    labels = json.loads(model.read_text())["labels"]
    change(model, labels=labels[:-1])
    with pytest.raises(ModelRefused, match=r"scores is \[1, 10\]: the manifest means \[1, 9\]"):
        Classifier(model)


def test_labels_are_named_once(model: Path) -> None:
    labels = json.loads(model.read_text())["labels"]
    change(model, labels=[*labels[:-1], labels[0]])
    with pytest.raises(ModelRefused, match="a name appears twice"):
        Classifier(model)


def a_point(threshold: float, recall: float, false_alarms: float) -> dict[str, float]:
    return {
        "threshold": threshold,
        "recall": recall,
        "false_per_dense_h": false_alarms,
        "false_per_night": false_alarms,
    }


@pytest.mark.parametrize(
    "curve",
    [
        [a_point(0.5, 0.6, 2.0), a_point(0.7, 0.5, 1.0)],
        [a_point(0.6, 0.5, 2.0), a_point(0.7, 0.6, 1.0)],
        [a_point(0.6, 0.5, 2.0), a_point(0.7, 0.5, 2.0)],
        [a_point(0.7, 0.4, 1.0), a_point(0.6, 0.5, 2.0)],
    ],
    ids=["without the threshold", "finds more", "makes up as much", "backwards"],
)
def test_a_curve_that_is_none_is_refused(model: Path, curve: list[dict[str, float]]) -> None:
    labels = json.loads(model.read_text())["labels"]
    change(model, labels=[labels[0] | {"threshold": 0.6, "curve": curve}, *labels[1:]])
    with pytest.raises(ModelRefused, match=r"labels: curve of fall: must fall.*0\.6 among them"):
        Classifier(model)


def test_a_curve_is_read_with_its_label(model: Path) -> None:
    labels = json.loads(model.read_text())["labels"]
    curve = [a_point(0.6, 0.6, 2.0), a_point(0.7, 0.5, 1.0)]
    change(model, labels=[labels[0] | {"threshold": 0.6, "curve": curve}, *labels[1:]])
    (low, high) = Classifier(model).manifest.labels[0].curve
    assert (low.threshold, high.false_per_night) == (0.6, 1.0)
