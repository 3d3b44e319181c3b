"""What runs in the room computes what was taught; needs the `train` extra."""

import math

import pytest

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch", reason="needs the train extra: pip install '.[train]'")

from classifier.features import LogMelSpec  # noqa: E402
from classifier.training.network import Ear, Embedder, Head, Shape  # noqa: E402
from classifier.training.room import RoomEar  # noqa: E402
from classifier.training.trunk import LEAN, Trunk  # noqa: E402
from classifier.training.words import Words  # noqa: E402

QUIETEST = math.log(LogMelSpec().log_offset)
"""No frame of the front end is below."""


def some_ear() -> Ear:
    """Chance, in the norms too: a network just made leaves everything as it is there."""
    torch.manual_seed(0)
    words = Words(torch.tensor([False, True, False, True]))
    ear = Ear(Embedder(Trunk(LogMelSpec(), LEAN)), Head(Shape()), words, 0.25)
    for layer in ear.modules():
        if isinstance(layer, torch.nn.BatchNorm1d | torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(layer.running_mean, -0.2, 0.2)
            torch.nn.init.uniform_(layer.running_var, 0.5, 1.5)
    return ear.eval()


def test_each_decision_and_what_is_remembered_are_those_of_the_network_as_taught() -> None:
    ear = some_ear()
    room = RoomEar(ear).eval()
    theirs = ours = torch.zeros(1, ear.state_size)
    with torch.inference_mode():
        for _ in range(12):
            patch = (3.0 * torch.randn(1, 96, LogMelSpec().n_mels) - 5.0).clamp_min(QUIETEST)
            expected, theirs = ear(patch, theirs)
            scores, ours = room(patch, ours)
            torch.testing.assert_close(scores, expected, atol=1e-5, rtol=1e-4)
            torch.testing.assert_close(ours, in_two_rows(theirs, ear), atol=1e-4, rtol=1e-3)


def in_two_rows(state: torch.Tensor, ear: Ear) -> torch.Tensor:
    """As the room remembers it: every other summary, those between, then the words."""
    number, size = ear.context
    summaries = state[:, : number * size].reshape(number, size)
    rows = torch.cat([summaries[::2], summaries[1::2]]).reshape(1, -1)
    return torch.cat([rows, state[:, number * size :]], dim=1)


def test_the_network_as_taught_stays_as_it_is() -> None:
    ear = some_ear()
    before = {name: weight.clone() for name, weight in ear.state_dict().items()}
    RoomEar(ear)
    assert all(torch.equal(before[name], weight) for name, weight in ear.state_dict().items())
