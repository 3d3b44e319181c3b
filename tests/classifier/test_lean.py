"""What the room leaves out of the published network; needs the `train` extra."""

import pytest

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch", reason="needs the train extra: pip install '.[train]'")

from classifier.features import LogMelSpec  # noqa: E402
from classifier.training.lean import lean_trunk  # noqa: E402
from classifier.training.trunk import FULL, LEAN, SPARED, Squeeze, Trunk  # noqa: E402


def test_lean_it_hears_the_same_if_what_is_left_out_said_nothing() -> None:
    """That is: stages that change nothing, channels nobody listens to, weights that never vary."""
    torch.manual_seed(0)
    full = Trunk(LogMelSpec())
    for layer in full.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.momentum = 1.0
    patches = 3.0 * torch.randn(4, 96, LogMelSpec().n_mels) - 5.0
    kept = [place for place in range(len(FULL)) if place not in SPARED]
    wide = {place: stage.wide for place, stage in zip(kept, LEAN, strict=True)}
    for place, layers in enumerate(full.layers()):
        for squeeze in layers:
            if isinstance(squeeze, Squeeze):
                torch.nn.init.zeros_(squeeze.excite.weight)
                torch.nn.init.uniform_(squeeze.excite.bias, -1.0, 1.0)
        unheard = torch.randperm(FULL[place].wide)[wide.get(place, 0) :]
        layers[-1][0].weight.data[:, unheard] = 0.0
    full(patches)  # its norms see what it hears: else it makes less and less of it
    full.eval()

    lean = lean_trunk(full, patches).eval()

    with torch.inference_mode():
        heard = full(patches)
        assert heard.std() > 0.1
        torch.testing.assert_close(lean(patches), heard, atol=1e-5, rtol=1e-4)
