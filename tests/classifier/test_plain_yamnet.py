"""Plain YAMNet as a model of the room, to stand beside ours; needs the `train` extra."""

import csv
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.torch
pytest.importorskip("onnx", reason="needs the train extra: pip install '.[train]'")

from classifier.errors import DataRefused  # noqa: E402
from classifier.model import Classifier  # noqa: E402
from classifier.sessions import open_session  # noqa: E402
from classifier.training.plain_yamnet import (  # noqa: E402
    CLASSES_OF,
    open_plain_yamnet,
    write_plain_yamnet,
)
from classifier.training.reference import plain_yamnet  # noqa: E402

SHARED = Path(__file__).parents[3] / "shared" / "models"


def test_the_score_of_a_trouble_is_the_highest_of_its_classes(tmp_path: Path) -> None:
    reference = plain_yamnet()
    classifier = Classifier(write_plain_yamnet(reference, tmp_path))
    patch = np.random.default_rng(0).standard_normal((96, 64)).astype(np.float32)
    (all_scores,) = open_session(reference.network, "yamnet").run(None, {"patch": patch[None]})
    expected = [all_scores[0, list(classes.values())].max() for classes in CLASSES_OF.values()]
    np.testing.assert_allclose(classifier.judge(patch), expected, rtol=1e-5)
    assert [label.event for label in classifier.manifest.labels] == ["fall", "call", "cry"]


def test_it_decides_twice_a_second_as_it_is_usually_used(tmp_path: Path) -> None:
    classifier = Classifier(write_plain_yamnet(plain_yamnet(), tmp_path))
    decisions = classifier.push(np.zeros(5 * 16_000, np.float32))
    assert [each.at_s for each in decisions[:3]] == [0.96, 1.44, 1.92]


def test_other_weights_than_its_own_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(DataRefused, match=r"none\.npz: No such file"):
        open_plain_yamnet(tmp_path / "none.npz")
    np.savez(tmp_path / "other.npz", some=np.zeros(3))
    with pytest.raises(DataRefused, match=r"other\.npz: .*no weights of YAMNet"):
        open_plain_yamnet(tmp_path / "other.npz")


@pytest.mark.shared
def test_its_classes_are_those_that_speak_of_a_trouble() -> None:
    names = SHARED / "yamnet_classes.csv"
    if not names.exists():
        pytest.skip("needs ../shared/models beside the project")
    with names.open(newline="") as file:
        place_of = {row["display_name"]: int(row["index"]) for row in csv.DictReader(file)}
    for classes in CLASSES_OF.values():
        assert {name: place_of[name] for name in classes} == classes
