"""The part of the network that follows words: small steps in time, and a memory between them."""

import torch
from torch import Tensor, nn
from torch.nn.functional import relu

from classifier.features import LogMelSpec
from classifier.training.design import triangles
from classifier.training.labels import TARGETS

STEPS = 3
"""Of 80 ms, in each hop of 0.24 s."""
FIRST_STEP_S = 0.80
"""From the beginning of a patch to the end of its first step."""
MEMORY = 160
_CHANNELS = (96, 128, 160)
STEP_CHANNELS = _CHANNELS[-1]
_FEWER = LogMelSpec(n_mels=64, fmin_hz=125.0, fmax_hz=7500.0)
"""Bands than the front end has: where those tell single harmonics apart, they tell voices apart."""
QUIET = 1e-6
"""Power that is added to each band: what is quieter is silence."""
SPREAD, RAISED, RANGE = 2.0, 4.0, 3.0
"""Bands are divided by the first; their level, once raised by the second, by the third."""
_NEW_FRAMES = 72
"""The end of a patch: what three new steps look at, and one step more."""
CALL = TARGETS.index("spoken_call")
LEAST = 1e-5
"""Odds beyond this are told no finer."""


class Words(nn.Module):
    """A causal convolution over log-mel frames, then a recurrent memory, one step every 80 ms.

    Convolutions without padding turn 72 frames into four steps; the first of them is the last of
    the window before, so that windows one after the other give just what the whole stream would.

    It learns which of the known texts was just said, if any, since that alone makes it follow
    words; what it tells of them is one score: that it was one of the calls.
    """

    def __init__(self, calls: Tensor) -> None:
        """Make a network that knows nothing yet.

        Args:
            calls: [texts + 1], true for each text that is a call; the first stands for no text.
        """
        super().__init__()
        self.merge = nn.Parameter(_merge(LogMelSpec()), requires_grad=False)
        self.layers = nn.ModuleList(
            (
                nn.Conv1d(_FEWER.n_mels + 1, _CHANNELS[0], 5, stride=2),
                nn.Conv1d(_CHANNELS[0], _CHANNELS[0], 5),
                nn.Conv1d(_CHANNELS[0], _CHANNELS[1], 5, stride=2),
                nn.Conv1d(_CHANNELS[1], _CHANNELS[1], 5),
                nn.Conv1d(_CHANNELS[1], _CHANNELS[2], 3, stride=2),
            )
        )
        inner = (_CHANNELS[0], _CHANNELS[0], _CHANNELS[1], _CHANNELS[1])
        self.norms = nn.ModuleList(nn.BatchNorm1d(size) for size in inner)
        self.dropout = nn.Dropout(0.15)
        self.gru = nn.GRU(_CHANNELS[2], MEMORY, batch_first=True)
        self.out = nn.Linear(MEMORY, len(TARGETS))
        self.text = nn.Linear(MEMORY, len(calls))
        self.calls = nn.Parameter(calls.float(), requires_grad=False)

    def forward(self, patches: Tensor) -> Tensor:
        """[scenes, patches, 96, mels], each half over the one before, to logits [.., targets]."""
        remembered, _ = self.gru(self.steps(joined(patches)))
        return self.tell(after_each(remembered))

    def steps(self, mel: Tensor) -> Tensor:
        """Log-mel [n, 72 + 24 k, mels] to [n, 3 (k + 1), channels]."""
        bands = self.merged(mel)
        # A louder voice only moves the mean: words are in what is left.
        level = bands.mean(2, keepdim=True)
        image = torch.cat([(bands - level) / SPREAD, (level + RAISED) / RANGE], dim=2)
        image = image.transpose(1, 2)
        for layer, norm in zip(list(self.layers)[:-1], self.norms, strict=True):
            image = relu(norm(layer(image)))
        image = relu(self.layers[-1](image))
        steps: Tensor = self.dropout(image.transpose(1, 2)[:, 1:])
        return steps

    def heard(self) -> nn.Module:
        """All that follows words, whatever the texts."""
        return nn.ModuleList((self.layers, self.norms, self.gru))

    def merged(self, mel: Tensor) -> Tensor:
        """Log-mel [.., mels] to the log magnitude [.., 64] of fewer and wider bands."""
        power = relu(torch.exp(mel) - LogMelSpec().log_offset)
        return torch.log(power @ self.merge + QUIET) / 2.0

    def tell(self, memory: Tensor) -> Tensor:
        """[.., memory] to logits [.., targets]; of a spoken call, the odds of its texts."""
        logits, odds = self.out(memory), self.odds(memory)
        return torch.cat([logits[..., :CALL], odds, logits[..., CALL + 1 :]], dim=-1)

    def odds(self, memory: Tensor) -> Tensor:
        """[.., memory] to the log odds [.., 1] that a call was just said."""
        texts = torch.softmax(self.text(memory), dim=-1)
        called = (texts * self.calls).sum(-1, keepdim=True).clamp(LEAST, 1.0 - LEAST)
        return torch.log(called / (1.0 - called))

    def listen(self, patch: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
        """One patch [1, frames, mels] and the memory [1, memory] to the odds [1, 1], new memory."""
        remembered, _ = self.gru(self.steps(patch[:, -_NEW_FRAMES:]), memory.unsqueeze(0))
        latest = remembered[:, -1]
        return self.odds(latest), latest


def joined(patches: Tensor) -> Tensor:
    """[scenes, patches, 96, mels], each half over the one before, to the frames that steps need."""
    scenes, _, frames, mels = patches.shape
    fresh = patches[:, 1:, frames // 2 :].reshape(scenes, -1, mels)
    return torch.cat([patches[:, 0, -_NEW_FRAMES:], fresh], dim=1)


def after_each(remembered: Tensor) -> Tensor:
    """The memory [scenes, steps, memory] at the end of each patch [scenes, patches, memory]."""
    return remembered[:, STEPS - 1 :: 2 * STEPS]


def _merge(spec: LogMelSpec) -> Tensor:
    """Triangles over the bands of the front end, each of sum one. [mels, 64]"""
    import librosa

    corners = librosa.mel_frequencies(
        spec.n_mels + 2, fmin=spec.fmin_hz, fmax=spec.fmax_hz, htk=True
    )
    bank = triangles(corners[1:-1], _FEWER)
    return torch.from_numpy(bank / bank.sum(0))
