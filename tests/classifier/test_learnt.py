"""Teaching goes on from a model that ships; needs the `train` extra."""

import copy
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch", reason="needs the train extra: pip install '.[train]'")

from tinymodels import write_thump_model  # noqa: E402

from classifier.errors import DataRefused  # noqa: E402
from classifier.features import LogMelSpec  # noqa: E402
from classifier.manifest import BUNDLED  # noqa: E402
from classifier.model import Classifier  # noqa: E402
from classifier.training.export import export  # noqa: E402
from classifier.training.learnt import Learnt, settle  # noqa: E402
from classifier.training.network import Ear, led  # noqa: E402
from classifier.training.tune import share_of_head  # noqa: E402

RECORDINGS = Path(__file__).parents[2] / "recordings"
MELS = LogMelSpec().n_mels


def exported(learnt: Learnt, path: Path, *, int8: bool = False) -> Path:
    """A model made of all that another has learnt."""
    learner = learnt.learner()
    learner.head = learnt.urgent(learner.embedder).beside(learner.head)
    ear = Ear(learner.embedder, learner.head, learnt.words(), share_of_head("spoken_call")).eval()
    noise = np.random.default_rng(0).normal(-5.0, 3.0, (40, 36, MELS)).astype(np.float32)
    export(ear, {}, "0", path, list(noise) if int8 else ())
    return path


def scores(model: Path, sound: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.array([decision.values for decision in Classifier(model).push(sound)])


@pytest.mark.parametrize("scene", ["04-appels", "08-chute-et-appels"])
def test_all_that_a_model_hears_comes_back_from_its_file(scene: str, tmp_path: Path) -> None:
    sound, _ = soundfile.read(RECORDINGS / f"{scene}.flac", dtype="float32", frames=480_000)
    again = exported(Learnt(BUNDLED), tmp_path / "again.json")
    heard = scores(BUNDLED, sound)
    assert heard.max(axis=0)[:3].max() > 0.9
    np.testing.assert_allclose(scores(again, sound), heard, atol=0.01)


def test_what_goes_on_learning_begins_with_what_it_knew() -> None:
    """With the norms of a network that was never taught, a first lesson would undo it."""
    torch.manual_seed(0)
    learner = Learnt(BUNDLED).learner()
    patches = 3.0 * torch.randn(4, 6, 96, MELS) - 5.0
    knew = copy.deepcopy(learner)(patches)
    settle(learner, lambda: learner.embedder(led(patches).flatten(0, 1)))
    torch.testing.assert_close(learner(patches), knew, atol=1e-3, rtol=1e-3)
    learner.embedder.train()
    torch.testing.assert_close(learner(patches), knew, atol=0.05, rtol=0.05)


def test_a_model_of_another_shape_or_in_eight_bits_is_none_to_go_on_from(tmp_path: Path) -> None:
    eighth = exported(Learnt(BUNDLED), tmp_path / "eighth.json", int8=True)
    for other in (eighth, write_thump_model(tmp_path)):
        with pytest.raises(DataRefused, match=rf"{other.name}: another network.*in eight bits"):
            Learnt(other).learner()
