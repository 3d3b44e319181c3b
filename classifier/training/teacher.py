"""What a published mn04 hears: a second opinion on labels, and a reminder while others learn."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import hardswish

from classifier.errors import DataRefused
from classifier.features import LogMelSpec
from classifier.training.design import filterbank, log_mel
from classifier.training.trunk import Trunk

Samples = NDArray[np.float32]
CLASSES = 527
"""Of AudioSet, in its own order."""
NAMES: Mapping[int, str] = {
    0: "Speech", 7: "Speech synthesizer", 8: "Shout", 9: "Bellow", 11: "Yell", 12: "Battle cry",
    13: "Children shouting", 14: "Screaming", 16: "Laughter", 22: "Crying, sobbing",
    23: "Baby cry, infant cry", 24: "Whimper", 25: "Wail, moan", 26: "Sigh", 27: "Singing",
    38: "Groan", 39: "Grunt", 43: "Snoring", 44: "Gasp", 46: "Snort", 47: "Cough",
    49: "Sneeze", 72: "Animal", 137: "Music", 300: "Vehicle", 343: "Engine", 354: "Door",
    358: "Slam", 359: "Knock", 360: "Tap", 426: "Explosion", 427: "Gunshot, gunfire",
    460: "Thump, thud", 466: "Bang", 468: "Whack, thwack", 469: "Smash, crash", 470: "Breaking",
    500: "Silence",
}  # fmt: skip
"""Those that an audit asks about, by their place."""
_WINDOW_FRAMES = 1000
"""10 s: as long as what it was taught with."""
_LEAST_FRAMES = 100


class Teacher:
    """mn04 with its own last layers; no part of what ships."""

    def __init__(self, published: Path) -> None:
        """Read the published weights.

        Raises:
            DataRefused: the file is missing or of another network.
        """
        self._spec = LogMelSpec()
        self._bank = filterbank(self._spec)
        self.trunk = Trunk(self._spec).eval().requires_grad_(requires_grad=False)
        self.trunk.begin(published)
        weights = torch.load(published, map_location="cpu", weights_only=True)
        try:
            self._layers = [
                (weights[f"classifier.{layer}.weight"], weights[f"classifier.{layer}.bias"])
                for layer in (2, 5)
            ]
        except KeyError as error:
            raise DataRefused(f"{published}: {error}: missing: give the whole of mn04") from None

    def hear(self, samples: Samples) -> NDArray[np.float32]:
        """Scores of all classes, the highest of any stretch of 10 s. Shape [527]."""
        mel = log_mel(samples, self._spec, self._bank)
        lacking = max(0, _LEAST_FRAMES - len(mel))
        floor = np.log(self._spec.log_offset)
        padded = np.pad(mel, ((0, lacking), (0, 0)), constant_values=floor)
        starts = range(0, max(1, len(padded) - _LEAST_FRAMES + 1), _WINDOW_FRAMES)
        with torch.inference_mode():
            scores = [self._scores(padded[start : start + _WINDOW_FRAMES]) for start in starts]
        loudest: NDArray[np.float32] = torch.stack(scores).amax(0).numpy()
        return loudest

    def thirds(self, patches: Tensor) -> Tensor:
        """[n, 96, mels] to what it makes of each third of the time [n, 384, 3]."""
        thirds: Tensor = self.trunk(patches).mean(2)
        return thirds

    def scores(self, embedding: Tensor) -> Tensor:
        """A mean over time [.., 384] to scores of all classes [.., 527]."""
        (inner, inner_bias), (outer, outer_bias) = self._layers
        return torch.sigmoid(hardswish(embedding @ inner.T + inner_bias) @ outer.T + outer_bias)

    def _scores(self, mel: NDArray[np.float32]) -> Tensor:
        return self.scores(self.trunk(torch.from_numpy(mel)[None]).mean((2, 3))[0])
