"""What runs in the room computes what was taught; needs the `train` extra."""

import pytest

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch", reason="needs the train extra: pip install '.[train]'")

from classifier.features import LogMelSpec  # noqa: E402
from classifier.training.network import SILENCE, Ear, Embedder, Head, Shape  # noqa: E402
from classifier.training.room import FRESH_FRAMES, RoomEar  # noqa: E402
from classifier.training.trunk import LEAD_FRAMES, LEAN, Trunk  # noqa: E402
from classifier.training.words import Words  # noqa: E402


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
    """Though the room is given the newest frames alone."""
    ear = some_ear()
    room = RoomEar(ear).eval()
    hops, before = 16, FRESH_FRAMES - 24
    heard = 3.0 * torch.randn(1, before + 24 * hops, LogMelSpec().n_mels) - 5.0
    heard = heard.clamp_min(SILENCE)
    theirs = torch.zeros(1, ear.state_size)
    silent, *_ = ours = room.nothing_seen()
    with torch.inference_mode():
        for number in range(1, hops + 1):
            end = before + 24 * number
            scores, *ours = room(heard[:, end - FRESH_FRAMES : end], *ours)
            if number < 4:
                ours = [silent, *ours[1:]]
                continue
            expected, theirs = ear(heard[:, end - 96 - LEAD_FRAMES : end], theirs)
            torch.testing.assert_close(scores, expected, atol=1e-5, rtol=1e-4)
            torch.testing.assert_close(ours[0], in_two_rows(theirs, ear), atol=1e-4, rtol=1e-3)


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
